import { thumbnail } from "../api.js";
import { el } from "../dom.js";
import { counted } from "../format.js";
import { icon } from "../icons.js";
import { titleOf } from "../components/result-card.js";

/**
 * The start: a place to drop a picture, six pictures to begin with, and how much there is to search.
 * @param {{onPick: () => void}} options
 */
export function createStart({ onPick }) {
  const byFinger = matchMedia("(hover: none)").matches;
  const zone = el(
    "button",
    { class: "drop-zone", testid: "drop-zone", on: { click: onPick } },
    el("span", { class: "drop-zone-icon" }, icon("picture")),
    el("span", { class: "drop-zone-title", text: byFinger ? "Choose a picture" : "Drop a picture here" }),
    el("span", { class: "drop-zone-text", text: byFinger ? "or take one" : "or paste one, or click to choose a file" }),
  );
  const samples = el("ul", { class: "samples", testid: "samples", "aria-label": "Pictures to begin with" });
  const samplesTitle = el("h2", { class: "samples-title", text: "Or begin with one of these" });
  const note = el("p", { class: "start-count caption", testid: "collection-count" });
  const message = el("div");
  const element = el(
    "div",
    { class: "start", testid: "start" },
    el("h1", { class: "visually-hidden", text: "Search your pictures" }),
    message,
    zone,
    el("div", { class: "samples-part" }, samplesTitle, samples),
    note,
  );

  return {
    element,
    showLoading() {
      message.replaceChildren();
      zone.hidden = false;
      samplesTitle.hidden = samples.hidden = false;
      samples.replaceChildren(...Array.from({ length: 6 }, () => el("li", { class: "sample skeleton", "aria-hidden": "true" })));
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
      samples.replaceChildren(
        ...results.map((result) => {
          const image = el("img", { alt: "", decoding: "async", src: thumbnail(result.thumbnailUrl, 220) });
          const item = el(
            "li",
            { class: "sample" },
            el("a", { href: url(result), testid: "sample", "aria-label": `Search with ${titleOf(result)}`, title: titleOf(result) }, image),
          );
          item.style.backgroundColor = result.averageColor ?? "";
          return item;
        }),
      );
    },
    showCount(collections, current, onChoose) {
      const chosen = collections.find((each) => each.name === current);
      note.replaceChildren(`${counted(chosen.items, "picture")} indexed`);
      if (collections.length < 2) return;
      const select = el(
        "select",
        { "aria-label": "Collection", testid: "collection", on: { change: () => onChoose(select.value) } },
        ...collections.map(({ name }) => el("option", { value: name, selected: name === current }, name)),
      );
      note.append(" in ", el("span", { class: "select" }, select, icon("down")));
    },
  };
}
