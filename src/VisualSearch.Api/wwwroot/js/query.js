import { formatCrop, parseCrop } from "./crop.js";
import { parseChoices, writeChoices } from "./filter.js";

/**
 * A retrieved thing: its item id, and the asset (file) it belongs to.
 * @typedef {{id: string, assetId: string}} ItemRef
 */

/**
 * One search and how it is looked at: all that the address says.
 * @typedef {object} Query
 * @property {string|null} collection   null: the first one
 * @property {string} text              words; a word after "-" is one to stay away from
 * @property {ItemRef|null} like        search with this picture of the collection
 * @property {string|null} picture      search with a picture of one's own: its key in `pictures.js`
 * @property {ItemRef[]} less           unlike these; only beside `like` alone
 * @property {Crop|null} crop           part of that picture
 * @property {Choices} filters
 * @property {"match"|"newest"|"title"} sort
 * @property {boolean} collapse         fold near-copies into one
 * @property {number} diversity         0..1
 * @property {ItemRef|"query"|null} open  what the panel shows: a result, or the query's own picture
 */

const sorts = ["match", "newest", "title"];

/** @type {Readonly<Query>} */
export const blank = Object.freeze({
  collection: null,
  text: "",
  like: null,
  less: [],
  picture: null,
  crop: null,
  filters: Object.freeze({}),
  sort: "match",
  collapse: false,
  diversity: 0,
  open: null,
});

/** @returns {Query} what is not understood is left at its default */
export function parseQuery(params) {
  const like = parseRef(params.get("like"));
  const picture = like ? null : params.get("picture");
  const sort = params.get("sort") ?? "match";
  const diversity = Number(params.get("variety"));
  const open = params.get("open");
  const text = (params.get("q") ?? "").trim();
  const crop = like || picture ? parseCrop(params.get("crop")) : null;
  return {
    collection: params.get("in"),
    text,
    like,
    less: like && !text && !crop ? params.getAll("less").map(parseRef).filter(Boolean) : [],
    picture,
    crop,
    filters: parseChoices(params.getAll("filter")),
    sort: sorts.includes(sort) ? sort : "match",
    collapse: params.get("fold") === "1",
    diversity: diversity > 0 && diversity <= 1 ? diversity : 0,
    open: open === "query" ? "query" : parseRef(open),
  };
}

/** The inverse of `parseQuery`: an address relative to the page, the same for equal queries. */
export function queryUrl(query) {
  const params = new URLSearchParams();
  if (query.text) params.set("q", query.text);
  if (query.like) params.set("like", formatRef(query.like));
  else if (query.picture) params.set("picture", query.picture);
  for (const ref of query.less) params.append("less", formatRef(ref));
  if (query.crop) params.set("crop", formatCrop(query.crop));
  for (const part of writeChoices(query.filters)) params.append("filter", part);
  if (query.sort !== "match") params.set("sort", query.sort);
  if (query.collapse) params.set("fold", "1");
  if (query.diversity > 0) params.set("variety", String(query.diversity));
  if (query.collection) params.set("in", query.collection);
  if (query.open) params.set("open", query.open === "query" ? "query" : formatRef(query.open));
  // Commas and colons are legal in a query string, and addresses are read by people.
  const text = params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `./?${text}` : "./";
}

/** Equal for two queries exactly when they have the same results (order and open panel aside). */
export const searchKey = (query) => queryUrl({ ...query, open: null, sort: "match" });

/** Whether there is nothing to search with; filters alone are no search. */
export const isBlank = (query) => !query.text && !query.like && !query.picture;

/** A new search in the same collection with the same filters and controls, without what belonged to the last one. */
export const searchAnew = (query, change) => ({
  ...query,
  text: "",
  like: null,
  less: [],
  picture: null,
  crop: null,
  open: null,
  ...change,
});

/**
 * Splits "red boat -sail" into what is wanted and what is not.
 * @returns {{text: string, negativeText: string}}
 */
export function splitWords(text) {
  const wanted = [];
  const unwanted = [];
  for (const word of text.split(/\s+/)) {
    if (/^-[^\s-]/.test(word)) unwanted.push(word.slice(1));
    else if (word) wanted.push(word);
  }
  return { text: wanted.join(" "), negativeText: unwanted.join(" ") };
}

/** Whether both are the same item. */
export const sameRef = (a, b) => Boolean(a && b && a.id !== undefined && a.id === b.id);

/** @param {{id: any, assetId?: any}} result @returns {ItemRef} */
export const refOf = (result) => ({ id: String(result.id), assetId: String(result.assetId ?? result.id) });

function parseRef(text) {
  if (!text) return null;
  const [id, assetId = id] = text.split(":");
  return id ? { id, assetId } : null;
}

const formatRef = (ref) => (ref.id === ref.assetId ? ref.id : `${ref.id}:${ref.assetId}`);
