import { el } from "../dom.js";
import { iconButton } from "../icons.js";
import { createPictureStage } from "./picture-stage.js";
import { createVideoPlayer } from "./video-player.js";
import { isTyping } from "./search-field.js";

const phone = matchMedia("(max-width: 719px)");

/** Shorter movements of a finger are no swipe. Pixels. */
const swipe = 50;

/**
 * The panel beside the results: a large picture, and what is handed in under it. On a phone it covers the page; the query's
 * own picture stays above its results.
 * @param {Record<string, Function>} actions `onClose()`, `onStep(1 or -1)`, `onCrop(crop or null)`, `onFrame(file)`
 */
export function createDetailPanel({ onClose, onStep, onCrop, onFrame }) {
  const heading = el("h2.panel-title", { id: "panel-title", tabindex: "-1" });
  const previous = iconButton("previous", "Previous result", "detail-previous", () => onStep(-1), { title: "Previous (left arrow)" });
  const next = iconButton("next", "Next result", "detail-next", () => onStep(1), { title: "Next (right arrow)" });
  const close = iconButton("close", "Close", "detail-close", onClose, { title: "Close (Esc)" });
  const stage = createPictureStage({ onCrop });
  const ownStage = createPictureStage({ onCrop, fingersCrop: true });
  const player = createVideoPlayer({ onFrame });
  const stageSlot = el("div.panel-stage");
  const body = el("div.panel-body");
  const scroller = el("div.panel-scroll", stageSlot, body);
  const element = el(
    "div.panel@detail-panel",
    { "aria-labelledby": "panel-title", hidden: true },
    el("div.panel-head", heading, previous, next, close),
    scroller,
  );
  let shownKey = null;
  let touch = null;

  // A sideways swipe over a picture that is neither zoomed nor being cropped goes to the next one.
  stage.element.addEventListener(
    "touchstart",
    ({ touches }) => {
      touch = touches.length === 1 && !stage.element.matches(".zoomed, .cropping") ? touches[0] : null;
    },
    { passive: true },
  );
  stage.element.addEventListener(
    "touchend",
    ({ changedTouches: [end] }) => {
      if (!touch || previous.hidden) return;
      const dx = end.clientX - touch.clientX;
      if (Math.abs(dx) > swipe && Math.abs(dx) > 2 * Math.abs(end.clientY - touch.clientY)) onStep(dx < 0 ? 1 : -1);
      touch = null;
    },
    { passive: true },
  );

  document.addEventListener(
    "keydown",
    (event) => {
      if (element.hidden || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape" && !isTyping(event.target)) {
        event.preventDefault();
        onClose();
      } else if (
        (event.key === "ArrowLeft" || event.key === "ArrowRight") &&
        !previous.hidden &&
        !event.target.closest?.("input, select, textarea, video, .crop-box, .filters")
      ) {
        event.preventDefault();
        onStep(event.key === "ArrowRight" ? 1 : -1);
      }
    },
    { capture: true },
  );

  /** Over the whole page it is a dialog, and what lies under it is out of reach; beside the results it is a region. */
  function setRole() {
    const covering = !element.hidden && phone.matches && !element.classList.contains("own");
    element.role = covering ? "dialog" : "complementary";
    element.ariaModal = covering || null;
    document.documentElement.classList.toggle("covered", covering);
    document.getElementById("topbar").inert = covering;
    for (const sibling of element.parentElement?.children ?? []) if (sibling !== element) sibling.inert = covering;
  }
  phone.addEventListener("change", setRole);

  return {
    element,
    /**
     * @param {object} content `picture` (StagePicture) null: nothing to show at large; `film` (Film, with `moments`) in its place; `own`: the query's own picture; `body` null: as it was;
     *   `steps` ({previous, next}: whether there is one) null: not part of a list
     */
    show({ title, picture, film, crop, own, body: nodes, steps }) {
      const opening = element.hidden;
      const key = film?.key ?? picture?.key ?? title;
      const current = own ? ownStage : stage;
      heading.textContent = heading.title = title;
      previous.hidden = next.hidden = !steps;
      previous.disabled = !steps?.previous;
      next.disabled = !steps?.next;
      element.classList.toggle("own", own);
      element.hidden = false;
      const shown = film ? player : picture ? current : null;
      if (!shown) stageSlot.replaceChildren();
      else if (!stageSlot.contains(shown.element)) stageSlot.replaceChildren(shown.element);
      if (film) player.show(film, film.moments);
      else player.pause();
      if (picture && !film) current.show(picture, crop);
      if (nodes) body.replaceChildren(...nodes);
      if (shownKey !== key) scroller.scrollTop = 0;
      shownKey = key;
      setRole();
      if (opening && phone.matches && !own) heading.focus({ preventScroll: true });
    },
    /** @returns {boolean} whether the focus was in the panel, and is now nowhere */
    hide() {
      const focused = element.contains(document.activeElement);
      element.hidden = true;
      player.pause();
      shownKey = null;
      setRole();
      return focused;
    },
  };
}
