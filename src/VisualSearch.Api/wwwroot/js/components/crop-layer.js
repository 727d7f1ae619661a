import { announce, el } from "../dom.js";
import { handles, moveCrop, resizeCrop, span } from "../crop.js";

const edges = { n: "top", s: "bottom", w: "left", e: "right" };
const nameOf = (handle) => `${[...handle].map((edge) => edges[edge]).join(" ")} ${handle.length > 1 ? "corner" : "edge"}`;

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Below this a press is a click, not a drag. Pixels. */
const dragThreshold = 5;

/** What the "crop" button starts with, for keyboards and fingers. */
const firstCrop = { x: 0.2, y: 0.2, width: 0.6, height: 0.6 };

/**
 * A marquee over a picture: draw it, move it, pull its eight handles, or do all of that with arrow keys
 * (1 % a step, 5 % with Shift; Delete takes it away). The layer must cover exactly the picture.
 * @param {Record<string, Function>} options `mayDraw(event)`: whether this press may begin a new crop; `onChange(crop or null)`
 */
export function createCropLayer({ mayDraw, onChange }) {
  let crop = null;
  let drag = null;

  const box = el(
    "div.crop-box@crop-box",
    { role: "group", tabindex: "0", hidden: true, "aria-label": "Crop. Arrow keys move it, Delete removes it." },
    handles.map((name) =>
      el("button.crop-handle", {
        testid: `crop-handle-${name}`,
        "data-handle": name,
        "aria-label": `Crop: ${nameOf(name)}. Arrow keys move it.`,
      }),
    ),
  );
  const element = el("div.crop-layer@crop-layer", box);

  function render() {
    box.hidden = !crop;
    if (!crop) return;
    box.style.left = `${crop.x * 100}%`;
    box.style.top = `${crop.y * 100}%`;
    box.style.width = `${crop.width * 100}%`;
    box.style.height = `${crop.height * 100}%`;
  }

  function change(next) {
    crop = next;
    render();
    onChange(crop);
  }

  function place(event) {
    const area = element.getBoundingClientRect();
    return { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height };
  }

  element.onpointerdown = (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const handle = event.target.dataset?.handle;
    const inBox = box.contains(event.target);
    if (!inBox && !mayDraw(event)) return;
    // Keeps the browser from starting a text selection or a picture drag; focus is then ours to move.
    event.preventDefault();
    drag = {
      kind: handle ? "resize" : inBox ? "move" : "draw",
      handle,
      from: place(event),
      crop,
      clientX: event.clientX,
      clientY: event.clientY,
      started: inBox,
    };
    element.setPointerCapture(event.pointerId);
    element.classList.add("dragging");
    if (inBox) (handle ? event.target : box).focus({ preventScroll: true });
  };

  element.onpointermove = (event) => {
    if (!drag) return;
    if (!drag.started && Math.hypot(event.clientX - drag.clientX, event.clientY - drag.clientY) < dragThreshold) return;
    drag.started = true;
    const to = place(event);
    if (drag.kind === "draw") change(span(drag.from.x, drag.from.y, to.x, to.y));
    else if (drag.kind === "move") change(moveCrop(drag.crop, to.x - drag.from.x, to.y - drag.from.y));
    else change(resizeCrop(drag.crop, drag.handle, to.x - drag.from.x, to.y - drag.from.y));
  };

  const end = () => {
    drag = null;
    element.classList.remove("dragging");
  };
  element.onpointerup = end;
  element.onpointercancel = end;

  box.onkeydown = (event) => {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      event.stopPropagation();
      clear();
      return;
    }
    const direction = arrows[event.key];
    if (!direction || !crop) return;
    event.preventDefault();
    // Elsewhere in the panel arrow keys go to the next picture.
    event.stopPropagation();
    const step = event.shiftKey ? 0.05 : 0.01;
    const handle = event.target.dataset.handle;
    const [dx, dy] = direction.map((each) => each * step);
    change(handle ? resizeCrop(crop, handle, dx, dy) : moveCrop(crop, dx, dy));
    announce(describe(crop));
  };

  function begin() {
    if (!crop) change(firstCrop);
    box.focus({ preventScroll: true });
  }

  function clear() {
    if (!crop) return;
    change(null);
    announce("Crop removed");
  }

  return {
    element,
    begin,
    clear,
    set(next) {
      // While the hand is on the crop, the hand is right and the address is late.
      if (drag) return;
      crop = next;
      render();
    },
    get dragging() {
      return drag !== null;
    },
  };
}

function describe(crop) {
  const percent = (value) => `${Math.round(value * 100)} %`;
  return `Crop from ${percent(crop.x)}, ${percent(crop.y)}: ${percent(crop.width)} wide, ${percent(crop.height)} high`;
}
