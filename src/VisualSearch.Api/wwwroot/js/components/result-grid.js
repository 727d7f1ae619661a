import { el } from "../dom.js";
import { justify } from "../justify.js";
import { sameRef } from "../query.js";
import { createCard } from "./result-card.js";

/** Aspect ratios of a plausible page of pictures: skeletons look like what comes. */
const skeletonRatios = [1.5, 0.75, 1.33, 1.78, 1, 1.5, 0.8, 1.33, 1.5, 1.25, 0.7, 1.6, 1.33, 1, 1.5, 0.75, 1.4, 1.33];

/**
 * Results as justified rows. Keeps the element of a result that stays from one answer to the next, so a crop that moves
 * shuffles pictures and reloads none.
 * @param {Record<string, (result: object) => string>} links `openUrl`, `likeUrl`, `lessUrl`
 */
export function createGrid({ openUrl, likeUrl, lessUrl }) {
  const list = el("ul.grid@results", { "aria-label": "Results" });
  /** @type {Map<string, ReturnType<typeof createCard>>} */
  let cards = new Map();
  let results = [];
  let current = null;
  let skeleton = false;
  let width = 0;
  let wantsFocus = false;

  // Heights of rows follow the window, not the grid: opening the panel must not make pictures small.
  const rule = () => (innerWidth < 720 ? { target: 180, gap: 4 } : { target: innerWidth > 1600 ? 220 : 200, gap: 8 });

  function layout() {
    if (width === 0) return;
    const ratios = skeleton ? skeletonRatios : results.map((result) => result.width / result.height);
    const { boxes, height } = justify(ratios, width, rule());
    list.style.height = `${height}px`;
    if (skeleton) [...list.children].forEach((child, i) => placeSkeleton(child, boxes[i]));
    else results.forEach((result, i) => cards.get(String(result.id)).place(boxes[i]));
  }

  new ResizeObserver(([entry]) => {
    const next = Math.floor(entry.contentRect.width);
    if (next === width) return;
    width = next;
    layout();
  }).observe(list);

  function setCurrent(id) {
    if (current !== id) cards.get(current)?.setCurrent(false);
    current = id;
    cards.get(id)?.setCurrent(true);
  }

  list.addEventListener("focusin", (event) => {
    const id = event.target.closest(".card")?.dataset.id;
    if (id) setCurrent(id);
  });

  list.onkeydown = (event) => {
    const next = event.defaultPrevented ? null : neighbour(event.key);
    if (!next) return;
    event.preventDefault();
    const card = cards.get(String(next.id));
    card.focus();
    card.element.scrollIntoView({ block: "nearest" });
  };

  function neighbour(key) {
    const index = results.findIndex((result) => String(result.id) === current);
    if (index < 0) return null;
    if (key === "ArrowRight") return results[index + 1];
    if (key === "ArrowLeft") return results[index - 1];
    if (key === "Home") return results[0];
    if (key === "End") return results.at(-1);
    if (key === "ArrowDown" || key === "ArrowUp") return inNextRow(index, key === "ArrowDown" ? 1 : -1);
    return null;
  }

  /** The picture of the row below or above whose middle is nearest. */
  function inNextRow(index, direction) {
    const place = (i) => cards.get(String(results[i].id)).element.getBoundingClientRect();
    const from = place(index);
    const middle = from.left + from.width / 2;
    let best = null;
    let row = null;
    for (let i = index + direction; i >= 0 && i < results.length; i += direction) {
      const at = place(i);
      if (at.top === from.top) continue;
      row ??= at.top;
      if (at.top !== row) break;
      const distance = Math.abs(at.left + at.width / 2 - middle);
      if (!best || distance < best.distance) best = { result: results[i], distance };
    }
    return best?.result ?? null;
  }

  return {
    element: list,

    /** @param {object[]} next in the order to show @param {{dim?: boolean}} [look] `dim`: the nearest there is, but no match */
    show(next, { dim = false } = {}) {
      const focused = list.contains(document.activeElement) || (wantsFocus && document.activeElement === document.body);
      wantsFocus = false;
      const kept = new Map();
      for (const result of next) {
        const id = String(result.id);
        const card = cards.get(id) ?? createCard(result);
        card.update(result);
        card.link(openUrl(result), likeUrl(result), lessUrl(result));
        card.setCurrent(false);
        kept.set(id, card);
      }
      cards = kept;
      results = next;
      skeleton = false;
      list.replaceChildren(...[...cards.values()].map((card) => card.element));
      list.classList.toggle("dim", dim);
      list.ariaBusy = null;
      list.classList.remove("busy", "skeletons");
      setCurrent(cards.has(current) ? current : next.length > 0 ? String(next[0].id) : null);
      // Moving an element in the list takes the focus from it.
      if (focused) cards.get(current)?.focus();
      layout();
    },

    showSkeletons() {
      // Skeletons can't hold the focus: it waits for the pictures.
      wantsFocus ||= list.contains(document.activeElement);
      cards = new Map();
      results = [];
      skeleton = true;
      list.replaceChildren(...skeletonRatios.map(() => el("li.skeleton", { "aria-hidden": "true" })));
      list.classList.add("skeletons");
      list.ariaBusy = true;
      layout();
    },

    setBusy() {
      list.classList.add("busy");
      list.ariaBusy = true;
    },

    mark(ref) {
      for (const card of cards.values()) card.mark(sameRef(card.ref, ref));
    },

    /** Scrolls to a result if it is out of sight. @param {ItemRef} ref */
    reveal(ref) {
      const card = cards.get(ref.id);
      if (!card) return;
      setCurrent(ref.id);
      card.element.scrollIntoView({ block: "nearest" });
    },

    /** @param {ItemRef|null} [ref] the first one when left out or gone */
    focus(ref) {
      (cards.get(ref?.id) ?? cards.get(current))?.focus();
    },
  };
}

function placeSkeleton(element, box) {
  element.style.transform = `translate(${box.x}px, ${box.y}px)`;
  element.style.width = `${box.width}px`;
  element.style.height = `${box.height}px`;
}
