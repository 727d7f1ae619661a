import { thumbnail } from "../api.js";
import { el, svg } from "../dom.js";
import { count, counted } from "../format.js";
import { iconButton } from "../icons.js";

const playMs = 220;


/**
 * One search's way through the layers of a graph, around its query: the distance from the middle is the true distance.
 * @param {(step: number|null) => void} onStep told the step looked at; null: the last
 */
export function createWalk(onStep) {
  const drawing = el("div", { class: "walk-drawing" });
  const levels = el("ol", { class: "walk-levels", "aria-label": "Layers, from the top" });
  const image = el("img", { alt: "", decoding: "async" });
  const here = el("p", { class: "walk-here" });
  const says = el("p", { class: "walk-says", testid: "walk-says" });
  const scrubber = el("input", { type: "range", min: 1, testid: "walk-scrubber", "aria-label": "Step of the search", on: { input: () => go(Number(scrubber.value)) } });
  const play = el("button", { class: "button", testid: "walk-play", on: { click: () => (timer ? pause() : start()) } }, "Play");
  const cut = el("p", { class: "caption", hidden: true });
  const element = el(
    "section",
    { class: "lab-part", testid: "walk", "aria-label": "The way of this search" },
    el("h2", { text: "The way of this search" }),
    el("p", { class: "lab-about", text: "Your query is in the middle, and the closer a dot is to it, the more alike the pictures are. The search enters at the top layer, which holds few pictures, hops from neighbour to neighbour, and goes down a layer when no neighbour is nearer. Circles mark the truly nearest; dashed ones were missed." }),
    el(
      "div",
      { class: "walk-columns" },
      drawing,
      el("div", { class: "walk-side" }, levels, el("div", { class: "walk-stop" }, image, here), says),
    ),
    el("div", { class: "walk-controls" },
      play,
      iconButton("previous", "Previous step", "walk-previous", () => go(step - 1)),
      scrubber,
      iconButton("next", "Next step", "walk-next", () => go(step + 1)),
    ),
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
    scrubber.setAttribute("aria-valuetext", text);
    for (const button of levels.querySelectorAll("button")) {
      if (Number(button.dataset.level) === hop.level) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
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
        levels.replaceChildren(
          ...tops.map((level) =>
            el("li", {}, el("button", { class: "button quiet", "data-level": level, on: { click: () => go(hops.findIndex((hop) => hop.level === level) + 1) } },
              el("strong", { text: `Layer ${level}` }), el("span", { text: counted(hops.filter((hop) => hop.level === level).length, "hop") }))),
          ),
        );
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
  const [left, top, right, bottom] = [Math.min, Math.max].flatMap((most) => [0, 1].map((axis) => most(...flat.map((point) => point[axis]))));
  const zoom = Math.min((width - 16) / (right - left || 1), (height - 20) / (bottom - top || 1));
  const put = ([x, y]) => [width / 2 + (x - (left + right) / 2) * zoom, height / 2 + (y - (top + bottom) / 2) * zoom].map((each) => Math.round(each * 10) / 10);
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
  const dots = nodes.map((_, i) => svg("circle", { class: "walk-dot", cx: at[i][0], cy: at[i][1], r: 1.1 }));
  const way = svg("path", { class: "walk-way" });
  const looks = svg("g");
  const stops = svg("g");
  const true10 = new Set(exact.map(({ asset }) => asset.itemId));
  const found = new Set(approximate.map(({ asset }) => asset.itemId));
  const rings = nodes.flatMap(({ id }, i) => true10.has(id)
    ? [svg("circle", { class: found.has(id) ? "walk-true" : "walk-true missed", cx: at[i][0], cy: at[i][1], r: 4.4 })]
    : []);
  const tick = [0.05, 0.1, 0.2, 0.25, 0.5].find((each) => farthest / each <= 4) ?? 0.5;
  const rulers = Array.from({ length: Math.floor(farthest / tick) }, (_, i) => (i + 1) * tick);
  const element = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", testid: "walk-svg", "aria-label": `${count(nodes.length)} pictures around the query, by cosine distance up to ${farthest.toFixed(2)}; ${exact.length} truly nearest are ringed.` },
    ...rulers.map((value) => svg("circle", { class: "walk-ring", cx, cy, r: value * zoom })),
    svg("g", {}, ...dots),
    looks, way, stops, svg("g", {}, ...rings),
    svg("path", { class: "walk-query", d: `M${cx - 4} ${cy}h8M${cx} ${cy - 4}v8` }),
    ...rulers.map((value) => {
      // Below the middle, or where else the ring is in sight.
      const away = value * zoom;
      const [x, y] = [[cx, cy + away], [cx, cy - away], [cx + away, cy], [cx - away, cy]].find(([x, y]) => x > 8 && x < width - 8 && y > 6 && y < height - 10) ?? [-99, -99];
      return svg("text", { class: "walk-label", x, y: y + 1.6, "text-anchor": "middle" }, String(Math.round(value * 100) / 100));
    }),
    svg("text", { class: "walk-label", x: width, y: height - 2, "text-anchor": "end" }, "rings: cosine distance from the query"),
  );

  const line = (a, b) => `M${at[a]}L${at[b]}`;
  return {
    element,
    nearest: (step) => Math.min(...nodes.filter((_, i) => metAt[i] < step).map(({ distance }) => distance)),
    show(step) {
      dots.forEach((dot, i) => dot.setAttribute("class", metAt[i] < step ? "walk-dot met" : "walk-dot"));
      const now = hops[step - 1];
      const before = hops.slice(0, step);
      way.setAttribute("d", [...new Set(before.map(({ node }) => node))].filter((node) => from[node] >= 0).map((node) => line(from[node], node)).join(""));
      looks.replaceChildren(
        svg("path", { class: "walk-look", d: now.dropped.map((each) => line(now.node, each)).join("") }),
        svg("path", { class: "walk-look kept", d: now.kept.map((each) => line(now.node, each)).join("") }),
      );
      const upper = before.filter(({ level }, i) => level > 0 && (i === before.length - 1 || before[i + 1].node !== before[i].node || before[i + 1].level === 0));
      stops.replaceChildren(
        ...upper.flatMap(({ node, level }) => [
          svg("circle", { class: "walk-upper", cx: at[node][0], cy: at[node][1], r: 3.6 }),
          svg("text", { class: "walk-number", x: at[node][0], y: at[node][1] + 1.7, "text-anchor": "middle" }, String(level)),
        ]),
        svg("circle", { class: "walk-now", cx: at[now.node][0], cy: at[now.node][1], r: 3 }),
      );
    },
  };
}
