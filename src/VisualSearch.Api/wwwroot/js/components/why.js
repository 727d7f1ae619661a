import { el, svg } from "../dom.js";

/** The stages in a newcomer's words. A stage that isn't listed keeps the server's own label. */
const words = {
  visual: ["Looks alike", "How alike the model sees them, found fast and approximately"],
  text: ["Words found", "How well title, tags and text answer the words"],
  fusion: ["Both together", "Looks and words joined into one order"],
  exact: ["Looks, measured exactly", "The same likeness again, without approximation"],
  rescore: ["Looks, measured exactly", "The same likeness again, without approximation"],
  duplicates: ["Copies folded", "Near-copies that this picture stands for"],
  collapse: ["Copies folded", "Near-copies that this picture stands for"],
  diversity: ["Variety", "What was taken off for resembling pictures above it"],
  rules: ["House rules", "Rules of whoever runs this server"],
  match: ["Match", "All of it on a scale from 0 to 100"],
};

/**
 * Why a result is where it is: one row a stage, with its bar on a common scale from 0 to 100 %.
 * @param {{stages: {name: string, label?: string, score?: number, rank?: number, contribution?: number, note?: string}[]}} explanation
 * @returns {HTMLElement}
 */
export function whyChart(explanation) {
  const stages = explanation?.stages ?? [];
  if (stages.length === 0) return el("p", { class: "caption", text: "The server gave no explanation for this result." });
  return el("figure", { class: "why", testid: "why" },
    el("ol", {}, ...stages.map(row)),
    stages.some((stage) => Number.isFinite(stage.contribution)) ? axis() : null);
}

function row(stage) {
  const [label, meaning] = words[stage.name] ?? [stage.label ?? stage.name, ""];
  const share = Number.isFinite(stage.contribution) ? Math.min(1, Math.max(0, stage.contribution)) : null;
  return el("li", { class: "why-stage", "data-stage": stage.name },
    el("div", { class: "why-head" }, el("span", { class: "why-label", text: label }), el("span", { class: "why-value", text: value(stage) })),
    share === null ? null : bar(share, stage.name === "match"),
    el("p", { class: "caption", text: stage.note || meaning }));
}

function value(stage) {
  const parts = [];
  if (Number.isFinite(stage.score)) {
    if (stage.name === "match") parts.push(`${Math.round(stage.score)} of 100`);
    else parts.push(Number.isInteger(stage.score) ? String(stage.score) : stage.score.toFixed(Math.abs(stage.score) < 0.1 ? 4 : 2));
  }
  if (Number.isFinite(stage.rank)) parts.push(`no. ${stage.rank}`);
  return parts.join(" · ");
}

function bar(share, strong) {
  // Stretched to the row's width: only the horizontal scale carries meaning.
  return svg("svg", { class: strong ? "why-bar strong" : "why-bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", role: "img", "aria-label": `${Math.round(share * 100)} %` },
    svg("rect", { class: "why-track", width: 100, height: 8 }),
    svg("rect", { class: "why-fill", width: Math.max(0.5, share * 100), height: 8 }));
}

function axis() {
  return el("figcaption", { class: "why-axis caption" }, el("span", { text: "0 %" }), el("span", { text: "strength of each step" }), el("span", { text: "100 %" }));
}
