import { el, svg } from "./dom.js";

/** Line drawings on a 24 × 24 grid. */
const drawings = {
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM16.2 16.2 20 20",
  picture: "M5 5h14v14H5zM5 16l4.5-4.5L13 15l2.5-2.5L19 16M15 9.2v.01",
  close: "M6 6l12 12M18 6 6 18",
  like: "M4 5h9v9H4zM17 8v12H8",
  filter: "M4 7h16M7 12h10M10 17h4",
  down: "M7 10l5 5 5-5",
  next: "M9 5l7 7-7 7",
  previous: "M15 5l-7 7 7 7",
  crop: "M7 3v14h14M3 7h14v14",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  open: "M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  send: "M5 12h13M12 5l7 7-7 7",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  again: "M19 12a7 7 0 1 1-2-5M17 3v4h-4",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  stack: "M8 8h12v12H8zM4 16V4h12",
};

/**
 * One icon, hidden from assistive technology: the control around it carries the name.
 * @param {keyof typeof drawings} name
 */
export function icon(name) {
  return svg("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, svg("path", { d: drawings[name] }));
}

/**
 * A small button that shows only an icon.
 * @param {string} label its name, and its tooltip where `more.title` has no other
 */
export const iconButton = (name, label, testid, click, more = {}) =>
  el("button.icon-button", { class: "small", "aria-label": label, title: label, testid, click, ...more }, icon(name));

/**
 * A choice out of a list, as small as its text.
 * @param {[string, string][]} entries value and text of each
 * @param {(value: string) => void} choose
 */
export function dropdown(entries, choose, attributes) {
  const options = entries.map(([value, text]) => el("option", { value }, text));
  const input = el("select", { ...attributes, change: () => choose(input.value) }, options);
  return { input, element: el("span.select", input, icon("down")) };
}
