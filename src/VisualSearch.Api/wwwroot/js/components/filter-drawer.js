import { facets } from "../api.js";
import { el } from "../dom.js";
import { filterOf, setRange, toggleValue } from "../filter.js";
import { iconButton } from "../icons.js";
import { facetGroup } from "./facet-group.js";

const phone = matchMedia("(max-width: 719px)");

/**
 * The filters: a column beside the results, on a phone a sheet over them. A field's counts heed the other fields' choices.
 * @param {Record<string, Function>} actions `onChange(choices)`, `onClose()`
 */
export function createFilterDrawer({ onChange, onClose }) {
  const groups = el("div.filters-groups");
  const clear = el("button.button.quiet@filters-clear", { click: () => onChange({}) }, "Clear all");
  const element = el(
    "section.filters@filters",
    { "aria-label": "Filters", hidden: true },
    el("div.panel-head", el("h2.panel-title", "Filters"), clear, iconButton("close", "Close the filters", "filters-close", onClose)),
    groups,
    el("div.filters-done", el("button.button.primary", { click: onClose }, "Show results")),
  );
  const expanded = new Set();
  let choices = {};
  let shownFor = "";
  let aborter = null;

  element.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };

  async function load(collection, fields) {
    aborter?.abort();
    aborter = new AbortController();
    const { signal } = aborter;
    groups.ariaBusy = true;
    if (!groups.hasChildNodes()) groups.append(...[0, 1, 2].map(() => el("div.skeleton.facet-skeleton")));
    const answers = await Promise.allSettled(fields.map((field) => facets(collection, field, filterOf(choices, field), signal)));
    if (signal.aborted) return;
    // The counts are drawn anew after every choice; the focus returns to the control it was on.
    const { id } = document.activeElement;
    const nodes = answers.map((answer, i) => group(fields[i], answer.value?.values ?? [])).filter(Boolean);
    const failed = answers.find((answer) => answer.status === "rejected");
    if (failed) nodes.push(el("p.caption.facet", { role: "alert" }, `Some filters could not be loaded: ${failed.reason.message}`));
    else if (nodes.length === 0) nodes.push(el("p.caption.facet", "These pictures have no tags or fields to filter by."));
    groups.replaceChildren(...nodes);
    groups.ariaBusy = null;
    if (id) document.getElementById(id)?.focus();
  }

  function group(field, values) {
    const make = () =>
      facetGroup({
        field,
        values,
        choice: choices[field],
        expanded: expanded.has(field),
        onToggle: (value) => onChange(toggleValue(choices, field, value)),
        onRange: (from, to) => onChange(setRange(choices, field, from, to)),
        onExpand() {
          expanded.add(field);
          const fresh = make();
          node.replaceWith(fresh);
          fresh.querySelectorAll("input")[6]?.focus();
          node = fresh;
        },
      });
    let node = make();
    return node;
  }

  return {
    element,
    show(collection, fields, next) {
      const opening = element.hidden;
      element.hidden = false;
      choices = next;
      clear.hidden = Object.keys(next).length === 0;
      const wanted = JSON.stringify([collection, fields, next]);
      if (wanted !== shownFor) load(collection, fields);
      shownFor = wanted;
      if (opening && phone.matches) element.querySelector("[data-testid=filters-close]").focus();
    },
    hide() {
      element.hidden = true;
    },
  };
}
