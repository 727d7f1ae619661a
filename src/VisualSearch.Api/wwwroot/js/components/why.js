import { el, svg } from "../dom.js";

/**
 * Why a result is where it is: one row a stage, with its bar on a common scale from 0 to 100 %, and the match as the last.
 * @param {{stages: object[]}} explanation of the search contract
 * @param {number} match 0..100
 */
export function whyChart(explanation, match) {
  const total = { name: "match", label: "Match", score: match, contribution: match / 100, note: "All of it on one scale, from 0 to 100." };
  const marks = ["0 %", "strength of each step", "100 %"].map((text) => el("span", text));
  return el("figure.why@why", el("ol", [...explanation.stages, total].map(row)), el("figcaption.why-axis.caption", marks));
}

function row({ name, label, score, rank, contribution, note }) {
  const digits = Number.isInteger(score) ? 0 : Math.abs(score) < 0.1 ? 4 : 2;
  const value = [score?.toFixed(digits), rank && `no. ${rank}`].filter(Boolean).join(" · ");
  return el(
    "li",
    { "data-stage": name },
    el("div.why-head", el("span", label ?? name), el("span.why-value", value)),
    Number.isFinite(contribution) ? bar(Math.round(Math.min(1, Math.max(0, contribution)) * 100), name === "match") : null,
    note ? el("p.caption", note) : null,
  );
}

function bar(percent, strong) {
  // Stretched to the row's width: only the horizontal scale carries meaning.
  return svg(
    "svg",
    {
      class: strong ? "why-bar strong" : "why-bar",
      viewBox: "0 0 100 8",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${percent} %`,
    },
    svg("rect.why-track", { width: 100, height: 8 }),
    svg("rect.why-fill", { width: Math.max(0.5, percent), height: 8 }),
  );
}
