import { answers, jobs, reachability } from "../api.js";
import { el } from "../dom.js";
import { count, timeLeft } from "../format.js";

const lookAgainMs = 3000;
const whileIndexingMs = 1500;
const whileIdleMs = 20000;

/**
 * The line that says that the server can't be reached, and looks whether it is back.
 * @param {() => void} onBack
 * @returns {HTMLElement}
 */
export function offlineLine(onBack) {
  const line = el("p", { class: "offline-line", role: "status", testid: "offline", hidden: true }, "Not connected to the server. Looking for it …");
  let timer = 0;
  const look = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (!(await answers())) look();
    }, lookAgainMs);
  };
  const lost = () => {
    line.hidden = false;
    look();
  };
  reachability.addEventListener("lost", lost);
  addEventListener("offline", lost);
  addEventListener("online", answers);
  reachability.addEventListener("found", () => {
    clearTimeout(timer);
    if (line.hidden) return;
    line.hidden = true;
    onBack();
  });
  return line;
}

/**
 * The thin bar while something is being indexed. Servers without jobs answer 404, and are not asked again.
 * @param {() => void} onFinished
 * @returns {HTMLElement}
 */
export function indexingLine(onFinished) {
  const text = el("span");
  const bar = el("progress", { class: "indexing-bar", max: "1", "aria-label": "Indexing" });
  const line = el("div", { class: "indexing-line", testid: "indexing", hidden: true }, bar, text);

  async function look() {
    let running;
    try {
      running = (await jobs()).filter((job) => /running|queued|pending/i.test(job.state ?? job.status ?? ""));
    } catch (error) {
      if (error.status === 404 || error.status === 405) return;
      running = [];
    }
    if (!line.hidden && running.length === 0) onFinished();
    line.hidden = running.length === 0;
    if (running.length > 0) show(running[0]);
    setTimeout(look, running.length > 0 ? whileIndexingMs : whileIdleMs);
  }

  function show(job) {
    const done = job.done ?? job.processed ?? 0;
    const total = job.total ?? 0;
    const rate = job.filesPerSecond ?? job.rate ?? 0;
    const left = job.secondsLeft ?? job.etaSeconds ?? (rate > 0 && total > done ? (total - done) / rate : 0);
    if (total > 0) bar.value = done / total;
    else bar.removeAttribute("value");
    text.textContent = [
      `Indexing ${job.collection ?? ""}`.trim(),
      total > 0 ? `${count(done)} of ${count(total)}` : done > 0 ? count(done) : "",
      rate > 0 ? `${rate < 10 ? rate.toFixed(1) : count(rate)} per second` : "",
      left > 0 ? timeLeft(left) : "",
    ].filter(Boolean).join(" · ");
  }

  look();
  return line;
}
