import { el } from "../dom.js";
import { count, date, fieldName, fileName, fileSize } from "../format.js";
import { icon } from "../icons.js";
import { pictureItem } from "./result-card.js";

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
    "dl.facts@metadata",
    rows.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", name), el("dd", String(value))]),
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
    "ul.tags@tags",
    { "aria-label": "Tags" },
    tags.map((tag) => el("li", el("a.tag", { href: url(tag), "aria-label": `Search for ${tag}` }, tag))),
  );
}

/** Similar pictures as small squares. */
export const similarStrip = (results, url) =>
  el(
    "ul.similar@similar",
    results.map((result) => pictureItem("li", result, 120, { href: url(result) })),
  );

/**
 * A part of the panel that is filled when its content arrives, and then has the size it had before.
 * @param {Promise<Node|null>} content null: nothing to show, the part goes away
 * @param {string} [placeholder] class of the skeleton
 */
export function laterSection(title, content, placeholder = "short") {
  const slot = el("div", { class: `skeleton ${placeholder}`, "aria-busy": "true" });
  const element = el("section.panel-section", el("h3", title), slot);
  const fill = (node) => {
    slot.className = "";
    slot.ariaBusy = null;
    slot.replaceChildren(node);
  };
  content.then(
    (node) => (node ? fill(node) : element.remove()),
    (error) => error.name === "AbortError" || fill(el("p.caption", error.message)),
  );
  return element;
}

/** The main things to do with a result. */
export function detailActions({ likeUrl, lessUrl, mediaUrl }) {
  return el(
    "div.panel-actions",
    el("a.button.primary@detail-more-like-this", { href: likeUrl }, icon("like"), "More like this"),
    lessUrl ? el("a.button@detail-less-like-this", { href: lessUrl }, icon("minus"), "Less") : null,
    el("a.button@detail-original", { href: mediaUrl, target: "_blank", rel: "noopener" }, icon("open"), "Original"),
  );
}
