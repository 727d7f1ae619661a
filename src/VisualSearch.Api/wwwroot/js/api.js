import { filterOf } from "./filter.js";
import { splitWords } from "./query.js";

/** What went wrong, in words for people; `details` is for those who want to look closer. */
export class ApiError extends Error {
  /** @param {object} problem problem details; `status` 0: no answer from the server */
  constructor(problem) {
    super(problem.detail ? `${problem.title} ${problem.detail}` : problem.title);
    Object.assign(this, { detail: "", field: null, details: "" }, problem);
  }
}

/** Tells the frame whether the server answers. */
export const reachability = new EventTarget();

/** Sends a request; answers of the server that say no are thrown, with what they say. @returns {Promise<Response>} */
export async function send(path, { method = "GET", body, signal, accept = "application/json" } = {}) {
  const url = new URL(path, document.baseURI);
  const headers = { accept };
  if (typeof body === "string") headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, body, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reachability.dispatchEvent(new Event("lost"));
    throw new ApiError({
      status: 0,
      title: "The server doesn't answer.",
      detail: "It may have been stopped, or the network is gone.",
      details: `${method} ${url.pathname}\n${error.message}`,
    });
  }
  reachability.dispatchEvent(new Event("found"));
  if (response.ok) return response;
  throw refusal(`${method} ${url.pathname}`, response, await response.text());
}

/** The answer as JSON. */
export async function request(path, options = {}) {
  const response = await send(path, options);
  const text = await response.text();
  const json = parseJson(text);
  if (json !== undefined) return json;
  throw refusal(`${options.method ?? "GET"} ${new URL(path, document.baseURI).pathname}`, response, text);
}

function refusal(what, response, text) {
  const json = parseJson(text);
  return new ApiError({
    status: response.status,
    title: sentence(json?.title ?? (response.ok ? "The server's answer can't be read" : "The server could not do that")),
    detail: json?.detail ?? "",
    field: json?.field ?? null,
    details: [what, `${response.status} ${response.statusText}`, json ? JSON.stringify(json, null, 2) : text.slice(0, 500)].join("\n"),
  });
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
export const inCollection = (name) => `v1/collections/${encodeURIComponent(name)}`;

/** Collections with videos: of each video the best moment is a result, and it knows the others. */
const filmed = new Set();

/** @returns {Promise<{name: string, items: number, videos: number, facets: string[], fault?: string}[]>} */
export async function listCollections(signal) {
  const collections = await request("v1/collections", { signal });
  for (const { name, videos } of collections) if (videos > 0) filmed.add(name);
  return collections;
}

/**
 * A result as the page uses it: all that is known of the asset, and what the search says of it; `id` is the item's.
 * Samples and details come as assets, which name their item.
 */
const fromResult = ({ asset, ...result }) => ({ ...asset, ...result });
const fromAsset = (asset) => ({ ...asset, id: asset.itemId, assetId: asset.id });

/**
 * One page of a search's answer.
 * @param {OwnPicture|null} picture the query's own picture, where it has one
 * @param {object} options `assetId`: only the moments of this video
 */
export async function search(collection, query, picture, { k, offset = 0, explain = false, assetId, signal }) {
  const { text, negativeText } = splitWords(query.text);
  const fields = { k, offset };
  if (query.less.length > 0) {
    fields.positive = [Number(query.like.id)];
    fields.negative = query.less.map(({ id }) => Number(id));
  } else {
    if (text) fields.text = text;
    if (negativeText) fields.negativeText = negativeText;
    if (query.like) fields.imageId = Number(query.like.id);
    if (query.crop && (query.like || picture)) fields.crop = query.crop;
  }
  const filters = [filterOf(query.filters), assetId && { field: "assetId", eq: assetId }].filter(Boolean);
  if (filters.length > 0) fields.filter = filters.length > 1 ? { all: filters } : filters[0];
  if (query.collapse || assetId) fields.collapse = "duplicates";
  else if (filmed.has(collection)) fields.collapse = "asset";
  if (query.diversity > 0) fields.diversity = query.diversity;
  if (explain) fields.explain = true;
  const body = picture ? form(fields, picture) : JSON.stringify(fields);
  const what = query.less.length > 0 ? "recommend" : "search";
  const answer = await request(`${inCollection(collection)}/${what}`, { method: "POST", body, signal });
  // Item numbers mean nothing to people.
  const understood = answer.understood
    ?.replace(/\bunlike item \d+/, "unlike 1 item")
    .replace(/\bitem \d+/, "picture")
    .replace("picture", query.crop ? "part of a picture" : "picture");
  return { ...answer, understood, results: answer.results.map(fromResult) };
}

function form(fields, picture) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  data.append("image", picture.blob, picture.name);
  return data;
}

/** The values of a field with their counts, most frequent first: {field, values: {value, count}[]}. */
export function facets(collection, field, filter, signal) {
  const params = new URLSearchParams({ field, limit: 200 });
  if (filter) params.set("filter", JSON.stringify(filter));
  return request(`${inCollection(collection)}/facets?${params}`, { signal });
}

/** All that is known of an asset. */
export const asset = async (collection, id) => fromAsset(await request(`${inCollection(collection)}/assets/${encodeURIComponent(id)}`));

/** Pictures to begin with. */
export const samples = async (collection, k) => (await request(`${inCollection(collection)}/samples?k=${k}`)).map(fromAsset);

/** @returns {Promise<boolean>} whether the server answers at all */
export async function answers() {
  try {
    await fetch(new URL("healthz", document.baseURI), { cache: "no-store" });
    reachability.dispatchEvent(new Event("found"));
    return true;
  } catch {
    return false;
  }
}

/** Thumbnail sizes asked for: few, so that the server's and the browser's caches are hit. Longest side in pixels. */
const thumbnailSizes = [320, 640, 1280];

/**
 * A thumbnail large enough for a box on this screen.
 * @param {string} url the result's `thumbnailUrl`
 * @param {number} longestSide of the box, in CSS pixels
 */
export function thumbnail(url, longestSide) {
  const sized = new URL(url, document.baseURI);
  // A tenth too small is not seen, and spares a fourfold download on screens of normal density.
  const wanted = longestSide * Math.min(2, devicePixelRatio || 1) * 0.9;
  sized.searchParams.set("size", String(thumbnailSizes.find((size) => size >= wanted) ?? thumbnailSizes.at(-1)));
  return sized.href;
}
