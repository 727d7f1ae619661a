import { afterQuiet, el } from "../dom.js";
import { nounOf } from "./result-card.js";
import { counted, duration } from "../format.js";
import { dropdown, icon } from "../icons.js";

const orders = { match: "Best match", newest: "Newest", title: "Title" };

/**
 * The slim line above the results: what was found and understood, and the small controls.
 * @param {Record<string, Function>} actions what each control does
 */
export function createResultLine({ onFilters, onSort, onCollapse, onDiversity }) {
  const found = el("p.found@result-summary");
  const filterCount = el("span.count-dot", { hidden: true });
  const filters = el(
    "button.button.quiet@filters-open",
    { "aria-expanded": "false", click: onFilters },
    icon("filter"),
    "Filters",
    filterCount,
  );
  const sort = dropdown(Object.entries(orders), onSort, { testid: "sort", "aria-label": "Order" });
  const collapse = el(
    "button.button.quiet@collapse",
    {
      "aria-pressed": "false",
      title: "Show near-copies only once",
      "aria-label": "Fold copies",
      click: () => onCollapse(collapse.ariaPressed !== "true"),
    },
    icon("stack"),
    el("span.long", "Fold copies"),
  );
  const settle = afterQuiet(() => onDiversity(Number(variety.value)), 150);
  const variety = el("input@diversity", { type: "range", min: "0", max: "1", step: "0.1", "aria-label": "Variety", input: settle });
  const element = el(
    "div.result-line@result-line",
    filters,
    found,
    el(
      "div.result-controls",
      collapse,
      el(
        "label.slider",
        { title: "Prefer results that differ from each other" },
        el("span", { "aria-hidden": "true" }, "Variety"),
        variety,
      ),
      sort.element,
    ),
  );

  return {
    element,
    showControls(query, { filtersOpen }) {
      const chosen = Object.values(query.filters).reduce((sum, choice) => sum + (choice.values?.length ?? 1), 0);
      filterCount.hidden = chosen === 0;
      filterCount.textContent = String(chosen);
      filters.ariaExpanded = filtersOpen;
      sort.input.value = query.sort;
      collapse.ariaPressed = query.collapse;
      if (document.activeElement !== variety) variety.value = String(query.diversity);
      variety.ariaValueText = query.diversity === 0 ? "none" : `${Math.round(query.diversity * 100)} %`;
    },
    /** `answer` null: there is none, so `message` stands in its place. */
    showAnswer(answer, shown = 0, more = false, message = "") {
      if (!answer) return found.replaceChildren(message);
      const total = `${more ? "First " : ""}${counted(shown, nounOf(answer.results))}`;
      const parts = [duration(answer.tookMs), answer.understood].filter(Boolean);
      found.replaceChildren(el("strong", total), ...parts.map((text) => el("span", text)));
      found.title = Object.entries(answer.timings)
        .filter(([, ms]) => ms > 0)
        .map(([stage, ms]) => `${stage} ${duration(ms)}`)
        .join(", ");
    },
    focusFilters: () => filters.focus(),
  };
}
