import { afterQuiet, el } from "../dom.js";
import { counted, duration } from "../format.js";
import { icon } from "../icons.js";

const orders = { match: "Best match", newest: "Newest", title: "Title" };

/**
 * The slim line above the results: what was found and understood, and the small controls.
 * @param {Record<string, Function>} actions what each control does
 */
export function createResultLine({ onFilters, onSort, onCollapse, onDiversity }) {
  const found = el("p", { class: "found", testid: "result-summary" });
  const filterCount = el("span", { class: "count-dot", hidden: true });
  const filters = el(
    "button",
    { class: "button quiet", testid: "filters-open", "aria-expanded": "false", on: { click: onFilters } },
    icon("filter"),
    "Filters",
    filterCount,
  );
  const sort = el(
    "select",
    { testid: "sort", "aria-label": "Order", on: { change: () => onSort(sort.value) } },
    ...Object.entries(orders).map(([value, label]) => el("option", { value }, label)),
  );
  const collapse = el(
    "button",
    {
      class: "button quiet",
      testid: "collapse",
      "aria-pressed": "false",
      title: "Show near-copies only once",
      "aria-label": "Fold copies",
      on: { click: () => onCollapse(collapse.getAttribute("aria-pressed") !== "true") },
    },
    icon("stack"),
    el("span", { class: "long", text: "Fold copies" }),
  );
  const settle = afterQuiet(() => onDiversity(Number(variety.value)), 150);
  const variety = el("input", {
    type: "range",
    min: "0",
    max: "1",
    step: "0.1",
    testid: "diversity",
    "aria-label": "Variety",
    on: { input: settle },
  });
  const element = el(
    "div",
    { class: "result-line", testid: "result-line" },
    filters,
    found,
    el(
      "div",
      { class: "result-controls" },
      collapse,
      el(
        "label",
        { class: "slider", title: "Prefer results that differ from each other" },
        el("span", { text: "Variety", "aria-hidden": "true" }),
        variety,
      ),
      el("span", { class: "select" }, sort, icon("down")),
    ),
  );

  return {
    element,
    showControls(query, { filtersOpen }) {
      const chosen = Object.values(query.filters).reduce((sum, choice) => sum + (choice.values?.length ?? 1), 0);
      filterCount.hidden = chosen === 0;
      filterCount.textContent = String(chosen);
      filters.setAttribute("aria-expanded", String(filtersOpen));
      sort.value = query.sort;
      collapse.setAttribute("aria-pressed", String(query.collapse));
      if (document.activeElement !== variety) variety.value = String(query.diversity);
      variety.setAttribute("aria-valuetext", query.diversity === 0 ? "none" : `${Math.round(query.diversity * 100)} %`);
    },
    /** `answer` null: there is none, so `message` stands in its place. */
    showAnswer(answer, shown = 0, more = false, message = "") {
      if (!answer) return found.replaceChildren(message);
      const total = `${more ? "First " : ""}${counted(shown, "picture")}`;
      const parts = [duration(answer.tookMs), answer.understood].filter(Boolean);
      found.replaceChildren(el("strong", { text: total }), ...parts.map((text) => el("span", { text })));
      found.title = Object.entries(answer.timings)
        .filter(([, ms]) => ms > 0)
        .map(([stage, ms]) => `${stage} ${duration(ms)}`)
        .join(", ");
    },
    focusFilters: () => filters.focus(),
  };
}
