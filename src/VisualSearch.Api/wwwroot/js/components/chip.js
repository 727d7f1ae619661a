import { el } from "../dom.js";
import { icon } from "../icons.js";

const side = 40;

/** The picture in the search field. Shows only the crop where there is one. */
export function createChip({ onOpen, onRemove }) {
  const image = el("img", { alt: "", draggable: "false" });
  const button = el("button.chip-picture@chip-open", { click: onOpen }, image);
  const element = el(
    "div.chip@query-chip",
    { hidden: true },
    button,
    el("button.chip-remove@chip-remove", { "aria-label": "Remove the picture", click: onRemove }, icon("close")),
  );
  let crop = null;

  image.onload = frame;
  image.onerror = () => showPlain();

  function showPlain() {
    button.classList.add("plain");
    button.replaceChildren(icon("picture"));
  }

  /** Places the picture so that the crop covers the chip. */
  function frame() {
    const { naturalWidth: width, naturalHeight: height, style } = image;
    style.cssText = "";
    if (!crop || !width) return;
    const scale = Math.max(side / (crop.width * width), side / (crop.height * height));
    style.maxWidth = "none";
    style.width = `${width * scale}px`;
    style.height = `${height * scale}px`;
    style.transform = `translate(${side / 2 - (crop.x + crop.width / 2) * width * scale}px, ${side / 2 - (crop.y + crop.height / 2) * height * scale}px)`;
  }

  return {
    element,
    /** `shown` ({url, name, crop}) null: no picture; `url` null: a format that the browser can't show. */
    show(shown) {
      element.hidden = !shown;
      if (!shown) return;
      crop = shown.crop;
      element.classList.toggle("cropped", Boolean(crop));
      button.ariaLabel = `${crop ? "Part of" : "Searching with"} ${shown.name}. Open it to draw a crop.`;
      button.title = shown.name;
      if (!shown.url) return showPlain();
      button.classList.remove("plain");
      if (!button.contains(image)) button.replaceChildren(image);
      if (image.src !== shown.url) image.src = shown.url;
      else frame();
    },
  };
}
