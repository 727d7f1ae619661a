import { listCollections, samples, thumbnail } from "../api.js";
import { errorNotice, nothingIndexed, notice } from "../components/notice.js";
import { pictureItem, titleOf } from "../components/result-card.js";
import { announce, el } from "../dom.js";
import { count, counted, fileSize } from "../format.js";
import { createControls } from "../lab/controls.js";
import { benchCurves } from "../lab/curves.js";
import { benchRows, experiment, labOptions, parseState, stateUrl } from "../lab/experiment.js";
import { createWalk } from "../lab/walk.js";
import { navigate } from "../router.js";

const choices = 8;

const intro =
  "Large collections are searched with shortcuts. Here you see what a shortcut finds, what it misses and what it saves, on your own pictures.";
const aboutBench =
  "Each curve is one engine with more and more effort: further right it finds more, further up it answers more queries. The upper right is best. The strong curves are VisualSearch's own.";

/** The Lab: approximate against exact search, on the collection's own pictures. The address holds every control. @returns {View} */
export function createLabView({ main }) {
  let state = null;
  let options = null;
  let collection = null;
  let reply = null;
  let key = "";
  let suggestions = [];
  let turn = 0;
  let aborter = null;

  const go = (change, replace = true) => navigate(stateUrl({ ...state, step: null, ...change }, options), { replace });
  const controls = createControls((change) => go(change(state)));
  const walk = createWalk((step) => go({ step }));
  const picture = el("div.lab-query@lab-query");
  const strip = el("ul.lab-strip@lab-samples", { "aria-label": "Pictures to search with" });
  const words = el("input.text-input@lab-words", {
    type: "search",
    placeholder: "or search with words",
    "aria-label": "Search with words",
    maxlength: 300,
  });
  const figures = el("div.lab-figures@lab-figures");
  const lists = el("div.lab-lists");
  const bench = el("section", { "aria-label": "The last bench" });
  const status = el("p.caption@lab-status");
  const results = el("div.lab-results", figures, status, lists, walk.element, bench);
  const side = [el("h2", "Your query"), picture, strip, el("form", { submit: askWords }, words), controls.element];
  const content = el("div.lab-columns", el("aside.lab-side", { "aria-label": "Experiment" }, side), results);
  const message = el("div");
  const element = el("div.lab@lab", el("h1.visually-hidden", "Lab"), el("p.lab-intro", intro), message, content);

  async function show(params) {
    const mine = ++turn;
    document.title = "Lab · VisualSearch";
    if (!main.contains(element)) {
      main.replaceChildren(element);
      scrollTo(0, 0);
      key = "";
    }
    try {
      if (!options || collection !== (params.get("in") ?? collection)) {
        loading();
        if (!(await loadCollection(params.get("in"), mine))) return;
      }
      state = parseState(params, options);
      if (!state.item && !state.text) return go({ item: String(suggestions[0].itemId), step: state.step });
      message.replaceChildren();
      content.hidden = false;
      strip.replaceChildren(...suggestions.map((each) => tile(each)));
      controls.show(state, options);
      await run(mine);
    } catch (error) {
      if (error.name !== "AbortError" && mine === turn) fail(error);
    }
  }

  /** @returns {Promise<boolean>} whether there is something to experiment with */
  async function loadCollection(name, mine) {
    const collections = await listCollections();
    if (mine !== turn) return false;
    const chosen = name ? collections.find((each) => each.name === name) : collections[0];
    if (!chosen?.items || chosen.fault) {
      content.hidden = true;
      const broken = { kind: "error", title: `The collection "${chosen?.name}" can't be used.`, text: chosen?.fault };
      message.replaceChildren(chosen?.fault ? notice(broken) : nothingIndexed());
      return false;
    }
    const [found, pictures] = await Promise.all([labOptions(chosen.name), samples(chosen.name, choices)]);
    if (mine !== turn) return false;
    [options, collection, key] = [found, chosen.name, ""];
    suggestions = pictures;
    showBench();
    return true;
  }

  function loading() {
    content.hidden = false;
    message.replaceChildren();
    walk.element.hidden = true;
    const blank = (what) => el(`div.skeleton.${what}`, { "aria-hidden": "true" });
    picture.replaceChildren(blank("lab-blank"));
    figures.replaceChildren(...Array.from({ length: 4 }, () => blank("lab-figure")));
    lists.replaceChildren(blank("lab-list"), blank("lab-list"));
  }

  async function run(mine) {
    const asked = stateUrl({ ...state, step: null }, options);
    if (asked !== key) {
      aborter?.abort();
      aborter = new AbortController();
      if (!reply || !key) loading();
      results.ariaBusy = true;
      const next = await experiment(collection, state, aborter.signal, showBuilding);
      if (mine !== turn) return;
      [reply, key] = [next, asked];
      showReply();
    }
    results.ariaBusy = null;
    if (reply.walk?.hops.length) walk.show(reply, state.step);
  }

  function showQuery() {
    if (document.activeElement !== words) words.value = state.text;
    const known = reply.query;
    if (!known) return picture.replaceChildren(el("p.lab-words", `“${state.text}”`));
    const image = el("img", { src: thumbnail(known.thumbnailUrl, 320), alt: `Your query: ${titleOf(known)}` });
    picture.replaceChildren(image, el("p.caption", titleOf(known)));
  }

  function showBuilding({ done, total }) {
    status.textContent = `Building the index: ${count(done)} of ${count(total)} pictures …`;
  }

  function showReply() {
    showQuery();
    const { measures: m, exact, approximate } = reply;
    const family = options.families.find(({ name }) => name === state.family);
    const hit = exact.filter(({ inBoth }) => inBoth).length;
    const faster = m.exactMicros / m.approximateMicros;
    const speed = faster >= 1 ? `${times(faster)} longer` : `${times(1 / faster)} shorter`;
    const places = m.probed === undefined ? "" : `, from ${counted(m.probed, state.family === "lsh" ? "bucket" : "list")}`;
    const built = m.buildSeconds < 0.1 ? `${Math.round(m.buildSeconds * 1000)} ms` : `${m.buildSeconds.toFixed(1)} s`;
    const recall = `${hit} of the ${exact.length} nearest found; ${percent(m.meanRecall)} on average over ${m.meanQueries} pictures.`;
    figures.replaceChildren(
      figure("recall", `Recall@${exact.length}`, percent(m.recall), recall),
      figure("time", "Time", micros(m.approximateMicros), `Comparing with every picture takes ${micros(m.exactMicros)}: ${speed}.`),
      figure(
        "visited",
        "Visited",
        count(m.visited),
        `comparisons with the query${places}. Looking at every picture takes ${count(m.vectors)}.`,
      ),
      figure("memory", "Memory", fileSize(m.memoryBytes), `of the index with its vectors, built in ${built}.`),
    );
    const every = Math.round(options.items / options.vectors);
    const sampled = options.vectors < options.items ? ` These are every ${every}th picture of ${count(options.items)}.` : "";
    status.textContent = `Times are medians of several runs on the server.${sampled}`;
    lists.replaceChildren(
      list("exact", "Exact", "The truly nearest, by comparing with every picture. Dashed: the shortcut missed it.", exact, "missed"),
      list("approximate", family.label, "What the shortcut found. Dashed: too far to belong here.", approximate, "too far"),
    );
    walk.element.hidden = !reply.walk?.hops.length;
    if (reply.walk && !reply.walk.hops.length)
      status.textContent += " The filter lets through so few pictures that the index compared with each of them: there is no way to draw.";
    announce(`Recall ${percent(m.recall)}, ${micros(m.approximateMicros)}`);
  }

  const figure = (name, title, value, text) =>
    el("div.lab-figure", { testid: `figure-${name}` }, el("h2", title), el("p.lab-value", value), el("p.caption", text));

  const list = (name, title, text, found, wrong) => {
    const tiles = found.map(({ asset, distance, inBoth }) => tile(asset, distance.toFixed(3), inBoth ? null : wrong));
    const attributes = { testid: `list-${name}`, "aria-label": title };
    return el("section.lab-list", attributes, el("h2", title), el("p.lab-about", text), el("ol.lab-tiles", tiles));
  };

  /** A picture that becomes the query when it is chosen; `wrong`: why it differs from the other list. */
  function tile(asset, distance, wrong) {
    const says = ["Search with", [titleOf(asset), distance && `distance ${distance}`, wrong].filter(Boolean).join(", ")].join(" ");
    const href = stateUrl({ ...state, item: String(asset.itemId ?? asset.id), text: "", step: null }, options);
    const caption = distance && el("span.caption", { "aria-hidden": "true" }, distance, wrong && el("br"), wrong);
    return pictureItem(
      wrong ? "li.lab-tile.wrong@tile-wrong" : "li.lab-tile@tile",
      asset,
      160,
      { href, "aria-label": says, title: says },
      caption,
    );
  }

  async function showBench() {
    const rows = await benchRows().catch((error) => error);
    const code = el("code", "vsearch bench ann");
    const none = ["No bench has run here yet. ", code, " compares this index with other libraries, and its curves appear here."];
    const shown = rows.length > 0 ? [el("p.lab-about", aboutBench), benchCurves(rows)] : [el("p.lab-about@bench-empty", none)];
    bench.replaceChildren(el("h2", "The last bench, with peers"), ...(rows instanceof Error ? [errorNotice(rows, showBench)] : shown));
  }

  function askWords(event) {
    event.preventDefault();
    const text = words.value.trim();
    if (text) go({ item: null, text }, false);
  }

  function fail(error) {
    content.hidden = true;
    const again = () => {
      options = null;
      show(new URL(location.href).searchParams);
    };
    message.replaceChildren(errorNotice(error, again));
  }

  function hide() {
    turn++;
    aborter?.abort();
    walk.pause();
    key = "";
  }

  return { name: "lab", label: "Lab", show, hide };
}

const percent = (share) => `${Math.round(share * 1000) / 10} %`;
const micros = (value) => (value < 1000 ? `${Math.round(value)} µs` : `${(value / 1000).toFixed(1)} ms`);
const times = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)}×`;
