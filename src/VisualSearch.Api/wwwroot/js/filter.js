/**
 * What is chosen for one field: some values (any of them), or a range (either end may be open).
 * @typedef {{values?: string[], from?: number, to?: number}} Choice
 *
 * Choices by field name; a result must satisfy all of them.
 * @typedef {Record<string, Choice>} Choices
 */

const range = /^(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/;

/** Reads the address's form: "tags:boat" (repeated for more values) and "year:2010..2020". */
export function parseChoices(parts) {
  const choices = {};
  for (const part of parts) {
    const colon = part.indexOf(":");
    const field = part.slice(0, colon);
    const value = part.slice(colon + 1);
    if (colon < 1 || !value) continue;
    const ends = range.exec(value);
    if (ends && (ends[1] || ends[2])) choices[field] = { from: number(ends[1]), to: number(ends[2]) };
    else if (choices[field]?.values) choices[field].values.push(value);
    else choices[field] = { values: [value] };
  }
  return choices;
}

/** @returns {string[]} what `parseChoices` reads */
export function writeChoices(choices) {
  return Object.entries(choices).flatMap(([field, choice]) =>
    choice.values ? choice.values.map((value) => `${field}:${value}`) : [`${field}:${choice.from ?? ""}..${choice.to ?? ""}`],
  );
}

/**
 * The server's filter for these choices.
 * @param {string} [except] a field to leave out: its own counts must not shrink by what is chosen in it
 * @returns {object|null} null: nothing is chosen
 */
export function filterOf(choices, except) {
  const all = [];
  for (const [field, choice] of Object.entries(choices)) {
    if (field === except) continue;
    if (choice.values) all.push(choice.values.length === 1 ? { field, eq: choice.values[0] } : { field, in: choice.values });
    if (choice.from !== undefined) all.push({ field, gte: choice.from });
    if (choice.to !== undefined) all.push({ field, lte: choice.to });
  }
  return all.length > 0 ? { all } : null;
}

/** The choices after one value was switched on or off. */
export function toggleValue(choices, field, value) {
  const { [field]: choice, ...others } = choices;
  const values = choice?.values ?? [];
  const next = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
  return next.length > 0 ? { ...others, [field]: { values: next } } : others;
}

/** The choices with a range for a field; no range where both ends are open. */
export function setRange(choices, field, from, to) {
  const { [field]: _, ...others } = choices;
  return from === undefined && to === undefined ? others : { ...others, [field]: { from, to } };
}

const number = (text) => (text ? Number(text) : undefined);
