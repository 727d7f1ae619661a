/**
 * A place in the grid, in CSS pixels from the grid's top left corner.
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 */

/** Pictures narrower or wider than this are shown cut, so that a panorama doesn't flatten its whole row. */
const narrowest = 0.45;
const widest = 3;

/**
 * Lays pictures out in rows of equal height that fill the width, in order, keeping each one's aspect ratio.
 * A row is closed where its height comes nearest to the target; the last row keeps the target and stays ragged.
 * @param {number[]} ratios width / height of each picture
 * @param {number} width of the grid, in pixels
 * @param {{target: number, gap: number}} rule wanted row height and space between pictures, in pixels
 * @returns {{boxes: Box[], height: number}}
 */
export function justify(ratios, width, { target, gap }) {
  const boxes = [];
  let y = 0;
  let start = 0;
  while (start < ratios.length) {
    const end = rowEnd(ratios, start, width, target, gap);
    const full = rowHeight(ratios, start, end, width, gap);
    const last = end === ratios.length;
    const height = Math.round(last ? Math.min(full, target) : full);
    let x = 0;
    for (let i = start; i < end; i++) {
      const stretched = i === end - 1 && !(last && full > target);
      const boxWidth = stretched ? width - x : Math.min(Math.round(ratio(ratios[i]) * height), width - x);
      boxes.push({ x, y, width: boxWidth, height });
      x += boxWidth + gap;
    }
    y += height + gap;
    start = end;
  }
  return { boxes, height: Math.max(0, y - gap) };
}

function ratio(value) {
  return Number.isFinite(value) && value > 0 ? Math.min(widest, Math.max(narrowest, value)) : 4 / 3;
}

function rowHeight(ratios, start, end, width, gap) {
  let sum = 0;
  for (let i = start; i < end; i++) sum += ratio(ratios[i]);
  return (width - gap * (end - start - 1)) / sum;
}

function rowEnd(ratios, start, width, target, gap) {
  let end = start + 1;
  let height = rowHeight(ratios, start, end, width, gap);
  while (end < ratios.length && height > target) {
    const next = rowHeight(ratios, start, end + 1, width, gap);
    // Compared as ratios: 150 for a target of 200 is as far off as 267.
    if (next < target && target / next > height / target) return end;
    end++;
    height = next;
  }
  return end;
}
