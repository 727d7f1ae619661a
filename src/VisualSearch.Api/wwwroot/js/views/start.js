import { el } from "../dom.js";
import { counted } from "../format.js";
import { dropdown, icon } from "../icons.js";
import { pictureItem, titleOf } from "../components/result-card.js";

/**
 * The start: a place to drop a picture, six pictures to begin with, and how much there is to search.
 * @param {{onPick: () => void}} options
 */
export function createStart({ onPick }) {
  const byFinger = matchMedia("(hover: none)").matches;
  const zone = el(
    "button.drop-zone@drop-zone",
    { click: onPick },
    el("span.drop-zone-icon", icon("picture")),
    el("span.drop-zone-title", byFinger ? "Choose a picture" : "Drop a picture here"),
    el("span.drop-zone-text", byFinger ? "or take one" : "or paste one, or click to choose a file"),
  );
  const samples = el("ul.samples@samples", { "aria-label": "Pictures to begin with" });
  const samplesTitle = el("h2.samples-title", "Or begin with one of these");
  const note = el("p.start-count.caption@collection-count");
  const message = el("div");
  const element = el(
    "div.start@start",
    el("h1.visually-hidden", "Search your pictures"),
    message,
    zone,
    el("div.samples-part", samplesTitle, samples),
    note,
  );

  return {
    element,
    showLoading() {
      message.replaceChildren();
      zone.hidden = false;
      samplesTitle.hidden = samples.hidden = false;
      samples.replaceChildren(...Array.from({ length: 6 }, () => el("li.sample.skeleton", { "aria-hidden": "true" })));
      note.textContent = "\u00a0";
    },
    /** @param {Node} node an error, or what to do when nothing is indexed */
    showMessage(node) {
      message.replaceChildren(node);
      samples.replaceChildren();
      zone.hidden = samplesTitle.hidden = samples.hidden = true;
      note.textContent = "\u00a0";
    },
    showSamples(results, url) {
      samplesTitle.hidden = samples.hidden = results.length === 0;
      const link = (result) => ({ href: url(result), testid: "sample", "aria-label": `Search with ${titleOf(result)}` });
      samples.replaceChildren(...results.map((result) => pictureItem("li.sample", result, 220, link(result))));
    },
    showCount(collections, current, onChoose) {
      const chosen = collections.find((each) => each.name === current);
      note.replaceChildren(`${counted(chosen.items, ...(chosen.videos ? ["picture or moment", "pictures and moments"] : ["picture"]))} indexed`);
      if (collections.length < 2) return;
      const names = collections.map(({ name }) => [name, name]);
      const select = dropdown(names, onChoose, { testid: "collection", "aria-label": "Collection" });
      select.input.value = current;
      note.append(" in ", select.element);
    },
  };
}
