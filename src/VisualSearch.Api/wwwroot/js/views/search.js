import { asset, listCollections, samples, thumbnail } from "../api.js";
import { createDetailPanel } from "../components/detail-panel.js";
import { acceptDrops } from "../components/drop-overlay.js";
import { similarStrip } from "../components/detail-facts.js";
import { createFilterDrawer } from "../components/filter-drawer.js";
import { errorNotice, nothingIndexed, notice } from "../components/notice.js";
import { nounOf, titleOf } from "../components/result-card.js";
import { createSearchField } from "../components/search-field.js";
import { afterQuiet, announce, el } from "../dom.js";
import { counted } from "../format.js";
import { find, keep } from "../pictures.js";
import { blank, isBlank, parseQuery, queryUrl, refOf, sameRef, searchAnew, searchKey } from "../query.js";
import { isPlain, navigate, rememberedScroll } from "../router.js";
import { createSearches } from "../searches.js";
import { filmOf, ownPicture, queryBody, resultBody, stagePicture } from "./panel-content.js";
import { createResults } from "./results.js";
import { createStart } from "./start.js";

/** Results follow a crop this long after its last movement. Milliseconds. */
const cropSettles = 150;

/** Fields that every picture has, beside those that a collection names itself. */
const ownFacets = { before: ["kind", "tags"], after: ["format"] };

/**
 * The Search view. The address is the truth: every action makes a new one, and `show` makes the page say what it says.
 * @returns {View & Record<string, Function>} besides: `refresh()`, `grow(collections)`, `refreshStart()`
 */
export function createSearchView({ main, fieldSlot }) {
  const searches = createSearches();
  let query = blank;
  let own = null;
  let collections = null;
  let collection = null;
  let entry = null;
  let shown = [];
  let filtersOpen = false;
  let turn = 0;
  let aborter = null;
  let panelKey = null;
  let pendingCrop;
  // On a phone the panel hides the results, so the first ones of a search with the open picture are also shown in it.
  const followers = el("section.panel-section.phone-only");

  const go = (next, how) => navigate(queryUrl(isBlank(next) ? { ...blank, collection: next.collection } : next), how);

  // "Less" takes something to be less of: beside a picture of the collection, and nothing else that the query asks for.
  const lessUrl = (result) =>
    query.like && !query.text && !query.crop && !sameRef(query.like, refOf(result))
      ? queryUrl({ ...query, less: [...query.less, refOf(result)], open: null })
      : null;
  const openUrl = (result) => queryUrl({ ...query, open: refOf(result) });

  const field = createSearchField({
    onWords: (text) => go({ ...query, text, less: [], open: null }),
    onPicture: searchWithPicture,
    onRemovePicture: () => go(searchAnew(query, { text: field.text })),
    onOpenPicture: () =>
      query.open === "query" ? closePanel() : go({ ...query, open: "query" }, { replace: query.open !== null, state: { panel: true } }),
  });
  fieldSlot.append(field.element);

  const start = createStart({ onPick: field.pick });
  const drawer = createFilterDrawer({ onChange: (filters) => go({ ...query, filters }), onClose: () => setFiltersOpen(false) });
  const panel = createDetailPanel({ onClose: closePanel, onStep: step, onCrop: crop, onFrame: searchWithPicture });
  const results = createResults({
    links: { openUrl, likeUrl: (result) => queryUrl(searchAnew(query, { like: refOf(result) })), lessUrl },
    line: {
      onFilters: () => setFiltersOpen(!filtersOpen),
      onSort: (sort) => go({ ...query, sort }),
      onCollapse: (collapse) => go({ ...query, collapse }),
      onDiversity: (diversity) => go({ ...query, diversity }, { replace: query.diversity > 0 }),
    },
    onMore: showMore,
    onClearFilters: () => go({ ...query, filters: {} }),
    onRetry: refresh,
    onPick: field.pick,
    onWordsOnly: () => go({ ...query, picture: null, crop: null }),
    drawer: drawer.element,
    panel: panel.element,
  });

  acceptDrops({
    onPicture: searchWithPicture,
    onItem: (ref) => go(searchAnew(query, { text: field.text, like: ref })),
    onRefused: (message) => showNote(message),
  });

  // Opening is a step that "back" undoes; from one open picture to the next is none.
  results.element.addEventListener("click", (event) => {
    const link = event.target.closest(".card-open, .similar a");
    if (!link || !isPlain(event)) return;
    event.preventDefault();
    navigate(link.href, { replace: query.open !== null, state: { panel: true } });
  });

  async function show(params, how) {
    const previous = query;
    query = parseQuery(params);
    const mine = ++turn;
    own = query.picture ? await find(query.picture) : null;
    if (mine !== turn) return;
    showField();
    if (!isBlank(query)) place(results.element);
    else place(start.element);
    if (!collections && !(await loadCollections(mine))) return;
    const chosen = query.collection ? collections.find(({ name }) => name === query.collection) : collections[0];
    if (!chosen ? query.collection : chosen.fault) return showUnusable(chosen);
    collection = chosen?.name;
    if (isBlank(query)) return showStart(mine, how);
    await showResults(mine, how, previous);
  }

  function place(element) {
    if (main.contains(element)) return;
    main.querySelector("noscript")?.remove();
    main.replaceChildren(element);
  }

  function showField() {
    const known = query.like ? searches.known(query.like.id) : undefined;
    const chip = known
      ? { url: thumbnail(known.thumbnailUrl, 40), name: titleOf(known), crop: query.crop }
      : own
        ? { url: own.width ? own.url : null, name: own.name, crop: query.crop }
        : null;
    field.show(query.text, chip);
    document.title = isBlank(query) ? "VisualSearch" : `${query.text || (query.crop ? "Part of a picture" : "Picture")} · VisualSearch`;
  }

  async function loadCollections(mine) {
    if (isBlank(query)) start.showLoading();
    else results.showLoading({ keep: false });
    try {
      collections = await listCollections();
    } catch (error) {
      if (mine === turn) {
        if (isBlank(query)) start.showMessage(errorNotice(error, refresh));
        else results.showError(error);
      }
      return false;
    }
    return mine === turn;
  }

  /** @param {object|undefined} chosen the collection that can't be searched; undefined: there is none of that name */
  function showUnusable(chosen) {
    place(start.element);
    const title = chosen ? `The collection "${chosen.name}" can't be searched.` : `There is no collection "${query.collection}" here.`;
    const others = collections.filter(({ fault }) => !fault);
    const actions = others.slice(0, 3).map(({ name }) => ({ label: `Go to ${name}`, run: () => go({ ...blank, collection: name }) }));
    start.showMessage(notice({ kind: "error", title, text: chosen?.fault, actions }));
  }

  // --- Start

  async function showStart(mine, how) {
    aborter?.abort();
    entry = null;
    panelKey = null;
    panel.hide();
    if (how !== "replace") scrollTo(0, 0);
    if (!collections.find(({ name }) => name === collection)?.items) return start.showMessage(nothingIndexed());
    start.showLoading();
    showCount();
    // Samples are an invitation: without them the page still does its job.
    const pictures = await samples(collection, 6).catch(() => []);
    if (mine !== turn) return;
    searches.learn(pictures);
    start.showSamples(pictures, (result) => queryUrl({ ...blank, collection: query.collection, like: refOf(result) }));
  }

  const showCount = () => start.showCount(collections, collection, (name) => go({ ...blank, collection: name }));

  // --- Results

  async function showResults(mine, how, previous) {
    results.line.showControls(query, { filtersOpen });
    showDrawer();
    if (query.picture && !own) {
      aborter?.abort();
      entry = null;
      if (!query.open) showPanel();
      return results.showMissingPicture(query.text !== "");
    }
    showField();
    if (query.like && !searches.known(query.like.id)) fetchResult(query.like);
    const key = searchKey(query);
    if (entry?.key === key) return render("same", false);
    aborter?.abort();
    aborter = new AbortController();
    const { signal } = aborter;
    const keepShown = entry !== null && sameSubject(query, previous);
    const cached = searches.cached(key);
    if (!cached) {
      results.showLoading({ keep: keepShown });
      if (!keepShown && how === "push") scrollTo(0, 0);
      if (query.open) showPanel();
      try {
        const fresh = await searches.run(collection, query, own, signal);
        if (mine !== turn && searchKey(query) !== key) return;
        entry = fresh;
      } catch (error) {
        if (error.name === "AbortError") return;
        entry = null;
        results.showError(error);
        // What was open belongs to the search before.
        if (!query.open) showPanel();
        return;
      }
    } else {
      entry = cached;
    }
    render(how, !keepShown);
    announce(
      entry.results.length === 0
        ? "Nothing found"
        : `${counted(entry.results.length, nounOf(entry.results))}${entry.answer.noGoodMatch ? ", no good match" : ""}`,
    );
  }

  function render(how, isNew) {
    shown = results.show(entry, query);
    showPanel();
    if (how === "pop" || how === "load") scrollTo(0, rememberedScroll());
    else if (isNew) scrollTo(0, 0);
    if (query.open && query.open !== "query") results.grid.reveal(query.open);
  }

  async function showMore() {
    if (!entry?.more || entry.loadingMore) return;
    const current = entry;
    results.showMoreLoading();
    try {
      await searches.more(current);
    } catch {
      if (entry === current) results.showMoreError();
      return;
    }
    if (entry === current) shown = results.show(entry, query);
    results.grid.mark(query.open);
  }

  function showDrawer() {
    if (!filtersOpen) return drawer.hide();
    const { facets } = collections.find(({ name }) => name === collection);
    drawer.show(collection, [...new Set([...ownFacets.before, ...facets, ...ownFacets.after])], query.filters);
  }

  function setFiltersOpen(open) {
    filtersOpen = open;
    showDrawer();
    results.line.showControls(query, { filtersOpen });
    if (!open) results.line.focusFilters();
  }

  // --- Panel

  function showPanel() {
    results.grid.mark(query.open);
    if (!query.open) {
      panelKey = null;
      if (panel.hide()) results.grid.focus();
      return;
    }
    if (query.open === "query") showQueryPanel();
    else showResultPanel(query.open);
  }

  const cropToShow = () => (pendingCrop === undefined ? query.crop : pendingCrop);

  function showQueryPanel() {
    const known = query.like ? searches.known(query.like.id) : undefined;
    if (query.like && !known) return;
    const picture = known ? stagePicture(known) : own && ownPicture(own);
    const body = panelKey === "query" ? null : queryBody({ showable: picture !== null });
    panelKey = "query";
    panel.show({ title: "Your picture", picture, crop: cropToShow(), own: true, body, steps: null });
  }

  function showResultPanel(ref) {
    const index = shown.findIndex((each) => String(each.id) === ref.id);
    const known = shown[index] ?? searches.known(ref.id);
    if (!known) return void fetchResult(ref);
    // Known from another search, it keeps no match from there.
    const result = index < 0 ? { ...known, match: undefined } : known;
    const isQuery = sameRef(query.like, ref);
    // A crop drawn on the open picture changes the search many times a second, but not what is said about the picture.
    const key = isQuery ? `query ${ref.id}` : `${ref.id} ${searchKey(query)}${entry?.key === searchKey(query)}`;
    const answered = entry?.key === searchKey(query) ? entry : null;
    const body = key === panelKey ? null : resultBody({ collection, query, entry: answered, result, searches, followers, lessUrl });
    panelKey = key;
    if (isQuery)
      followers.replaceChildren(el("h3", query.crop ? "Like this part" : "Like this"), similarStrip(shown.slice(0, 12), openUrl));
    panel.show({
      title: titleOf(result),
      picture: stagePicture(result),
      film: filmOf(result, () => (answered ? searches.moments(answered, result.assetId) : Promise.resolve([]))),
      crop: isQuery ? cropToShow() : (pendingCrop ?? null),
      own: false,
      body,
      steps: shown.length > 0 ? { previous: index > 0, next: index < shown.length - 1 } : null,
    });
  }

  async function fetchResult(ref) {
    try {
      searches.learn([{ ...(await asset(collection, ref.assetId)), id: ref.id }]);
      showField();
      if (query.open) showPanel();
    } catch (error) {
      if (!sameRef(query.open, ref)) return;
      panelKey = null;
      panel.show({
        title: "Details",
        picture: null,
        crop: null,
        own: false,
        steps: null,
        body: [errorNotice(error, () => fetchResult(ref))],
      });
    }
  }

  function closePanel() {
    const was = query.open;
    if (history.state?.panel) history.back();
    else go({ ...query, open: null }, { replace: true });
    if (was === "query") field.focus();
    else results.grid.focus(was);
  }

  function step(by) {
    if (query.open === "query") return;
    const index = shown.findIndex((each) => sameRef(refOf(each), query.open));
    const next = shown[index + by];
    if (next) go({ ...query, open: refOf(next) }, { replace: true });
  }

  const applyCrop = afterQuiet((next) => {
    pendingCrop = undefined;
    const had = query.crop !== null;
    if (query.open === "query" || sameRef(query.open, query.like))
      go({ ...query, crop: next, less: [] }, { replace: had && next !== null });
    else if (query.open && next) go(searchAnew(query, { like: query.open, crop: next, open: query.open }));
  }, cropSettles);

  function crop(next) {
    pendingCrop = next;
    applyCrop(next);
  }

  // --- Pictures that come from outside

  async function searchWithPicture(file) {
    try {
      const picture = await keep(file);
      go(searchAnew(query, { text: field.text, picture: picture.key }));
    } catch (error) {
      showNote(`${file.name || "The picture"} could not be read: ${error.message}`);
    }
  }

  /** Something small to say that changes nothing: shown for a while above everything. */
  function showNote(message) {
    if (!message) return;
    document.querySelector(".note")?.remove();
    const note = el("p.note@note", { role: "alert" }, message);
    document.body.append(note);
    setTimeout(() => note.remove(), 8000);
  }

  /** Looks again at everything, such as after an error or when indexing has finished. */
  function refresh() {
    searches.forget();
    collections = null;
    entry = null;
    navigate(location.href);
  }

  /** More has been indexed: answers are old, and the start says how much there is now. */
  function grow(now) {
    const wasEmpty = !collections?.some(({ items }) => items > 0);
    searches.forget();
    collections = now;
    if (wasEmpty) refresh();
    else if (isBlank(query) && collection) showCount();
  }

  const refreshStart = () => isBlank(query) && refresh();

  return { name: "search", label: "Search", show, hide: () => aborter?.abort(), refresh, grow, refreshStart };
}

/** Whether one search only refines the other, so that the old results may stay until the new ones come. */
function sameSubject(a, b) {
  return a.text === b.text && a.picture === b.picture && (sameRef(a.like, b.like) || (!a.like && !b.like));
}
