import { listCollections, samples, thumbnail } from "../api.js";
import { errorNotice, notice } from "../components/notice.js";
import { titleOf } from "../components/result-card.js";
import { announce, el } from "../dom.js";
import { count, fileSize } from "../format.js";
import { createControls } from "../lab/controls.js";
import { benchCurves } from "../lab/curves.js";
import { benchRows, experiment, labOptions, parseState, stateUrl } from "../lab/experiment.js";
import { createWalk } from "../lab/walk.js";
import { navigate } from "../router.js";

const choices = 8;

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
  const picture = el("div", { class: "lab-query", testid: "lab-query" });
  const strip = el("ul", { class: "lab-strip", testid: "lab-samples", "aria-label": "Pictures to search with" });
  const words = el("input", { class: "text-input", type: "search", testid: "lab-words", placeholder: "or search with words", "aria-label": "Search with words", maxlength: 300 });
  const wordsForm = el("form", { on: { submit: askWords } }, words);
  const figures = el("div", { class: "lab-figures", testid: "lab-figures" });
  const lists = el("div", { class: "lab-lists" });
  const bench = el("section", { class: "lab-part", "aria-label": "The last bench" });
  const status = el("p", { class: "caption", testid: "lab-status" });
  const results = el("div", { class: "lab-results" }, figures, status, lists, walk.element, bench);
  const content = el("div", { class: "lab-columns" },
    el("aside", { class: "lab-side", "aria-label": "Experiment" }, picture, strip, wordsForm, controls.element), results);
  const message = el("div", { class: "lab-message" });
  const element = el("div", { class: "lab", testid: "lab" },
    el("h1", { class: "visually-hidden", text: "Lab" }),
    el("p", { class: "lab-intro", text: "Large collections are searched with shortcuts. Here you see what a shortcut finds, what it misses and what it saves, on your own pictures." }),
    message, content);

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
      strip.replaceChildren(...suggestions.map((each) => tile(each, {})));
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
      message.replaceChildren(notice(chosen?.fault
        ? { kind: "error", title: `The collection "${chosen.name}" can't be used.`, text: chosen.fault }
        : { kind: "empty", title: "There is nothing to experiment with yet", text: "Index a folder of pictures first.", code: "vsearch index ~/Pictures" }));
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
    picture.replaceChildren(el("div", { class: "lab-blank skeleton" }));
    figures.replaceChildren(...Array.from({ length: 4 }, () => el("div", { class: "lab-figure skeleton", "aria-hidden": "true" })));
    lists.replaceChildren(...Array.from({ length: 2 }, () => el("div", { class: "lab-list skeleton", "aria-hidden": "true" })));
  }

  async function run(mine) {
    const asked = stateUrl({ ...state, step: null }, options);
    if (asked !== key) {
      aborter?.abort();
      aborter = new AbortController();
      if (!reply || !key) loading();
      results.setAttribute("aria-busy", "true");
      const next = await experiment(collection, state, aborter.signal, showBuilding);
      if (mine !== turn) return;
      [reply, key] = [next, asked];
      showReply();
    }
    results.removeAttribute("aria-busy");
    if (reply.walk?.hops.length) walk.show(reply, state.step);
  }

  function showQuery() {
    if (document.activeElement !== words) words.value = state.text;
    const known = reply.query;
    picture.replaceChildren(...(known
      ? [el("img", { src: thumbnail(known.thumbnailUrl, 320), alt: `Your query: ${titleOf(known)}` }), el("p", { class: "caption", text: titleOf(known) })]
      : [el("p", { class: "lab-words", text: `“${state.text}”` })]));
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
    const percent = (share) => `${Math.round(share * 1000) / 10} %`;
    figures.replaceChildren(
      figure("recall", `Recall@${exact.length}`, percent(m.recall), `${hit} of the ${exact.length} nearest found; ${percent(m.meanRecall)} on average over ${m.meanQueries} pictures.`),
      figure("time", "Time", micros(m.approximateMicros), `Comparing with everything takes ${micros(m.exactMicros)}: ${faster >= 1 ? `${times(faster)} longer` : `${times(1 / faster)} shorter`}.`),
      figure("visited", "Visited", m.visited === undefined ? "–" : count(m.visited), m.visited === undefined ? "This family does not tell." : `comparisons with the query: ${percent(m.visited / m.vectors)} of the ${count(m.vectors)} that looking at every picture takes.`),
      figure("memory", "Memory", m.memoryBytes === undefined ? "–" : fileSize(m.memoryBytes), `${m.memoryBytes === undefined ? "This family does not tell; it was" : "of the index,"} built in ${m.buildSeconds < 0.1 ? `${Math.round(m.buildSeconds * 1000)} ms` : `${m.buildSeconds.toFixed(1)} s`}.`));
    const sampled = options.vectors < options.items ? ` These are every ${Math.round(options.items / options.vectors)}th picture of ${count(options.items)}.` : "";
    status.textContent = `Times are medians of several runs on the server.${sampled}`;
    lists.replaceChildren(
      list("exact", "Exact", "The truly nearest. A dashed outline marks those that the shortcut missed.", exact, "missed"),
      list("approximate", family.label, "What the shortcut found. A dashed outline marks those that are too far to belong here.", approximate, "too far"));
    walk.element.hidden = !reply.walk?.hops.length;
    if (reply.walk && !reply.walk.hops.length) status.textContent += " The filter lets through so few pictures that the index compared with each of them: there is no way to draw.";
    announce(`Recall ${percent(m.recall)}, ${micros(m.approximateMicros)}`);
  }

  const figure = (name, title, value, text) => el("div", { class: "lab-figure", testid: `figure-${name}` },
    el("h2", { text: title }), el("p", { class: "lab-value", text: value }), el("p", { class: "caption", text }));

  const list = (name, title, text, found, wrong) => el("section", { class: "lab-list", testid: `list-${name}`, "aria-label": title },
    el("h2", { text: title }), el("p", { class: "lab-about", text }),
    el("ol", { class: "lab-tiles" }, ...found.map(({ asset: each, distance, inBoth }) => tile(each, { distance, wrong: inBoth ? null : wrong }))));

  function tile(each, { distance, wrong }) {
    const says = [titleOf(each), distance === undefined ? null : `distance ${distance.toFixed(3)}`, wrong].filter(Boolean).join(", ");
    const link = stateUrl({ ...state, item: String(each.itemId ?? each.id), text: "", step: null }, options);
    return el("li", { class: wrong ? "lab-tile wrong" : "lab-tile", testid: wrong ? "tile-wrong" : "tile" },
      el("a", { href: link, "aria-label": `Search with ${says}`, title: says }, el("img", { src: thumbnail(each.thumbnailUrl, 160), alt: "", loading: "lazy", decoding: "async" })),
      distance === undefined ? null : el("span", { class: "caption", "aria-hidden": "true", text: wrong ? `${distance.toFixed(3)} ${wrong}` : distance.toFixed(3) }));
  }

  async function showBench() {
    const about = el("p", { class: "lab-about", text: "Each curve is one engine with more and more effort: further right it finds more, further up it answers more queries. The upper right is best. The strong curves are VisualSearch's own." });
    const rows = await benchRows().catch((error) => error);
    bench.replaceChildren(el("h2", { text: "The last bench, with peers" }),
      ...(rows instanceof Error ? [errorNotice(rows, showBench)]
        : rows.length > 0 ? [about, benchCurves(rows)]
        : [el("p", { class: "lab-about", testid: "bench-empty" }, "No bench has run here yet. ", el("code", { text: "vsearch bench ann" }), " compares this index with other libraries, and its curves appear here.")]));
  }

  function askWords(event) {
    event.preventDefault();
    const text = words.value.trim();
    if (text) go({ item: null, text }, false);
  }

  function fail(error) {
    content.hidden = true;
    message.replaceChildren(errorNotice(error, () => { options = null; show(new URL(location.href).searchParams); }));
  }

  return { name: "lab", label: "Lab", show, hide: () => { turn++; aborter?.abort(); walk.pause(); key = ""; } };
}

const micros = (value) => (value < 1000 ? `${Math.round(value)} µs` : `${(value / 1000).toFixed(1)} ms`);
const times = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)}×`;
