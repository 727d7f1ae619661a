import { answers, listCollections, reachability, runningJob } from "../api.js";
import { el } from "../dom.js";
import { count, timeLeft } from "../format.js";

const lookAgainMs = 3000;
const whileIndexingMs = 2000;
const whileIdleMs = 10000;

/** The line that says that the server can't be reached, and looks whether it is back. */
export function offlineLine(onBack) {
  const text = "Not connected to the server. Looking for it …";
  const line = el("p", { class: "offline-line", role: "status", testid: "offline", hidden: true, text });
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
 * The thin bar while something is being indexed, by whichever process: seen from collections that grow, with the total and
 * the time left where the server runs the job itself.
 * @param {{onGrowth: (collections: object[]) => void, onFinished: () => void}} actions
 */
export function indexingLine({ onGrowth, onFinished }) {
  const text = el("span");
  const bar = el("progress", { class: "indexing-bar", max: "1", "aria-label": "Indexing" });
  const line = el("div", { class: "indexing-line", testid: "indexing", hidden: true }, bar, text);
  let last = null;
  let still = 0;

  async function look() {
    const collections = document.hidden ? null : await listCollections().catch(() => null);
    if (collections) {
      const now = { items: collections.reduce((sum, { items }) => sum + items, 0), at: performance.now() };
      const grown = last ? now.items - last.items : 0;
      still = grown > 0 ? 0 : still + 1;
      if (grown > 0) {
        show(now.items, (grown * 1000) / (now.at - last.at), await runningJob());
        onGrowth(collections);
      } else if (!line.hidden && still > 1) {
        line.hidden = true;
        onFinished();
      }
      last = now;
    }
    setTimeout(look, line.hidden ? whileIdleMs : whileIndexingMs);
  }

  function show(items, rate, job) {
    line.hidden = false;
    if (job) bar.value = job.done / job.total;
    else bar.removeAttribute("value");
    const speed = `${rate < 10 ? rate.toFixed(1) : count(rate)} per second`;
    text.textContent = job
      ? `Indexing · ${count(job.done)} of ${count(job.total)} · ${speed} · ${timeLeft((job.total - job.done) / rate)}`
      : `Indexing · ${count(items)} so far · ${speed}`;
  }

  look();
  return line;
}
