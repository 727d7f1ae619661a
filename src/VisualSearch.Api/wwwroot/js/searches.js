import { search } from "./api.js";
import { blank, refOf, searchKey } from "./query.js";

/** Results asked for at a time: three screens of a large window. */
const pageSize = 60;

/** Answers kept for the way back. */
const keptAnswers = 16;

const similarCount = 12;

/** Moments on a timeline: more would lie on each other. */
const momentCount = 30;

/**
 * One search and what has arrived of it: `answer` is the first page's, `results` are of all pages so far, in the server's order.
 * @typedef {{key: string, answer: object, results: object[], more: boolean}} Entry
 */

/** Runs searches and remembers their answers, so that going back shows them at once. */
export function createSearches() {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  const known = new Map();
  const similarTo = new Map();
  const momentsOf = new Map();

  const learn = (results) => {
    for (const result of results) known.set(String(result.id), result);
  };

  function remember(entry) {
    entries.delete(entry.key);
    entries.set(entry.key, entry);
    if (entries.size > keptAnswers) entries.delete(entries.keys().next().value);
  }

  return {
    cached(key) {
      const entry = entries.get(key) ?? null;
      if (entry) remember(entry);
      return entry;
    },

    async run(collection, query, picture, signal) {
      const answer = await search(collection, query, picture, { k: pageSize, signal });
      learn(answer.results);
      const { results, hasMore: more } = answer;
      const entry = {
        key: searchKey(query),
        collection,
        query,
        picture,
        answer,
        results,
        more,
        explanations: new Map(),
        loadingMore: null,
      };
      remember(entry);
      return entry;
    },

    /** Fetches the next page of an entry. @param {Entry} entry */
    more(entry) {
      entry.loadingMore ??= search(entry.collection, entry.query, entry.picture, { k: pageSize, offset: entry.results.length })
        .then((answer) => {
          learn(answer.results);
          const have = new Set(entry.results.map((result) => result.id));
          const fresh = answer.results.filter((result) => !have.has(result.id));
          entry.results = [...entry.results, ...fresh];
          entry.more = fresh.length > 0 && answer.hasMore;
        })
        .finally(() => (entry.loadingMore = null));
      return entry.loadingMore;
    },

    /**
     * Why a result of an entry is where it is. Asked for when somebody looks, one page at a time.
     * @returns {Promise<object|null>} null: the item is no result of this search
     */
    async explain(entry, id) {
      const position = entry.results.findIndex((result) => String(result.id) === id);
      if (position < 0) return null;
      const offset = position - (position % pageSize);
      if (!entry.explanations.has(offset)) {
        const asked = search(entry.collection, entry.query, entry.picture, { k: pageSize, offset, explain: true });
        asked.catch(() => entry.explanations.delete(offset));
        entry.explanations.set(offset, asked);
      }
      const answer = await entry.explanations.get(offset);
      return answer.results.find((result) => String(result.id) === id)?.explanation ?? null;
    },

    /** @returns {Promise<object[]>} all moments of a video that answer an entry's search, best first */
    moments(entry, assetId) {
      const key = `${entry.key}/${assetId}`;
      if (!momentsOf.has(key)) {
        const asked = search(entry.collection, entry.query, entry.picture, { k: momentCount, assetId }).then((answer) => answer.results);
        asked.catch(() => momentsOf.delete(key));
        momentsOf.set(key, asked);
      }
      return momentsOf.get(key);
    },

    /** @returns {Promise<object[]>} pictures like this one, without it */
    similar(collection, ref) {
      const key = `${collection}/${ref.id}`;
      if (!similarTo.has(key)) {
        const asked = search(collection, { ...blank, like: ref }, null, { k: similarCount + 1 }).then((answer) => {
          learn(answer.results);
          return answer.results.filter((result) => refOf(result).id !== ref.id).slice(0, similarCount);
        });
        asked.catch(() => similarTo.delete(key));
        similarTo.set(key, asked);
      }
      return similarTo.get(key);
    },

    learn,
    /** @returns {object|undefined} a result seen before */
    known: (id) => known.get(id),
    /** Forgets all answers: what they were about has changed. */
    forget() {
      entries.clear();
      similarTo.clear();
      momentsOf.clear();
    },
  };
}

/**
 * @param {object[]} results in the server's order, best match first
 * @param {"match"|"newest"|"title"} order
 */
export function ordered(results, order) {
  if (order === "newest") return results.toSorted((a, b) => time(b) - time(a));
  if (order === "title")
    return results.toSorted((a, b) => (a.title || a.path || "").localeCompare(b.title || b.path || "", undefined, { numeric: true }));
  return results;
}

function time({ fields }) {
  const taken = Date.parse(fields.takenAt ?? "");
  return Number.isFinite(taken) ? taken : Date.UTC(Number(fields.year) || 0, 0);
}
