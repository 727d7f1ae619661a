import { el } from "../dom.js";

/**
 * Small pictures of a video that follow the pointer over its card: left is its beginning, right its end.
 * @param {HTMLElement} card
 * @param {() => object|undefined} videoOf of the search contract; undefined for a picture
 */
export function scrubbing(card, videoOf) {
  const sheet = el("span.storyboard@storyboard", { hidden: true });
  card.addEventListener("pointermove", ({ clientX, pointerType }) => {
    const video = videoOf();
    if (!video || pointerType === "touch") return;
    const { left, width, height } = card.getBoundingClientRect();
    const { count, columns } = video.tiles;
    const tile = Math.min(count - 1, Math.max(0, Math.floor(((clientX - left) / width) * count)));
    const rows = Math.ceil(count / columns);
    sheet.style.backgroundImage ||= `url("${new URL(video.storyboardUrl, document.baseURI).href}")`;
    sheet.style.backgroundSize = `${width * columns}px ${height * rows}px`;
    sheet.style.backgroundPosition = `${-width * (tile % columns)}px ${-height * Math.floor(tile / columns)}px`;
    sheet.dataset.tile = tile;
    sheet.hidden = false;
  });
  card.addEventListener("pointerleave", () => (sheet.hidden = true));
  return sheet;
}
