import { thumbnail } from "../api.js";
import { el } from "../dom.js";
import { clock, fileName } from "../format.js";
import { icon } from "../icons.js";
import { refOf } from "../query.js";
import { scrubbing } from "./storyboard.js";
import { itemType } from "./drop-overlay.js";

/** @returns {string} what to call it: its title, or its file's name */
export const titleOf = (result) => result.title || fileName(result.path) || `picture ${result.id}`;

/** What these results are together. */
export const nounOf = (results) => (results.some(({ video }) => video) ? "result" : "picture");

/**
 * A small picture that leads somewhere.
 * @param {string} what as for `el`
 * @param {number} side longest one of its box, in CSS pixels
 * @param {object} link attributes: `href`, and a name where the title is not enough
 * @param {...Node} more what follows in the item
 */
export function pictureItem(what, picture, side, link, ...more) {
  const image = el("img", { src: thumbnail(picture.thumbnailUrl, side), alt: "", loading: "lazy", decoding: "async" });
  const anchor = el("a", { "aria-label": titleOf(picture), title: titleOf(picture), ...link }, image);
  anchor.style.backgroundColor = picture.averageColor ?? "";
  return el(what, anchor, ...more);
}

/**
 * One result in the grid: the picture, and over it on hover or focus the match, the title and "more like this".
 * @param {object} result of the search contract
 */
export function createCard(result) {
  const ref = refOf(result);
  const image = el("img", { alt: "", loading: "lazy", decoding: "async", draggable: "false" });
  const number = el("span@card-match");
  const match = el("span.card-match", el("span.visually-hidden", "Match "), number);
  const title = el("span.card-title");
  const copies = el("span.card-copies");
  const part = el("span.card-part@found-part", { hidden: true });
  const length = el("span.card-length@card-length", { hidden: true });
  const open = el("a.card-open@card-open", image, part, length, el("span.card-caption", match, title));
  const like = el("a.card-like@more-like-this", { title: "More like this" }, icon("like"));
  const less = el("a.card-like.less@less-like-this", { title: "Less like this", hidden: true }, icon("minus"));
  const element = el("li.card@result-card", { "data-id": ref.id }, open, like, less, copies);
  image.after(scrubbing(element, () => result.video));

  image.onload = () => element.classList.add("loaded");
  image.onerror = () => element.classList.add("missing");
  open.ondragstart = (event) => event.dataTransfer.setData(itemType, JSON.stringify(ref));

  return {
    element,
    ref,
    /** Takes over a fresh answer about the same item. */
    update(fresh) {
      const name = titleOf(fresh);
      like.ariaLabel = `More like this: ${name}`;
      less.ariaLabel = `Less like this: ${name}`;
      title.textContent = name;
      number.textContent = fresh.match ?? "";
      copies.hidden = !(fresh.collapsed > 0);
      copies.textContent = `+${fresh.collapsed}`;
      copies.title = fresh.video ? `${fresh.collapsed} further moments of this video` : `${fresh.collapsed} near-copies folded into this one`;
      const { box, video, moment, start } = fresh;
      length.hidden = !video;
      if (video) length.textContent = `${clock(moment ?? start ?? 0)} / ${clock(video.duration)}`;
      part.hidden = !box;
      if (box) for (const [side, share] of [["left", box.x], ["top", box.y], ["width", box.width], ["height", box.height]]) part.style[side] = `${share * 100}%`;
      element.style.backgroundColor = fresh.averageColor;
    },
    /** @param {string|null} lessUrl null: there is nothing yet to be unlike of */
    link(openUrl, likeUrl, lessUrl) {
      open.href = openUrl;
      like.href = likeUrl;
      less.hidden = !lessUrl;
      if (lessUrl) less.href = lessUrl;
    },
    place(box) {
      const { style } = element;
      style.transform = `translate(${box.x}px, ${box.y}px)`;
      style.width = `${box.width}px`;
      style.height = `${box.height}px`;
      element.classList.toggle("narrow", box.width < 132);
      const src = thumbnail(result.thumbnailUrl, Math.max(box.width, box.height));
      // A picture that is already there is not swapped for a smaller one when the grid gets narrower.
      if (!image.src || (src !== image.src && box.width > image.width * 1.3)) image.src = src;
    },
    /** One card at a time is in the tab order; arrow keys lead to the others. */
    setCurrent(current) {
      open.tabIndex = like.tabIndex = less.tabIndex = current ? 0 : -1;
    },
    mark(isOpen) {
      element.classList.toggle("open", isOpen);
      open.ariaCurrent = isOpen || null;
    },
    focus: () => open.focus({ preventScroll: true }),
  };
}
