/**
 * Part of a picture, in fractions of the upright picture: left and top edge, width and height, all in 0..1.
 * @typedef {{x: number, y: number, width: number, height: number}} Crop
 */

/** Smallest side a crop may have: below 2 % of a side there is nothing left to compare. */
export const smallestSide = 0.02;

/** The eight handles, named by compass: which edges each one moves. */
export const handles = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

const round = (value) => Math.round(value * 10000) / 10000;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** Reads "x,y,width,height". Anything that is not a crop inside the picture gives null. */
export function parseCrop(text) {
  if (!text) return null;
  const parts = text.split(",").map(Number);
  if (parts.length !== 4 || !parts.every(Number.isFinite)) return null;
  const [x, y, width, height] = parts;
  const inside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1.0001 && y + height <= 1.0001;
  return inside ? settle({ x, y, width, height }) : null;
}

/** @returns {string} "x,y,width,height" with at most four decimals */
export function formatCrop(crop) {
  return [crop.x, crop.y, crop.width, crop.height].map(round).join(",");
}

/** The crop spanned by two corners in any order, cut at the picture's edges. */
export function span(x1, y1, x2, y2) {
  const left = clamp(Math.min(x1, x2), 0, 1 - smallestSide);
  const top = clamp(Math.min(y1, y2), 0, 1 - smallestSide);
  const right = clamp(Math.max(x1, x2), left + smallestSide, 1);
  const bottom = clamp(Math.max(y1, y2), top + smallestSide, 1);
  return settle({ x: left, y: top, width: right - left, height: bottom - top });
}

/** Moves the whole crop by fractions of the picture's sides, keeping its size and staying inside. */
export function moveCrop(crop, dx, dy) {
  return settle({ ...crop, x: clamp(crop.x + dx, 0, 1 - crop.width), y: clamp(crop.y + dy, 0, 1 - crop.height) });
}

/** Moves one handle; the opposite edges stay where they are. */
export function resizeCrop(crop, handle, dx, dy) {
  let left = crop.x;
  let top = crop.y;
  let right = crop.x + crop.width;
  let bottom = crop.y + crop.height;
  if (handle.includes("w")) left = clamp(left + dx, 0, right - smallestSide);
  if (handle.includes("e")) right = clamp(right + dx, left + smallestSide, 1);
  if (handle.includes("n")) top = clamp(top + dy, 0, bottom - smallestSide);
  if (handle.includes("s")) bottom = clamp(bottom + dy, top + smallestSide, 1);
  return settle({ x: left, y: top, width: right - left, height: bottom - top });
}

/** Rounds, and makes sure that rounding doesn't push the far edge out of the picture. */
function settle(crop) {
  const x = round(crop.x);
  const y = round(crop.y);
  return { x, y, width: Math.min(round(crop.width), round(1 - x)), height: Math.min(round(crop.height), round(1 - y)) };
}
