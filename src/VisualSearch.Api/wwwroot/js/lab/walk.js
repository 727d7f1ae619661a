import { thumbnail } from "../api.js";
import { el, svg } from "../dom.js";
import { count, counted } from "../format.js";
import { iconButton } from "../icons.js";

const playMs = 220;

/** What the marks of the drawing mean: their looks and their names. */
const key = [
  ["walk-now", "the search is here"],
  ["walk-upper", "its stops on upper layers, by number"],
  ["walk-dot met", "compared so far"],
  ["walk-dot", "still to come"],
  ["walk-true", "truly nearest"],
  ["walk-true missed", "truly nearest, but missed"],
];

const about =
  "Every dot is a picture; your query is the cross in the middle, and the closer a dot is to it, the more alike they are. The search enters at the top layer, which holds few pictures, hops from neighbour to neighbour, and goes down a layer when no neighbour is nearer.";

/**
 * One search's way through the layers of a graph, around its query: the distance from the middle is the true distance.
 * @param {(step: number|null) => void} onStep told the step looked at; null: the last
 */
export function createWalk(onStep) {
  const drawing = el("div");
  const levels = el("ol.walk-levels", { "aria-label": "Layers, from the top" });
  const image = el("img", { alt: "", decoding: "async" });
  const here = el("p.walk-here");
  const says = el("p.walk-says@walk-says");
  const drag = () => go(Number(scrubber.value));
  const scrubber = el("input@walk-scrubber", { type: "range", min: 1, "aria-label": "Step of the search", input: drag });
  const play = el("button.button@walk-play", { click: () => (timer ? pause() : start()) }, "Play");
  const back = iconButton("previous", "Previous step", "walk-previous", () => go(step - 1));
  const forth = iconButton("next", "Next step", "walk-next", () => go(step + 1));
  const cut = el("p.caption", { hidden: true });
  const mark = (look) => svg("svg", { viewBox: "-5 -5 10 10", "aria-hidden": "true" }, svg("circle", { class: look, r: 3.5 }));
  const element = el(
    "section@walk",
    { "aria-label": "The way of this search" },
    el("h2", "The way of this search"),
    el("p.lab-about", about),
    el(
      "div.walk-columns",
      el(
        "div.walk-drawing",
        drawing,
        el(
          "ul.walk-key.caption",
          key.map(([look, text]) => el("li", mark(look), text)),
        ),
      ),
      el("div.walk-side", levels, el("div.walk-stop", image, here), says),
    ),
    el("div.walk-controls", play, back, scrubber, forth),
    cut,
  );
  let reply = null;
  let scene = null;
  let step = 1;
  let timer = 0;

  function start() {
    if (step === reply.walk.hops.length) go(1);
    play.textContent = "Pause";
    timer = setInterval(() => (step < reply.walk.hops.length ? go(step + 1) : pause()), playMs);
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
  }

  function go(to) {
    if (timer && to !== step + 1) pause();
    draw(to);
    onStep(step === reply.walk.hops.length ? null : step);
  }

  function draw(to) {
    const { hops, nodes } = reply.walk;
    step = Math.min(hops.length, Math.max(1, to));
    const hop = hops[step - 1];
    const stop = reply.stops[step - 1];
    scene.show(step);
    scrubber.value = String(step);
    image.src = stop.thumbnailUrl ? thumbnail(stop.thumbnailUrl, 96) : "";
    image.hidden = !stop.thumbnailUrl;
    here.textContent = `Now at “${stop.title}”, distance ${nodes[hop.node].distance.toFixed(3)}`;
    const met = hop.kept.length + hop.dropped.length;
    const nearest = scene.nearest(step);
    const text = `Step ${step} of ${hops.length}, layer ${hop.level}: ${met === 0 ? "no new neighbour" : `${counted(met, "neighbour")} compared, ${hop.kept.length} near enough to keep`}. Nearest so far: ${nearest.toFixed(3)}.`;
    says.textContent = text;
    scrubber.ariaValueText = text;
    for (const button of levels.querySelectorAll("button")) button.ariaCurrent = Number(button.dataset.level) === hop.level ? "step" : null;
  }

  return {
    element,
    pause,
    /** @param {object} next the experiment's reply @param {number|null} at */
    show(next, at) {
      if (reply !== next) {
        pause();
        reply = next;
        const { hops, cut: more } = reply.walk;
        scene = createScene(reply);
        drawing.replaceChildren(scene.element);
        scrubber.max = String(hops.length);
        const tops = [...new Set(hops.map(({ level }) => level))];
        const button = (level) => {
          const start = () => go(hops.findIndex((hop) => hop.level === level) + 1);
          const hopsThere = counted(hops.filter((hop) => hop.level === level).length, "hop");
          return el("button.button.quiet", { "data-level": level, click: start }, el("strong", `Layer ${level}`), el("span", hopsThere));
        };
        levels.replaceChildren(...tops.map((level) => el("li", button(level))));
        cut.hidden = more === 0;
        cut.textContent = `${counted(more, "further step")} of this walk ${more === 1 ? "is" : "are"} not drawn.`;
      }
      if (at !== step || !says.textContent) draw(at ?? reply.walk.hops.length);
    },
  };
}

/** The drawing. Positions in it are of the walk's nodes; a step says how much of the walk has happened. */
function createScene({ walk: { nodes, hops }, exact, approximate }) {
  // In units of the drawing itself; a phone is as wide as high for it.
  const width = matchMedia("(max-width: 719px)").matches ? 176 : 240;
  const height = 170;
  const flat = [[0, 0], ...nodes.map(({ distance, angle }) => [distance * Math.cos(angle), distance * Math.sin(angle)])];
  const [left, top, right, bottom] = [Math.min, Math.max].flatMap((most) =>
    [0, 1].map((axis) => most(...flat.map((point) => point[axis]))),
  );
  const zoom = Math.min((width - 16) / (right - left || 1), (height - 20) / (bottom - top || 1));
  const put = ([x, y]) =>
    [width / 2 + (x - (left + right) / 2) * zoom, height / 2 + (y - (top + bottom) / 2) * zoom].map((each) => Math.round(each * 10) / 10);
  const [[cx, cy], ...at] = flat.map(put);
  const farthest = Math.max(...nodes.map(({ distance }) => distance), 0.01);
  const metAt = new Array(nodes.length).fill(Infinity);
  const from = new Array(nodes.length).fill(-1);
  hops.forEach(({ node, kept, dropped }, i) => {
    if (metAt[node] === Infinity) metAt[node] = i;
    for (const each of [...kept, ...dropped]) {
      if (metAt[each] !== Infinity) continue;
      metAt[each] = i;
      from[each] = node;
    }
  });
  const disc = (look, i, r) => svg(`circle.${look}`, { cx: at[i][0], cy: at[i][1], r });
  const line = (a, b) => `M${at[a]}L${at[b]}`;
  const dots = nodes.map((_, i) => disc("walk-dot", i, 1.1));
  const way = svg("path.walk-way");
  const looks = svg("g");
  const stops = svg("g");
  const [nearest, found] = [exact, approximate].map((list) => new Set(list.map(({ asset }) => asset.itemId)));
  const rings = nodes.map(({ id }, i) => nearest.has(id) && disc(found.has(id) ? "walk-true" : "walk-true.missed", i, 4.4));
  const tick = [0.05, 0.1, 0.2, 0.25, 0.5].find((each) => farthest / each <= 4) ?? 0.5;
  const rulers = Array.from({ length: Math.floor(farthest / tick) }, (_, i) => (i + 1) * tick);
  const element = svg(
    "svg@walk-svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-label": `${count(nodes.length)} pictures around the query, by cosine distance up to ${farthest.toFixed(2)}; ${exact.length} truly nearest are ringed.`,
    },
    rulers.map((value) => svg("circle.walk-ring", { cx, cy, r: value * zoom })),
    svg("g", dots),
    looks,
    way,
    stops,
    svg("g", rings),
    svg("path.walk-query", { d: `M${cx - 4} ${cy}h8M${cx} ${cy - 4}v8` }),
    rulers.map((value) => {
      // Below the middle, or where else the ring is in sight.
      const away = value * zoom;
      const sides = [
        [0, 1],
        [0, -1],
        [1, 0],
        [-1, 0],
      ].map(([right, down]) => [cx + right * away, cy + down * away]);
      const [x, y] = sides.find(([x, y]) => x > 8 && x < width - 8 && y > 6 && y < height - 10) ?? [-99, -99];
      return svg("text.walk-label", { x, y: y + 1.6, "text-anchor": "middle" }, String(Math.round(value * 100) / 100));
    }),
    svg("text.walk-label", { x: width, y: height - 2, "text-anchor": "end" }, "rings: cosine distance from the query"),
  );

  return {
    element,
    nearest: (step) => Math.min(...nodes.filter((_, i) => metAt[i] < step).map(({ distance }) => distance)),
    show(step) {
      dots.forEach((dot, i) => dot.setAttribute("class", metAt[i] < step ? "walk-dot met" : "walk-dot"));
      const now = hops[step - 1];
      const before = hops.slice(0, step);
      const passed = [...new Set(before.map(({ node }) => node))].filter((node) => from[node] >= 0);
      way.setAttribute("d", passed.map((node) => line(from[node], node)).join(""));
      const look = (nodes) => nodes.map((each) => line(now.node, each)).join("");
      looks.replaceChildren(svg("path.walk-look", { d: look(now.dropped) }), svg("path.walk-look.kept", { d: look(now.kept) }));
      const isStop = ({ node, level }, i) => level > 0 && (before[i + 1]?.node !== node || before[i + 1].level === 0);
      const upper = before
        .filter(isStop)
        .flatMap(({ node, level }) => [
          disc("walk-upper", node, 3.6),
          svg("text.walk-number", { x: at[node][0], y: at[node][1] + 1.7, "text-anchor": "middle" }, String(level)),
        ]);
      stops.replaceChildren(...upper, disc("walk-now", now.node, 3));
    },
  };
}
