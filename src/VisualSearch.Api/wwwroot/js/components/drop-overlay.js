import { el } from "../dom.js";
import { icon } from "../icons.js";

/** How a result dragged from the grid says what it is. */
export const itemType = "application/x-visualsearch-item";

/**
 * Takes pictures dropped anywhere on the page, or pasted.
 * @param {Record<string, Function>} actions `onPicture(file)`, `onItem(ref)`, `onRefused(message)`
 */
export function acceptDrops({ onPicture, onItem, onRefused }) {
  const overlay = el(
    "div.drop-overlay@drop-overlay",
    { hidden: true, "aria-hidden": "true" },
    el("div.drop-overlay-text", icon("picture"), el("p", "Drop to search with this picture")),
  );
  document.body.append(overlay);
  // Entering a child leaves its parent: only when the counts are even has the pointer left the window.
  let depth = 0;

  const concerns = (event) =>
    [...(event.dataTransfer?.types ?? [])].some((type) => type === "Files" || type === itemType || type === "text/uri-list");
  const show = (on) => {
    overlay.hidden = !on;
    if (!on) depth = 0;
  };

  addEventListener("dragenter", (event) => {
    if (!concerns(event)) return;
    event.preventDefault();
    depth++;
    show(true);
  });
  addEventListener("dragleave", (event) => {
    if (concerns(event) && --depth <= 0) show(false);
  });
  addEventListener("dragover", (event) => {
    if (!concerns(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
  });
  addEventListener("dragend", () => show(false));
  addEventListener("drop", (event) => {
    if (!concerns(event)) return;
    event.preventDefault();
    show(false);
    const item = event.dataTransfer.getData(itemType);
    if (item) return onItem(JSON.parse(item));
    take(
      [...event.dataTransfer.files],
      "The other page gave only the picture's address, and this page fetches nothing. Save the picture, then drop the file.",
    );
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files, "");
  });

  function take(files, whenNone) {
    const picture = files.find(isPicture);
    if (picture) onPicture(picture);
    else onRefused(files.length > 0 ? `${files[0].name || "That"} is not a picture.` : whenNone);
  }
}

/** By the type where the system knows one, by the name's ending where it doesn't. */
const isPicture = (file) =>
  file.type.startsWith("image/") || (!file.type && /\.(jpe?g|png|webp|gif|tiff?|avif|hei[cf]|bmp)$/i.test(file.name));
