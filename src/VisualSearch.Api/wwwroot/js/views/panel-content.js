import { thumbnail } from "../api.js";
import { el } from "../dom.js";
import { detailActions, facts, laterSection, similarStrip, tagList } from "../components/detail-facts.js";
import { titleOf } from "../components/result-card.js";
import { whyChart } from "../components/why.js";
import { queryUrl, refOf, sameRef, searchAnew } from "../query.js";

/** CSS pixels for which the panel's picture is fetched. */
const stageSide = 640;

/**
 * The picture of a result for the stage.
 * @returns {StagePicture}
 */
export function stagePicture(result) {
  const { id, mediaUrl: fullUrl, width, height, averageColor: color } = result;
  return { key: `item ${id}`, url: thumbnail(result.thumbnailUrl, stageSide), fullUrl, width, height, color, alt: titleOf(result) };
}

/**
 * The video of a result for the player, with all its moments that answer the search; null for a picture.
 * @returns {Film|null}
 */
export function filmOf(result, moments) {
  const { id, video, mediaUrl, start = 0, end = 0, moment } = result;
  if (!video) return null;
  const { duration, transcriptUrl } = video;
  const url = new URL(mediaUrl, document.baseURI).href;
  const frameUrl = (seconds) => {
    const frame = new URL(thumbnail(result.thumbnailUrl, stageSide));
    frame.searchParams.set("time", seconds.toFixed(3));
    return frame.href;
  };
  return { key: `film ${id} ${start}`, url, frameUrl, start: moment ?? start, found: { start, end }, duration, transcriptUrl, moments: moments() };
}

/**
 * A picture of one's own for the stage.
 * @param {OwnPicture} own
 * @returns {StagePicture|null} null: a format that only the server can read
 */
export function ownPicture({ key, url, width, height, name }) {
  return width ? { key: `own ${key}`, url, width, height, alt: name } : null;
}

/**
 * What stands under a result's picture.
 * @param {object} context `entry` null: the answer isn't there yet; `followers`: stands in for "Similar" where the picture is the query
 */
export function resultBody({ collection, query, entry, result, searches, followers, lessUrl }) {
  const ref = refOf(result);
  const isQuery = sameRef(query.like, ref);
  const openUrl = (other) => queryUrl({ ...query, open: refOf(other) });
  const similar = async () => similarStrip(await searches.similar(collection, ref), openUrl);
  const why = async () => {
    const explanation = await searches.explain(entry, ref.id);
    return explanation && whyChart(explanation, result.match);
  };
  return [
    el(
      "div.panel-summary",
      result.match === undefined || isQuery
        ? null
        : el("p.panel-match@detail-match", "Match ", el("strong", String(result.match)), " of 100"),
      detailActions({ likeUrl: queryUrl(searchAnew(query, { like: ref })), lessUrl: lessUrl(result), mediaUrl: result.mediaUrl }),
    ),
    result.caption ? el("blockquote.panel-text@passage", result.caption) : null,
    result.text ? el("p.panel-text", result.text) : null,
    tagList(result.tags, (tag) => queryUrl(searchAnew(query, { text: tag }))),
    isQuery ? followers : laterSection("Similar", similar(), "strip"),
    entry && !isQuery ? laterSection("Why it is here", why(), "chart") : null,
    el("section.panel-section", el("h3", result.video ? "About this video" : "About this picture"), facts(result)),
  ].filter(Boolean);
}

/** What stands under the query's own picture. */
export function queryBody({ showable }) {
  const text = showable
    ? "Drag over a part of the picture to search with that part only."
    : "Your browser can't show this format, so no crop can be drawn. The search works all the same.";
  return [el("p.panel-hint", text)];
}
