import { el } from "../dom.js";
import { icon, iconButton } from "../icons.js";
import { createChip } from "./chip.js";

/** Besides what browsers call pictures: formats that only the server can read. */
const accepted = "image/*,.heic,.heif,.avif,.tif,.tiff";

/**
 * The field that is always there. Words are searched on Enter, a picture as soon as it arrives.
 * @param {Record<string, Function>} actions `onWords(text)`, `onPicture(file)`, `onRemovePicture()`, `onOpenPicture()`
 */
export function createSearchField({ onWords, onPicture, onRemovePicture, onOpenPicture }) {
  const input = el("input@search-input", {
    type: "search",
    id: "search-input",
    name: "q",
    placeholder: "Describe a picture, or drop one here",
    "aria-label": "Search with words",
    title: "Words, for example: two red boats. A word after a minus is one to stay away from: boats -sail",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    maxlength: "500",
  });
  const file = el("input@file-input", { type: "file", id: "file-input", accept: accepted, hidden: true });
  const chip = createChip({ onOpen: onOpenPicture, onRemove: onRemovePicture });
  const form = el(
    "form.search-field@search-form",
    { role: "search", "aria-label": "Pictures" },
    el("button.icon-button.lens@search-submit", { type: "submit", "aria-label": "Search", title: "Search" }, icon("search")),
    chip.element,
    input,
    el("kbd", { "aria-hidden": "true" }, "/"),
    file,
    iconButton("picture", "Search with a picture", "pick-picture", () => file.click(), { class: null }),
  );

  const mark = () => form.classList.toggle("has-text", input.value !== "");
  input.oninput = mark;
  form.onsubmit = (event) => {
    event.preventDefault();
    onWords(input.value.trim());
  };
  file.onchange = () => {
    if (file.files[0]) onPicture(file.files[0]);
    // The same file can then be chosen once more.
    file.value = "";
  };
  input.onkeydown = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (input.value) input.value = "";
      else if (!chip.element.hidden) onRemovePicture();
      mark();
    } else if (event.key === "Backspace" && !input.value && !chip.element.hidden && !event.repeat) {
      onRemovePicture();
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  return {
    element: form,
    pick: () => file.click(),
    focus: () => input.focus(),
    /** @returns {string} what stands in the field, searched or not */
    get text() {
      return input.value.trim();
    },
    show(text, picture) {
      if (input.value.trim() !== text) input.value = text;
      chip.show(picture);
      form.classList.toggle("has-chip", Boolean(picture));
      input.placeholder = picture
        ? "Add words"
        : matchMedia("(max-width: 719px)").matches
          ? "Search"
          : "Describe a picture, or drop one here";
      mark();
    },
  };
}

/** Whether keys typed there are text. */
export const isTyping = (target) =>
  target instanceof Element && target.closest("input:not([type=checkbox]):not([type=range]), select, textarea, [contenteditable]") !== null;
