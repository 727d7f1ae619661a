import { el } from "../dom.js";
import { clock, duration } from "../format.js";

/** So many of what was found are listed; the rest were farther off. */
const mostEvidence = 12;

const labels = {
  understand: "Understood",
  retrieve: "Found",
  rank: "Ordered",
  pack: "Chosen as sources",
  see: "Looked at",
  answer: "Answered",
  check: "Citations checked",
};

/**
 * How an answer came about, folded: every stage with what it did, and what became of all that was found.
 * @param {{steps: {stage: string, milliseconds: number, says: string[]}[], evidence: object[]}} explanation
 */
export function answerSteps({ steps, evidence }) {
  const stages = steps.map(({ stage, milliseconds, says }) =>
    el(
      "li",
      { "data-stage": stage },
      el("div.why-head", el("h3", labels[stage] ?? stage), el("span.why-value", duration(milliseconds))),
      ...says.map((sentence) => el("p.caption", sentence)),
      stage === "pack" && evidence.length > 0 ? evidenceTable(evidence) : null,
    ),
  );
  return el("details.how@how", el("summary", "How this was found"), el("ol", stages));
}

function evidenceTable(evidence) {
  const head = el("tr", ...["Source", "Score", "Was", "Match", "What"].map((name) => el("th", { scope: "col" }, name)));
  const rows = evidence.slice(0, mostEvidence).map((one) => {
    const place = one.start === null || one.start === undefined ? "" : ` at ${clock(one.start)}`;
    return el(
      "tr@evidence",
      { class: one.source ? "" : "left-out" },
      el("td", one.source ? String(one.source) : "–"),
      el("td", one.score.toFixed(2)),
      el("td", String(one.foundAt)),
      el("td", String(one.match)),
      el("td", el("b", `${one.title}${place}`), ` ${one.source ? one.text : one.verdict}`),
    );
  });
  const more = evidence.length - rows.length;
  return el("div.evidence", el("table", el("thead", head), el("tbody", rows)), more > 0 ? el("p.caption", `and ${more} more`) : null);
}
