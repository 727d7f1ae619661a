import { asset, assetThumbnail, thumbnail } from "../api.js";
import { el } from "../dom.js";
import { detailActions, facts, laterSection, similarStrip, tagList } from "../components/detail-facts.js";
import { titleOf } from "../components/result-card.js";
import { whyChart } from "../components/why.js";
import { queryUrl, refOf, sameRef, searchAnew } from "../query.js";

/** Formats that every browser can show; of others the server's large thumbnail is all there is to zoom into. */
const shownByBrowsers = /^(jpe?g|png|webp|gif|avif)$/i;

/** CSS pixels for which the panel's picture is fetched. */
const stageSide = 640;

/**
 * The picture of a result for the stage.
 * @param {object} result
 * @returns {import("../components/picture-stage.js").StagePicture}
 */
export function stagePicture(result) {
  return {
    key: `item ${result.id}`,
    url: thumbnail(result.thumbnailUrl, stageSide),
    fullUrl: shownByBrowsers.test(result.format ?? result.path?.split(".").pop() ?? "") ? result.mediaUrl : undefined,
    width: result.width, height: result.height, alt: titleOf(result), color: result.averageColor,
  };
}

/**
 * The query's own picture for the stage.
 * @param {string} collection
 * @param {import("../query.js").Query} query
 * @param {import("../pictures.js").OwnPicture|null} own
 * @param {object|undefined} known the result that is searched with, where it was seen before
 * @returns {import("../components/picture-stage.js").StagePicture|null} null: a format that only the server can read
 */
export function queryPicture(collection, query, own, known) {
  if (query.like && known) return { ...stagePicture(known), key: `query ${query.like.id}` };
  if (query.like) return { key: `query ${query.like.id}`, url: assetThumbnail(collection, query.like.assetId, stageSide), width: 0, height: 0, alt: "The picture you search with" };
  if (!own?.width) return null;
  return { key: `own ${own.key}`, url: own.url, width: own.width, height: own.height, alt: own.name };
}

/**
 * What stands under a result's picture.
 * @param {{collection: string, query: import("../query.js").Query, entry: import("../searches.js").Entry|null, result: object, searches: ReturnType<import("../searches.js").createSearches>}} context
 * @returns {Node[]}
 */
export function resultBody({ collection, query, entry, result, searches }) {
  const ref = refOf(result);
  const isQuery = sameRef(query.like, ref);
  const openUrl = (other) => queryUrl({ ...query, open: refOf(other) });
  const factsSlot = el("div", {}, facts(result));
  const text = el("p", { class: "panel-text", hidden: true });
  asset(collection, ref.assetId).then(
    (details) => {
      factsSlot.replaceChildren(facts({ ...result, ...details, fields: { ...result.fields, ...details.fields } }));
      text.textContent = details.text ?? "";
      text.hidden = !details.text;
    },
    // The result itself already says the most of it.
    () => {});
  return [
    el("div", { class: "panel-summary" },
      Number.isFinite(result.match) && !isQuery ? el("p", { class: "panel-match", testid: "detail-match" }, "Match ", el("strong", { text: String(result.match) }), " of 100") : null,
      detailActions({ likeUrl: queryUrl(searchAnew(query, { like: ref })), mediaUrl: result.mediaUrl ?? null })),
    text,
    tagList(result.tags, (tag) => queryUrl(searchAnew(query, { text: tag }))),
    isQuery ? null : laterSection("Similar", searches.similar(collection, ref).then((results) => (results.length > 0 ? similarStrip(results, openUrl) : null)), "strip"),
    entry && !isQuery ? laterSection("Why it is here", searches.explain(entry, ref.id).then((explanation) => explanation && whyChart(explanation)), "chart") : null,
    el("section", { class: "panel-section" }, el("h3", { text: "About this picture" }), factsSlot),
  ].filter(Boolean);
}

/**
 * What stands under the query's own picture.
 * @param {{showable: boolean}} picture
 * @returns {Node[]}
 */
export function queryBody({ showable }) {
  return [el("p", { class: "panel-hint", text: showable ? "Drag over a part of the picture to search with that part only." : "Your browser can't show this format, so no crop can be drawn. The search works all the same." })];
}
