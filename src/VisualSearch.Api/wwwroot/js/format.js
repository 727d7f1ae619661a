const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** With thousands separated. */
export const count = (value) => whole.format(value);

/** "1 picture", "2,000 pictures" */
export const counted = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** "0.8 ms", "12 ms" or "1.4 s" */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${Math.round(ms * 10) / 10} ms` : `${Math.round(ms)} ms`;
}

/** A time in a video: "0:07", "12:30" or "1:02:03" */
export function clock(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds % 60)];
  return [...(h ? [h, String(m).padStart(2, "0")] : [m]), String(s).padStart(2, "0")].join(":");
}

/** "227 KB", "3.4 MB" */
export const fileSize = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** An ISO date in the reader's own way of writing dates; anything else as it is */
export function date(value) {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : time.toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** The last part of a path, for either kind of slash */
export const fileName = (path) => path.split(/[\\/]/).pop();

const kinds = { picture: "Pictures", shot: "Seen in videos", passage: "Said in videos" };

/** A field's value as people say it. */
export const valueName = (field, value) => (field === "kind" && kinds[value]) || value;

/** A field's name such as `takenAt` as "Taken at". */
export function fieldName(name) {
  const words = name.replace(/([a-z])([A-Z])|[_.-]+/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
