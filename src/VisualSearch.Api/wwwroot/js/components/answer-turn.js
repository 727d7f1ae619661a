import { el } from "../dom.js";
import { clock, duration } from "../format.js";
import { iconButton } from "../icons.js";
import { answerSteps } from "./answer-steps.js";
import { pictureItem, titleOf } from "./result-card.js";

/** Longest side of a source's picture in the strip. CSS pixels. */
const side = 160;

/** A source as the page uses results: what is known of the asset, and of the moment. */
export const resultOf = ({ asset, text, ...source }) => ({ ...asset, ...source, id: source.id, assetId: asset.id, caption: text, text: asset.text });

/** A part of an answer; words that wait to be marked stand out, and wait no more. */
function* marked(part, waiting) {
  let from = 0;
  for (let at = 0; waiting.length > 0 && (at = part.indexOf(waiting[0], from)) >= 0; ) {
    yield part.slice(from, at);
    yield el("strong@short-answer", waiting[0]);
    from = at + waiting.shift().length;
  }
  yield part.slice(from);
}

/**
 * One question with its sources and its answer.
 * @param {object} actions `onOpen(source)`, `onStop()`, `onAgain(question)`
 */
export function createTurn(question, { onOpen, onStop, onAgain }) {
  let sources = [];
  let text = "";
  let shorts = [];
  const strip = el("ol.sources@sources", { "aria-label": "Sources", hidden: true });
  const body = el("p.answer@answer", { "aria-live": "polite", "aria-busy": "true" });
  const note = el("p.caption@answer-note", { hidden: true });
  const stop = iconButton("stop", "Stop", "stop", onStop);
  const copy = iconButton("copy", "Copy the answer", "copy-answer", () => navigator.clipboard?.writeText(text), { hidden: true });
  const again = iconButton("again", "Ask again", "ask-again", () => onAgain(question), { hidden: true });
  const tools = el("div.answer-tools", note, stop, copy, again);
  const problem = el("div");
  const how = el("div");
  const element = el("article.turn@turn", el("h2.question@question", question), strip, body, problem, tools, how);

  element.addEventListener("pointerover", light);
  element.addEventListener("pointerout", light);
  element.addEventListener("focusin", light);
  element.addEventListener("focusout", light);

  /** A citation and its source light up together. */
  function light({ type, target }) {
    const number = target.closest?.("[data-source]")?.dataset.source;
    const on = (type === "pointerover" || type === "focusin") && number;
    for (const each of element.querySelectorAll("[data-source]")) each.classList.toggle("lit", on && each.dataset.source === number);
  }

  function open(event, number) {
    event.preventDefault();
    const source = sources.find((each) => each.number === number);
    if (source) onOpen(source);
  }

  function citation(number) {
    const source = sources.find((each) => each.number === number);
    const name = source ? `Source ${number}: ${titleOf(source.asset)}` : `Source ${number}`;
    return el("button.citation@citation", { "data-source": number, "aria-label": name, title: name, click: (event) => open(event, number) }, String(number));
  }

  /** The words of the answer with their citations; the answer itself, to each question where it is known, stands out. */
  function showText() {
    const nodes = [];
    const waiting = [...shorts];
    for (const [i, part] of text.split(/\s*\[(\d+)\]/).entries()) {
      if (i % 2 === 1) {
        nodes.push(citation(Number(part)));
        continue;
      }
      nodes.push(...marked(part, waiting));
    }
    body.replaceChildren(...nodes);
  }

  function end() {
    body.ariaBusy = null;
    stop.hidden = true;
    copy.hidden = again.hidden = false;
  }

  return {
    element,
    showSources(found) {
      sources = found;
      strip.hidden = found.length === 0;
      strip.replaceChildren(
        ...found.map((source) => {
          const when = source.moment ?? source.start;
          const place = source.asset.video && when !== null && when !== undefined ? clock(when) : "";
          const link = { href: "#", "data-source": source.number, click: (event) => open(event, source.number), testid: "source" };
          const label = el("span.source-label", el("span.source-number", String(source.number)), el("span.source-name", [place, titleOf(source.asset)].filter(Boolean).join(" · ")));
          return pictureItem("li.source", { ...resultOf(source) }, side, link, label);
        }),
      );
    },
    addText(more) {
      text += more;
      showText();
    },
    /** @param {object} reply the whole answer */
    finish(reply) {
      ({ text, shorts = [] } = reply);
      showText();
      element.classList.toggle("not-found", !reply.found);
      for (const each of strip.querySelectorAll(".source > a")) each.parentElement.classList.toggle("uncited", !reply.cited.includes(Number(each.dataset.source)));
      const notes = [
        reply.found ? "" : "the nearest sources are shown",
        reply.model === "extractive" ? "extractive: the collection's own sentences" : reply.model,
        reply.droppedCitations > 0 ? `${reply.droppedCitations} citations taken away: their sources don't say that` : "",
        reply.citationsOnTrust > 0 ? `${reply.citationsOnTrust} citations of what the model saw` : "",
        reply.unsupportedSentences > 0 ? `${reply.unsupportedSentences} sentences without a source` : "",
        reply.usage ? `${reply.usage.input} + ${reply.usage.output} tokens` : "",
        duration(reply.timings.total),
      ];
      note.textContent = notes.filter(Boolean).join(" · ");
      note.hidden = false;
      if (reply.explanation) how.replaceChildren(answerSteps(reply.explanation));
      end();
    },
    stopped() {
      note.textContent = "stopped";
      note.hidden = false;
      end();
    },
    fail(node) {
      problem.replaceChildren(node);
      end();
    },
    get text() {
      return text;
    },
  };
}
