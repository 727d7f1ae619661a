import { thumbnail } from "../api.js";
import { el } from "../dom.js";
import { fileName } from "../format.js";
import { icon } from "../icons.js";
import { refOf } from "../query.js";
import { itemType } from "./drop-overlay.js";

/** @returns {string} what to call it: its title, or its file's name */
export const titleOf = (result) => result.title || fileName(result.path) || `picture ${result.id}`;

/**
 * One result in the grid: the picture, and over it on hover or focus the match, the title and "more like this".
 * @param {object} result of the search contract
 */
export function createCard(result) {
  const ref = refOf(result);
  const image = el("img", { alt: "", loading: "lazy", decoding: "async", draggable: "false" });
  const number = el("span", { testid: "card-match" });
  const match = el("span", { class: "card-match" }, el("span", { class: "visually-hidden", text: "Match " }), number);
  const title = el("span", { class: "card-title" });
  const copies = el("span", { class: "card-copies" });
  const open = el("a", { class: "card-open", testid: "card-open" }, image, el("span", { class: "card-caption" }, match, title));
  const like = el("a", { class: "card-like", testid: "more-like-this", title: "More like this" }, icon("like"));
  const less = el("a", { class: "card-like less", testid: "less-like-this", title: "Less like this", hidden: true }, icon("minus"));
  const element = el("li", { class: "card", testid: "result-card", "data-id": ref.id }, open, like, less, copies);

  image.addEventListener("load", () => element.classList.add("loaded"));
  image.addEventListener("error", () => element.classList.add("missing"));
  open.addEventListener("dragstart", (event) => event.dataTransfer.setData(itemType, JSON.stringify(ref)));

  return {
    element,
    ref,
    /** Takes over a fresh answer about the same item. */
    update(fresh) {
      const name = titleOf(fresh);
      like.setAttribute("aria-label", `More like this: ${name}`);
      less.setAttribute("aria-label", `Less like this: ${name}`);
      title.textContent = name;
      number.textContent = fresh.match ?? "";
      copies.hidden = !(fresh.collapsed > 0);
      copies.textContent = `+${fresh.collapsed}`;
      copies.title = `${fresh.collapsed} near-copies folded into this one`;
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
      if (isOpen) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
    },
    focus: () => open.focus({ preventScroll: true }),
  };
}
