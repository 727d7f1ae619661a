import { el, svg } from "../dom.js";
import { count, fieldName, valueName } from "../format.js";

/** Values shown before "more" is asked for. */
const firstValues = 6;

/** From this many different numbers on, a field is asked for as a range. */
const rangeFrom = 7;

/**
 * One field in the filters drawer: its values with their counts, or a range where it holds many numbers.
 * @param {object} options `field`, `values` ({value, count}[]), `choice` (Choice or undefined), `expanded` (all values are shown),
 *   `onToggle(value)`, `onRange(from, to)`, `onExpand()`
 * @returns {HTMLElement|null} null: nothing to choose from
 */
export function facetGroup(options) {
  const values = withChosen(options.values, options.choice?.values ?? []);
  const isRange = options.choice?.from !== undefined || options.choice?.to !== undefined;
  if (!isRange && values.length < 2 && !options.choice) return null;
  const numbers = values.every(({ value }) => String(value).trim() !== "" && Number.isFinite(Number(value)));
  // Such as dates: nearly as many values as pictures help nobody to choose.
  const counted = values.reduce((sum, each) => sum + each.count, 0);
  if (!numbers && !options.choice && values.length > firstValues && counted < values.length * 2) return null;
  const asRange = isRange || (numbers && values.length >= rangeFrom && !options.choice?.values);
  return el(
    "fieldset.facet",
    { testid: `facet-${options.field}` },
    el("legend", fieldName(options.field)),
    asRange ? range(options, values) : checkboxes(options, values),
  );
}

/** A chosen value stays visible when the other choices leave nothing of it. */
function withChosen(values, chosen) {
  const texts = values.map(({ value, count: n }) => ({ value: String(value), count: n }));
  const missing = chosen.filter((value) => !texts.some((each) => each.value === value));
  return [...missing.map((value) => ({ value, count: 0 })), ...texts];
}

function checkboxes({ field, choice, expanded, onToggle, onExpand }, values) {
  const chosen = new Set(choice?.values);
  const shown = expanded ? values : values.filter(({ value }, i) => i < firstValues || chosen.has(value));
  const list = el(
    "ul",
    shown.map(({ value, count: n }) =>
      el(
        "li",
        el(
          "label.facet-value",
          el("input@facet-value", {
            type: "checkbox",
            value,
            id: encodeURI(`facet-${field}-${value}`),
            checked: chosen.has(value),
            change: () => onToggle(value),
          }),
          el("span.facet-name", valueName(field, value)),
          el("span.caption", count(n)),
        ),
      ),
    ),
  );
  const hidden = values.length - shown.length;
  return [list, hidden > 0 ? el("button.button.quiet.facet-more", { click: onExpand }, `${count(hidden)} more`) : null];
}

function range({ field, choice, onRange }, values) {
  const sorted = values.map(({ value, count: n }) => ({ value: Number(value), count: n })).sort((a, b) => a.value - b.value);
  const low = sorted[0]?.value;
  const high = sorted.at(-1)?.value;
  const input = (end, value, placeholder) =>
    el("input.text-input", {
      type: "number",
      step: "any",
      testid: `facet-${end}`,
      id: `facet-${field}-${end}`,
      "aria-label": `${fieldName(field)} ${end}`,
      value: value ?? "",
      placeholder,
    });
  const from = input("from", choice?.from, low);
  const to = input("to", choice?.to, high);
  const read = (node) => (node.value.trim() === "" ? undefined : Number(node.value));
  for (const node of [from, to]) node.addEventListener("change", () => onRange(read(from), read(to)));
  return [sorted.length > 1 ? histogram(sorted, choice) : null, el("div.facet-range", from, el("span.caption", "to"), to)];
}

/** How many there are of each value, over the span of values; what is outside the chosen range is pale. */
function histogram(sorted, choice) {
  const bins = Math.min(24, sorted.length);
  const low = sorted[0].value;
  const span = sorted.at(-1).value - low || 1;
  const heights = new Array(bins).fill(0);
  for (const { value, count: n } of sorted) heights[Math.min(bins - 1, Math.floor(((value - low) / span) * bins))] += n;
  const most = Math.max(...heights);
  const edge = (i) => low + (i / bins) * span;
  const inside = (i) => edge(i + 1) > (choice?.from ?? -Infinity) && edge(i) <= (choice?.to ?? Infinity);
  return svg(
    "svg.histogram",
    { viewBox: `0 0 ${bins * 10} 32`, preserveAspectRatio: "none", "aria-hidden": "true" },
    heights.map((n, i) =>
      svg("rect", { class: inside(i) ? "" : "outside", x: i * 10 + 1, width: 8, y: 32 - (n / most) * 32, height: (n / most) * 32 }),
    ),
  );
}
