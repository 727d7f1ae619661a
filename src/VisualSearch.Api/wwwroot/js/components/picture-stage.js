import { el } from "../dom.js";
import { icon, iconButton } from "../icons.js";
import { createCropLayer } from "./crop-layer.js";

const zoomSteps = [1, 1.5, 2, 3, 4, 6, 8];

/**
 * What the stage shows: `fullUrl` when zoomed in, `color` until the picture is there; with another key zoom starts anew.
 * @typedef {{key: string, url: string, fullUrl?: string, width: number, height: number, alt: string, color?: string}} StagePicture
 */

/**
 * A large picture with zoom and crop. Dragging with a mouse draws the crop, or moves the picture where it is zoomed; a finger
 * scrolls. With the crop button on, dragging always draws.
 * @param {object} options `onCrop(crop or null)`; `fingersCrop`: the crop button starts on
 */
export function createPictureStage({ onCrop, fingersCrop = false }) {
  let picture = null;
  let zoom = 1;
  let pan = null;

  const image = el("img.stage-image@stage-image", { draggable: "false", decoding: "async" });
  const layer = createCropLayer({
    mayDraw: (event) => cropping() || (event.pointerType !== "touch" && zoom === 1),
    onChange(crop) {
      clearButton.hidden = !crop;
      onCrop(crop);
    },
  });
  const sheet = el("div.stage-sheet", image, layer.element);
  const viewport = el("div.stage-viewport@crop-editor", sheet);

  const cropButton = el(
    "button.button.quiet@crop-toggle",
    { "aria-pressed": "false", title: "Search with a part of this picture" },
    icon("crop"),
    "Crop",
  );
  const clearButton = el("button.button.quiet@crop-clear", { hidden: true }, "Whole picture");
  const zoomOut = iconButton("minus", "Zoom out", "zoom-out", () => zoomTo(zoomSteps.findLast((step) => step < zoom) ?? 1));
  const zoomText = el("span.caption.stage-zoom");
  const zoomIn = iconButton("plus", "Zoom in", "zoom-in", () => zoomTo(zoomSteps.find((step) => step > zoom) ?? zoom));
  const tools = el("div.stage-tools", cropButton, clearButton, el("span.stage-gap"), zoomOut, zoomText, zoomIn);
  const element = el("div.stage", viewport, tools);

  const cropping = () => cropButton.ariaPressed === "true";
  const setCropping = (on) => {
    cropButton.ariaPressed = on;
    element.classList.toggle("cropping", on);
  };
  setCropping(fingersCrop);

  cropButton.onclick = () => {
    // Where dragging draws from the start, the first press still asks for a crop to begin with.
    setCropping(!cropping() || clearButton.hidden);
    if (cropping()) layer.begin();
  };
  clearButton.onclick = () => {
    layer.clear();
    cropButton.focus();
  };
  viewport.ondblclick = (event) => zoomTo(zoom > 1 ? 1 : 2, event);
  viewport.addEventListener(
    "wheel",
    (event) => {
      // A pinch on a touchpad arrives as a wheel with Ctrl; without it the wheel scrolls as everywhere.
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomTo(zoom * Math.exp(-event.deltaY / 200), event);
    },
    { passive: false },
  );

  sheet.onpointerdown = (event) => {
    if (zoom === 1 || layer.dragging || event.button !== 0 || event.pointerType === "touch") return;
    pan = { x: event.clientX, y: event.clientY, left: viewport.scrollLeft, top: viewport.scrollTop };
    sheet.setPointerCapture(event.pointerId);
  };
  sheet.onpointermove = (event) => {
    if (pan) viewport.scrollTo(pan.left - (event.clientX - pan.x), pan.top - (event.clientY - pan.y));
  };
  for (const type of ["pointerup", "pointercancel"]) sheet.addEventListener(type, () => (pan = null));

  image.onload = () => {
    image.classList.add("loaded");
  };
  new ResizeObserver(() => fit()).observe(element);

  /** The picture fills the width, or the height that the style sheet allows the viewport. */
  function fit() {
    if (!picture) return;
    const ratio = picture.width / picture.height;
    const available = element.clientWidth;
    const highest = parseFloat(getComputedStyle(viewport).maxHeight) || 600;
    const width = Math.min(available, highest * ratio);
    viewport.style.height = `${Math.round(width / ratio)}px`;
    sheet.style.width = `${Math.round(width * zoom)}px`;
    sheet.style.height = `${Math.round((width / ratio) * zoom)}px`;
    element.classList.toggle("zoomed", zoom > 1);
    zoomText.textContent = `${Math.round(zoom * 100)} %`;
    zoomOut.disabled = zoom <= 1;
    zoomIn.disabled = zoom >= zoomSteps.at(-1);
  }

  /** Keeps the point under the pointer, or the middle, where it is. */
  function zoomTo(next, at) {
    const area = viewport.getBoundingClientRect();
    const x = at ? at.clientX - area.left : area.width / 2;
    const y = at ? at.clientY - area.top : area.height / 2;
    const before = zoom;
    zoom = Math.min(zoomSteps.at(-1), Math.max(1, next));
    const left = ((viewport.scrollLeft + x) * zoom) / before - x;
    const top = ((viewport.scrollTop + y) * zoom) / before - y;
    fit();
    viewport.scrollTo(left, top);
    if (zoom > 1 && picture.fullUrl && image.src !== picture.fullUrl) image.src = picture.fullUrl;
  }

  return {
    element,
    show(next, crop) {
      if (picture?.key !== next.key) {
        picture = { ...next };
        zoom = 1;
        image.classList.remove("loaded");
        image.src = next.url;
        image.alt = next.alt;
        sheet.style.backgroundColor = next.color ?? "";
        setCropping(fingersCrop);
        fit();
      }
      clearButton.hidden = !crop;
      layer.set(crop);
    },
  };
}
