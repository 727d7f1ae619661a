import { inCollection, request } from "../api.js";

/**
 * All that the Lab's address says.
 * @typedef {object} LabState
 * @property {string|null} collection  null: the first one
 * @property {string|null} item        searched with; null where words are
 * @property {string} text
 * @property {string} family
 * @property {Record<string, number>} settings  the family's numbers, all of them
 * @property {string} codes
 * @property {boolean} rescore
 * @property {number} k
 * @property {number} share            of the pictures that a filter lets through
 * @property {number|null} step        of the walk; null: the last
 */

export const presets = Object.freeze({ codes: "int8", k: 10, share: 1 });

/** What experiments can be made: {vectors, items, mostResults, families, codes}. */
export const labOptions = (collection) => request(`${inCollection(collection)}/lab`);

/** The rows of the last bench. */
export const benchRows = async () => (await request("v1/lab/bench")).rows;

/** @returns {LabState} what is not understood, or out of range, is left at its preset */
export function parseState(params, { families, codes, mostResults }) {
  const whole = (name, least, most, preset) => {
    const value = Number(params.get(name) ?? preset);
    return Number.isInteger(value) && value >= least && value <= most ? value : preset;
  };
  const family = families.find(({ name }) => name === params.get("family")) ?? families[0];
  const share = Number(params.get("share"));
  return {
    collection: params.get("in"),
    item: params.get("item"),
    text: params.get("item") ? "" : (params.get("q") ?? "").trim(),
    family: family.name,
    settings: Object.fromEntries(family.controls.map(({ name, least, most, preset }) => [name, whole(name, least, most, preset)])),
    codes: codes.includes(params.get("codes")) ? params.get("codes") : presets.codes,
    rescore: params.get("rescore") !== "0",
    k: whole("k", 1, mostResults, presets.k),
    share: share > 0 && share < 1 ? share : presets.share,
    step: params.has("step") ? whole("step", 1, 1e6, null) : null,
  };
}

/** The inverse of `parseState`: only what differs from the presets is written. */
export function stateUrl(state, { families }) {
  const params = new URLSearchParams({ view: "lab" });
  const put = (name, value, preset) => value !== preset && value !== null && params.set(name, String(value));
  put("in", state.collection, null);
  put("item", state.item, null);
  put("q", state.item ? "" : state.text, "");
  put("family", state.family, families[0].name);
  for (const { name, preset } of families.find(({ name }) => name === state.family).controls)
    put(name, state.settings[name] ?? preset, preset);
  put("codes", state.codes, presets.codes);
  put("rescore", state.rescore ? 1 : 0, 1);
  put("k", state.k, presets.k);
  put("share", state.share, presets.share);
  put("step", state.step, null);
  return `./?${params}`;
}

/**
 * Makes an experiment, and waits for an index that has to be built first.
 * @param {(building: {done: number, total: number}) => void} onBuilding
 */
export async function experiment(collection, state, signal, onBuilding) {
  const { item, text, family, settings, codes, rescore, k, share } = state;
  const query = item ? { itemId: Number(item) } : { text };
  const body = JSON.stringify({ ...query, family, settings, codes, rescore, k, filterShare: share });
  for (;;) {
    const reply = await request(`${inCollection(collection)}/lab/experiments`, { method: "POST", body, signal });
    if (!reply.building) return reply;
    onBuilding(reply.building);
    await new Promise((done) => setTimeout(done, 250));
  }
}
