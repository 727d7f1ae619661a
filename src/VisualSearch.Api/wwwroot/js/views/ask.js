import { answerer, ask } from "../answers.js";
import { listCollections } from "../api.js";
import { createTurn, resultOf } from "../components/answer-turn.js";
import { createDetailPanel } from "../components/detail-panel.js";
import { facts, tagList } from "../components/detail-facts.js";
import { errorNotice, nothingIndexed } from "../components/notice.js";
import { titleOf } from "../components/result-card.js";
import { conversation, forgetConversation, keepConversation } from "../conversations.js";
import { announce, el } from "../dom.js";
import { dropdown, iconButton } from "../icons.js";
import { keep } from "../pictures.js";
import { blank, queryUrl, searchAnew } from "../query.js";
import { navigate } from "../router.js";
import { filmOf, stagePicture } from "./panel-content.js";

/** So many turns are sent along: what "it" and "there" mean was said lately. */
const turnsSent = 6;

/** Ask: a conversation with a collection. The address says which one; what was said is kept in this browser. @returns {View} */
export function createAskView({ main }) {
  let collection = null;
  let turns = [];
  let aborter = null;
  let opened = null;
  // Put before it was known which collection is asked; it is asked then.
  let early = null;
  const list = el("div.turns@turns");
  const message = el("div");
  const words = el("textarea.ask-words@ask-words", { rows: 1, maxlength: 2000, placeholder: "Ask about your pictures and videos", "aria-label": "Your question", keydown: sendOnEnter, input: grow });
  const send = iconButton("send", "Ask", "ask-send", () => put(words.value));
  const clear = iconButton("bin", "Forget this conversation", "forget", forget);
  const where = el("p.caption@ask-note");
  const form = el("form.ask-form", { submit: (event) => (event.preventDefault(), put(words.value)) }, words, send);
  const column = el("div.ask-column", el("h1.visually-hidden", "Ask"), message, list, el("div.ask-foot", form, el("div.ask-line", where, clear)));
  const panel = createDetailPanel({ onClose: close, onStep: () => {}, onCrop: () => {}, onFrame: searchWithFrame });
  const element = el("div.ask@ask", column, panel.element);

  async function show(params) {
    document.title = "Ask · VisualSearch";
    if (!main.contains(element)) main.replaceChildren(element);
    try {
      const [collections, who] = await Promise.all([listCollections(), answerer()]);
      const usable = collections.filter(({ fault }) => !fault);
      const chosen = usable.find(({ name }) => name === params.get("in")) ?? usable[0];
      showNote(usable, chosen, who);
      if (!chosen?.items) return showMessage(nothingIndexed());
      showMessage(null);
      if (collection !== chosen.name) begin(chosen.name);
      words.focus({ preventScroll: true });
      const linked = params.get("q")?.trim();
      const question = early ?? (turns.at(-1)?.question === linked ? null : linked);
      early = null;
      if (question) await put(question);
    } catch (error) {
      showMessage(errorNotice(error, () => show(params)));
    }
  }

  function showMessage(node) {
    message.replaceChildren(...(node ? [node] : []));
    form.hidden = node !== null;
  }

  /** Which collection is asked, and who answers; above all whether anything leaves this machine. */
  function showNote(usable, chosen, who) {
    const sent = who.remote ? `Questions and the sources found are sent to ${who.remote} (${who.model}).` : who.model === "extractive" ? "Answers are the collection's own sentences; nothing leaves this machine." : `Answered by ${who.model} on this machine.`;
    where.classList.toggle("sent", Boolean(who.remote));
    where.replaceChildren(sent);
    if (usable.length < 2 || !chosen) return;
    const select = dropdown(usable.map(({ name }) => [name, name]), (name) => navigate(`./?view=ask&in=${encodeURIComponent(name)}`), { testid: "ask-collection", "aria-label": "Collection" });
    select.input.value = chosen.name;
    where.append(" Collection ", select.element);
  }

  function begin(name) {
    aborter?.abort();
    close();
    collection = name;
    turns = conversation(name);
    list.replaceChildren();
    for (const { question, reply, text } of turns) {
      const turn = addTurn(question);
      if (reply) {
        turn.showSources(reply.sources);
        turn.finish(reply);
      } else {
        turn.addText(text);
        turn.stopped();
      }
    }
    clear.hidden = turns.length === 0;
    if (turns.length > 0) list.lastElementChild.scrollIntoView({ block: "end" });
  }

  function addTurn(question) {
    const turn = createTurn(question, { onOpen: open, onStop: () => aborter?.abort(), onAgain: put });
    list.append(turn.element);
    return turn;
  }

  async function put(text) {
    const question = text.trim();
    if (!question) return;
    if (!collection) {
      early = question;
      return;
    }
    aborter?.abort();
    const mine = (aborter = new AbortController());
    words.value = "";
    grow();
    const turn = addTurn(question);
    turn.element.scrollIntoView({ block: "start" });
    const asked = { question, reply: null, text: "" };
    const history = turns.filter(({ reply }) => reply).slice(-turnsSent).map(({ question, reply }) => ({ question, answer: reply.text }));
    try {
      const { explanation, ...reply } = await ask(collection, { question, history }, { onSources: ({ sources }) => turn.showSources(sources), onText: turn.addText, signal: mine.signal });
      turn.finish({ ...reply, explanation });
      // How it was found is as long as ten answers: it lasts as long as the page.
      asked.reply = reply;
      announce(asked.reply.found ? "Answered" : "Not found in this collection");
    } catch (error) {
      if (error.name === "AbortError") turn.stopped();
      else return turn.fail(errorNotice(error, () => (turn.element.remove(), put(question))));
    }
    asked.text = turn.text;
    turns = [...turns, asked];
    keepConversation(collection, turns);
    clear.hidden = false;
  }

  function forget() {
    aborter?.abort();
    forgetConversation(collection);
    turns = [];
    list.replaceChildren();
    clear.hidden = true;
    close();
    words.focus();
  }

  // --- A source at large

  function open(source) {
    const result = resultOf(source);
    opened = document.activeElement;
    const query = { ...blank, collection };
    panel.show({
      title: titleOf(result),
      picture: stagePicture(result),
      film: filmOf(result, () => Promise.resolve([{ start: result.start, end: result.end, moment: result.moment, match: result.match }])),
      crop: null,
      own: false,
      steps: null,
      body: [
        result.caption ? el("blockquote.panel-text@passage", result.caption) : null,
        tagList(result.tags, (tag) => queryUrl(searchAnew(query, { text: tag }))),
        el("section.panel-section", el("h3", result.video ? "About this video" : "About this picture"), facts(result)),
      ].filter(Boolean),
    });
    element.classList.add("with-panel");
  }

  function close() {
    panel.hide();
    element.classList.remove("with-panel");
    opened?.focus?.();
    opened = null;
  }

  async function searchWithFrame(file) {
    const picture = await keep(file);
    navigate(queryUrl(searchAnew({ ...blank, collection }, { picture: picture.key })));
  }

  // --- The field

  function sendOnEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    put(words.value);
  }

  /** As high as what is written, up to a third of the window. */
  function grow() {
    words.style.height = "auto";
    words.style.height = `${Math.min(words.scrollHeight, innerHeight / 3)}px`;
  }

  return {
    name: "ask",
    label: "Ask",
    show,
    hide: () => {
      aborter?.abort();
      panel.hide();
    },
  };
}
