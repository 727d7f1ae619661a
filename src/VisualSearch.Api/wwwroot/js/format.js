const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** @returns {string} with thousands separated */
export const count = (value) => whole.format(value);

/** @returns {string} "1 picture", "2,000 pictures" */
export const counted = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** @returns {string} "0.8 ms", "12 ms" or "1.4 s" */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${Math.round(ms * 10) / 10} ms` : `${Math.round(ms)} ms`;
}

/** @returns {string} "40 s left", "3 min left", "2 h left" */
export function timeLeft(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min left`;
  return `${Math.round(seconds / 3600)} h left`;
}

/** @returns {string} */
export function fileSize(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** @param {string} value an ISO date @returns {string} in the reader's own way of writing dates, or the value itself */
export function date(value) {
  const time = new Date(value);
  return Number.isNaN(time.getTime())
    ? String(value)
    : time.toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
}

/** @returns {string} the last part of a path, for either kind of slash */
export const fileName = (path) =>
  String(path ?? "")
    .split(/[\\/]/)
    .pop();

/** @param {string} name a field's name such as `takenAt` @returns {string} "Taken at" */
export function fieldName(name) {
  const words = name
    .replace(/[_.-]+/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
