import { el } from "../dom.js";
import { createResultLine } from "../components/result-line.js";
import { createGrid } from "../components/result-grid.js";
import { errorNotice, notice } from "../components/notice.js";
import { ordered } from "../searches.js";

/** Nothing blinks when the answer comes within this time. Milliseconds. */
const patience = 90;

/**
 * The results: the line above, the grid, and what is said when there is nothing to show; drawer and panel left and right.
 * @param {object} options `links` for the grid, `line` for the line, `drawer` and `panel` to stand beside, and what buttons do
 */
export function createResults({ links, line: lineActions, onMore, onClearFilters, onRetry, onPick, onWordsOnly, drawer, panel }) {
  const line = createResultLine(lineActions);
  const grid = createGrid(links);
  const notices = el("div.notices");
  const moreButton = el("button.button@show-more", { click: onMore });
  const more = el("div.more", { hidden: true }, moreButton);
  const element = el(
    "div.results-view@results-view",
    el("h1.visually-hidden", "Results"),
    el("div.columns", drawer, el("div.results", line.element, notices, grid.element, more), panel),
  );
  let waiting = 0;
  let autoMore = false;

  new IntersectionObserver(
    ([entry]) => {
      if (entry.isIntersecting && autoMore) onMore();
    },
    { rootMargin: "600px" },
  ).observe(more);

  const settle = () => clearTimeout(waiting);

  return {
    element,
    grid,
    line,

    /** `keep`: the answer refines what is shown, which stays, pale, until then */
    showLoading({ keep }) {
      settle();
      waiting = setTimeout(() => {
        if (keep) return grid.setBusy();
        notices.replaceChildren();
        more.hidden = true;
        line.showAnswer(null, 0, false, "Searching …");
        grid.showSkeletons();
      }, patience);
    },

    /** Returns the results in the order shown. */
    show(entry, query) {
      settle();
      const { answer, results } = entry;
      const list = ordered(results, query.sort);
      const filtered = Object.keys(query.filters).length > 0;
      notices.replaceChildren(...message(answer, results, filtered));
      grid.show(list, { dim: Boolean(answer.noGoodMatch) });
      line.showAnswer(answer, results.length, entry.more);
      more.hidden = !entry.more;
      // Sorted otherwise, a further page may land above what is being looked at: then only on demand.
      autoMore = entry.more && query.sort === "match";
      moreButton.disabled = false;
      moreButton.textContent = "Show more";
      return list;
    },

    showMoreLoading() {
      moreButton.disabled = true;
    },

    showError: (error) => showOnly(errorNotice(error, onRetry)),

    /** A further page failed: what is there stays. */
    showMoreError() {
      moreButton.disabled = autoMore = false;
      moreButton.textContent = "More could not be loaded. Try again";
    },

    showMissingPicture(hasWords) {
      const pick = { label: "Choose the picture", primary: true, testid: "missing-pick", run: onPick };
      const wordsOnly = { label: "Search with the words only", testid: "missing-words", run: onWordsOnly };
      const title = "The picture of this search isn't in this browser";
      const text =
        "An address can carry words, filters and a crop, but not a picture. This one was dropped in another browser, or too long ago. Choose it again to see the same search.";
      showOnly(notice({ kind: "info", title, text, actions: hasWords ? [pick, wordsOnly] : [pick] }));
    },
  };

  function showOnly(node) {
    settle();
    grid.show([]);
    more.hidden = true;
    line.showAnswer(null);
    notices.replaceChildren(node);
  }

  function message(answer, results, filtered) {
    const clear = { label: "Remove the filters", testid: "remove-filters", run: onClearFilters };
    const actions = filtered ? [clear] : [];
    if (results.length === 0) {
      const text = filtered ? "No picture passes these filters." : "Try other words, or drop a picture that looks like what you want.";
      return [notice({ kind: "empty", title: "Nothing found", text, actions })];
    }
    if (!answer.noGoodMatch) return [];
    const text = `Nothing here comes close. These are the nearest${filtered ? " that pass the filters" : ""}.`;
    return [notice({ kind: "info", title: "No good match", text, actions })];
  }
}
