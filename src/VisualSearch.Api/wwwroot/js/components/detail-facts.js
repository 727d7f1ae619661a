import { thumbnail } from "../api.js";
import { el } from "../dom.js";
import { count, date, fieldName, fileName, fileSize } from "../format.js";
import { icon } from "../icons.js";
import { titleOf } from "./result-card.js";

/** What is known about a picture, as a list of terms; what is not known is left out. */
export function facts(result) {
  const rows = [
    ["File", fileName(result.path)],
    ["Folder", folder(result.path)],
    ["Dimensions", `${count(result.width)} × ${count(result.height)}`],
    ["Format", result.format],
    ["File size", fileSize(result.sizeBytes)],
    ...Object.entries(result.fields).map(([name, value]) => [fieldName(name), fieldValue(name, value)]),
  ];
  return el(
    "dl",
    { class: "facts", testid: "metadata" },
    ...rows.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: String(value) })]),
  );
}

function folder(path) {
  const name = fileName(path);
  return path && path.length > name.length ? path.slice(0, path.length - name.length - 1) : null;
}

function fieldValue(name, value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (/(At|Date|date)$/.test(name) && typeof value === "string") return date(value);
  // A year is a number that is never written with a thousands separator.
  return String(value);
}

/** Tags as links; `url` gives the search for a tag. */
export function tagList(tags, url) {
  if (!tags?.length) return null;
  return el(
    "ul",
    { class: "tags", testid: "tags", "aria-label": "Tags" },
    ...tags.map((tag) => el("li", {}, el("a", { class: "tag", href: url(tag), "aria-label": `Search for ${tag}` }, tag))),
  );
}

/** Similar pictures as small squares. */
export function similarStrip(results, url) {
  return el(
    "ul",
    { class: "similar", testid: "similar" },
    ...results.map((result) => {
      const item = el(
        "li",
        {},
        el(
          "a",
          { href: url(result), "aria-label": titleOf(result), title: titleOf(result) },
          el("img", { src: thumbnail(result.thumbnailUrl, 120), alt: "", loading: "lazy", decoding: "async" }),
        ),
      );
      item.style.backgroundColor = result.averageColor ?? "";
      return item;
    }),
  );
}

/**
 * A part of the panel that is filled when its content arrives, and then has the size it had before.
 * @param {Promise<Node|null>} content null: nothing to show, the part goes away
 * @param {string} [placeholder] class of the skeleton
 */
export function laterSection(title, content, placeholder = "short") {
  const slot = el("div", { class: `skeleton ${placeholder}`, "aria-busy": "true" });
  const element = el("section", { class: "panel-section" }, el("h3", { text: title }), slot);
  content.then(
    (node) => {
      if (!node) return element.remove();
      slot.className = "";
      slot.removeAttribute("aria-busy");
      slot.replaceChildren(node);
    },
    (error) => {
      if (error.name === "AbortError") return;
      slot.className = "";
      slot.removeAttribute("aria-busy");
      slot.replaceChildren(el("p", { class: "caption", text: error.message }));
    },
  );
  return element;
}

/** The main things to do with a result. */
export function detailActions({ likeUrl, lessUrl, mediaUrl }) {
  return el(
    "div",
    { class: "panel-actions" },
    el("a", { class: "button primary", href: likeUrl, testid: "detail-more-like-this" }, icon("like"), "More like this"),
    lessUrl ? el("a", { class: "button", href: lessUrl, testid: "detail-less-like-this" }, icon("minus"), "Less") : null,
    el("a", { class: "button", href: mediaUrl, target: "_blank", rel: "noopener", testid: "detail-original" }, icon("open"), "Original"),
  );
}
