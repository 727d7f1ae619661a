import { answers, listCollections, reachability } from "../api.js";
import { el } from "../dom.js";
import { count } from "../format.js";

const lookAgainMs = 3000;
const whileIndexingMs = 2000;
const whileIdleMs = 10000;

/** The line that says that the server can't be reached, and looks whether it is back. */
export function offlineLine(onBack) {
  const text = "Not connected to the server. Looking for it …";
  const line = el("p.offline-line@offline", { role: "status", hidden: true }, text);
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
 * The thin bar while something is being indexed, by whichever process: seen from collections that grow.
 * @param {{onGrowth: (collections: object[]) => void, onFinished: () => void}} actions
 */
export function indexingLine({ onGrowth, onFinished }) {
  const text = el("span");
  const bar = el("progress.indexing-bar", { "aria-label": "Indexing" });
  const line = el("div.indexing-line@indexing", { hidden: true }, bar, text);
  let last = null;
  let still = 0;

  async function look() {
    const collections = document.hidden ? null : await listCollections().catch(() => null);
    if (collections) {
      const now = { items: collections.reduce((sum, { items }) => sum + items, 0), at: performance.now() };
      const grown = last ? now.items - last.items : 0;
      still = grown > 0 ? 0 : still + 1;
      if (grown > 0) {
        show(now.items, (grown * 1000) / (now.at - last.at));
        onGrowth(collections);
      } else if (!line.hidden && still > 1) {
        line.hidden = true;
        onFinished();
      }
      last = now;
    }
    setTimeout(look, line.hidden ? whileIdleMs : whileIndexingMs);
  }

  function show(items, rate) {
    line.hidden = false;
    text.textContent = `Indexing · ${count(items)} so far · ${rate < 10 ? rate.toFixed(1) : count(rate)} per second`;
  }

  look();
  return line;
}
