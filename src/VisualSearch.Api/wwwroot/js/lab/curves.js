import { el, svg } from "../dom.js";
import { count } from "../format.js";
import { dropdown } from "../icons.js";

const height = 360;
const narrow = matchMedia("(max-width: 719px)");
const titles = { pixels: "pictures as 16 × 16 pixels", embeddings: "pictures as the model sees them", synthetic: "synthetic vectors" };

/** Recall against queries per second, one curve an engine: upper right is better. @param {object[]} all rows of the bench */
export function benchCurves(all) {
  // Filters and churn ("ef=64 filter=1% near") are tables of their own; a curve's settings are bare numbers.
  const rows = all.filter(({ setting }) => !setting.includes("="));
  const sets = [...new Set(rows.map(({ data }) => data))];
  const place = el("div");
  const select = dropdown(
    sets.map((data) => [data, titles[data.split("-")[0]] ?? data]),
    () => draw(),
    { testid: "bench-data", id: "bench-data" },
  );
  const readout = el("p.caption.curve-value@bench-value", { role: "status" });
  const say = (text) => (readout.textContent = text);
  const draw = () => {
    say("Point at a curve, or go to it with Tab and along it with ← and →, to read its values.");
    place.replaceChildren(
      chart(
        rows.filter(({ data }) => data === select.input.value),
        say,
      ),
    );
  };
  draw();
  narrow.addEventListener("change", draw);
  return el("figure.curves@bench", el("label", { for: "bench-data" }, "Vectors searched: "), select.element, place, readout);
}

function chart(rows, say) {
  const small = narrow.matches;
  const width = small ? 372 : 760;
  const box = small ? { left: 66, right: 122, top: 14, bottom: 46 } : { left: 84, right: 170, top: 14, bottom: 46 };
  // Below a recall of 0.5 nobody searches; a curve's steep part would be squeezed to nothing.
  const shown = rows.filter(({ recall10, qps }) => recall10 >= 0.5 && qps > 0);
  const least = Math.min(0.95, Math.floor(Math.min(...shown.map(({ recall10 }) => recall10)) * 20) / 20);
  const decades = [
    Math.floor(Math.log10(Math.min(...shown.map(({ qps }) => qps)))),
    Math.ceil(Math.log10(Math.max(...shown.map(({ qps }) => qps)))),
  ];
  const x = (recall) => box.left + ((recall - least) / (1 - least)) * (width - box.left - box.right);
  const y = (qps) =>
    height - box.bottom - ((Math.log10(qps) - decades[0]) / (decades[1] - decades[0] || 1)) * (height - box.top - box.bottom);
  const gap = [0.01, 0.02, 0.05, 0.1].find((each) => (1 - least) / each <= (small ? 4 : 8)) ?? 0.25;
  const across = Array.from({ length: Math.floor((1 - least) / gap + 1.001) }, (_, i) => 1 - i * gap);
  const up = Array.from({ length: decades[1] - decades[0] + 1 }, (_, i) => 10 ** (decades[0] + i));
  const engines = [...new Set(shown.map(({ engine }) => engine))];
  const labels = spread(
    engines.map((engine) => {
      const points = shown.filter((row) => row.engine === engine).sort((a, b) => a.recall10 - b.recall10);
      return { engine, points, wanted: y(points.at(-1).qps) };
    }),
  );
  let peers = 0;
  return svg(
    "svg.curve-chart",
    { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Queries per second by recall at 10, one curve an engine" },
    across.flatMap((value) => [
      svg("path.curve-grid", { d: `M${x(value)} ${box.top}V${height - box.bottom}` }),
      svg("text", { x: x(value), y: height - box.bottom + 16, "text-anchor": "middle" }, value.toFixed(2)),
    ]),
    up.flatMap((value) => [
      svg("path.curve-grid", { d: `M${box.left} ${y(value)}H${width - box.right}` }),
      svg("text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, count(value)),
    ]),
    svg(
      "text",
      { x: (box.left + width - box.right) / 2, y: height - 8, "text-anchor": "middle" },
      small ? "recall@10" : "recall@10 (share of the ten nearest found)",
    ),
    svg(
      "text.curve-axis",
      { transform: `translate(14 ${(height - box.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" },
      "queries per second, log scale",
    ),
    labels.map((label) => curve(label, /visualsearch/i.test(label.engine) ? "own" : `peer-${peers++ % 4}`, x, y, say, width - box.right)),
  );
}

function curve({ engine, points, at }, look, x, y, say, edge) {
  const name = engine.replace(/^visualsearch-/i, narrow.matches ? "" : "VisualSearch ");
  const mark = svg("circle.curve-mark", { r: 5 });
  let index = points.length - 1;
  const read = () => {
    const { recall10, qps, setting, p99Micros } = points[index];
    mark.setAttribute("transform", `translate(${x(recall10)} ${y(qps)})`);
    mark.classList.add("shown");
    say(
      `${name}, ${knob(engine, setting)}: recall ${recall10.toFixed(3)}, ${count(qps)} queries per second${p99Micros ? `, 99 of 100 within ${count(p99Micros)} µs` : ""}.`,
    );
  };
  const hide = () => mark.classList.remove("shown");
  const keys = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    index = Math.min(points.length - 1, Math.max(0, index + by));
    read();
  };
  const on = (i) => ({
    pointerenter: () => {
      index = i;
      read();
    },
    pointerleave: hide,
  });
  const last = points.at(-1);
  return svg(
    "g",
    {
      class: `curve ${look}`,
      tabindex: 0,
      role: "img",
      "aria-label": `${name}: ${points.length} settings`,
      focus: read,
      blur: hide,
      keydown: keys,
    },
    svg("path.curve-line", { d: `M${points.map(({ recall10, qps }) => `${x(recall10)} ${y(qps)}`).join("L")}` }),
    points.flatMap(({ recall10, qps }, i) => [
      svg("circle.curve-dot", { cx: x(recall10), cy: y(qps), r: 2.5 }),
      svg("circle.curve-hit", { cx: x(recall10), cy: y(qps), r: 10, ...on(i) }),
    ]),
    mark,
    svg("path.curve-leader", { d: `M${x(last.recall10) + 4} ${y(last.qps)}L${edge + 8} ${at - 4}` }),
    svg("text.curve-name", { x: edge + 12, y: at }, name),
  );
}

/** What was turned for one point of an engine's curve. */
function knob(engine, setting) {
  if (engine.endsWith("flat") && !engine.includes("ivf")) return setting === "batch" ? "in batches" : "one query at a time";
  return `${/ivf|lsh/.test(engine) ? "NProbe" : "EfSearch"} ${setting}`;
}

/** Labels 14 units apart at least, each as near as may be to where it belongs. */
function spread(labels) {
  let free = 20;
  return labels
    .sort((a, b) => a.wanted - b.wanted)
    .map((label) => {
      const at = Math.max(free, label.wanted + 4);
      free = at + 14;
      return { ...label, at };
    });
}
