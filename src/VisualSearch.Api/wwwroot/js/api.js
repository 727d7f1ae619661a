import { filterOf } from "./filter.js";
import { splitWords } from "./query.js";

/** What went wrong, in words for people; `details` is for those who want to look closer. */
export class ApiError extends Error {
  /**
   * @param {{status: number, title: string, detail?: string, field?: string, details?: string}} problem status 0: no answer from the server
   */
  constructor(problem) {
    super(problem.detail ? `${problem.title} ${problem.detail}` : problem.title);
    Object.assign(this, { detail: "", field: null, details: "" }, problem);
  }
}

/** Tells the frame whether the server answers. */
export const reachability = new EventTarget();

async function request(path, { method = "GET", body, signal } = {}) {
  const url = new URL(path, document.baseURI);
  const headers = { accept: "application/json" };
  if (typeof body === "string") headers["content-type"] = "application/json";
  let response;
  try {
    response = await fetch(url, { method, body, headers, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    reachability.dispatchEvent(new Event("lost"));
    throw new ApiError({ status: 0, title: "The server doesn't answer.", detail: "It may have been stopped, or the network is gone.", details: `${method} ${url.pathname}\n${error.message}` });
  }
  reachability.dispatchEvent(new Event("found"));
  const text = await response.text();
  const json = parseJson(text);
  if (response.ok && json !== undefined) return json;
  throw new ApiError({
    status: response.status,
    title: sentence(json?.title ?? (response.ok ? "The server's answer can't be read" : "The server could not do that")),
    detail: json?.detail ?? "",
    field: json?.field ?? null,
    details: [`${method} ${url.pathname}`, `${response.status} ${response.statusText}`, json ? JSON.stringify(json, null, 2) : text.slice(0, 500)].join("\n"),
  });
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sentence = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);
const inCollection = (name) => `v1/collections/${encodeURIComponent(name)}`;

/**
 * @param {AbortSignal} [signal]
 * @returns {Promise<{name: string, items: number, assets: number, facets?: string[]}[]>}
 */
export const listCollections = (signal) => request("v1/collections", { signal });

/**
 * @param {string} collection
 * @param {import("./query.js").Query} query
 * @param {import("./pictures.js").OwnPicture|null} picture the query's own picture, where it has one
 * @param {{k: number, offset?: number, explain?: boolean, signal?: AbortSignal}} page
 * @returns {Promise<object>} the search contract's answer
 */
export function search(collection, query, picture, { k, offset = 0, explain = false, signal }) {
  const { text, negativeText } = splitWords(query.text);
  const fields = { k, offset };
  if (text) fields.text = text;
  if (negativeText) fields.negativeText = negativeText;
  if (query.like) fields.imageId = numeric(query.like.id);
  if (query.crop && (query.like || picture)) fields.crop = query.crop;
  const filter = filterOf(query.filters);
  if (filter) fields.filter = filter;
  if (query.collapse) fields.collapse = "duplicates";
  if (query.diversity > 0) fields.diversity = query.diversity;
  if (explain) fields.explain = true;
  return request(`${inCollection(collection)}/search`, { method: "POST", body: picture ? form(fields, picture) : JSON.stringify(fields), signal });
}

/** Ids are numbers in the contract, and strings in addresses. */
const numeric = (id) => (/^\d{1,15}$/.test(id) ? Number(id) : id);

function form(fields, picture) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  data.append("image", picture.blob, picture.name);
  return data;
}

/**
 * @param {string} collection
 * @param {string} field
 * @param {object|null} filter
 * @param {AbortSignal} [signal]
 * @returns {Promise<{field: string, values: {value: string, count: number}[]}>}
 */
export function facets(collection, field, filter, signal) {
  const params = new URLSearchParams({ field });
  if (filter) params.set("filter", JSON.stringify(filter));
  return request(`${inCollection(collection)}/facets?${params}`, { signal });
}

/** @param {string} collection @param {string} assetId @param {AbortSignal} [signal] */
export const asset = (collection, assetId, signal) => request(`${inCollection(collection)}/assets/${encodeURIComponent(assetId)}`, { signal });

/** @param {string} collection @param {number} k @param {AbortSignal} [signal] @returns {Promise<object[]>} pictures to begin with */
export async function samples(collection, k, signal) {
  const answer = await request(`${inCollection(collection)}/samples?k=${k}`, { signal });
  return Array.isArray(answer) ? answer : (answer.results ?? []);
}

/** @returns {Promise<object[]>} indexing and re-embedding jobs, running ones and finished ones */
export async function jobs() {
  const answer = await request("v1/jobs");
  return Array.isArray(answer) ? answer : (answer.jobs ?? []);
}

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
 * @returns {string}
 */
export function thumbnail(url, longestSide) {
  const sized = new URL(url, document.baseURI);
  // A tenth too small is not seen, and spares a fourfold download on screens of normal density.
  const wanted = longestSide * Math.min(2, devicePixelRatio || 1) * 0.9;
  sized.searchParams.set("size", String(thumbnailSizes.find((size) => size >= wanted) ?? thumbnailSizes.at(-1)));
  return sized.href;
}

/**
 * @param {string} collection
 * @param {string} assetId
 * @param {number} longestSide
 * @returns {string}
 */
export const assetThumbnail = (collection, assetId, longestSide) =>
  thumbnail(`${inCollection(collection)}/assets/${encodeURIComponent(assetId)}/thumbnail`, longestSide);
