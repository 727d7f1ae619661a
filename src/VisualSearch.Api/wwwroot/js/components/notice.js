import { el } from "../dom.js";

/**
 * Says what happened and what to do next.
 * @param {object} notice `kind` ("empty", "info" or "error"), `title`, and where wanted `text`, `code`, `details` and
 *   `actions` ({label, run, primary?, testid?}[])
 */
export function notice({ kind, title, text, code, actions = [], details }) {
  const buttons = actions.map(({ label, run, primary, testid }) =>
    el("button", { class: primary ? "button primary" : "button", testid, on: { click: run } }, label),
  );
  const pre = details && el("pre", { text: details, tabindex: "0", "aria-label": "Details of the error" });
  return el(
    "section",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status", testid: `notice-${kind}` },
    el("h2", { text: title }),
    text && el("p", { text }),
    code && el("pre", { text: code }),
    buttons.length > 0 && el("div", { class: "notice-actions" }, ...buttons),
    pre && el("details", { testid: "error-details" }, el("summary", { text: "Details" }), pre),
  );
}

/** An error with a way to try again. */
export function errorNotice(error, retry) {
  return notice({
    kind: "error",
    title: error.title ?? "Something went wrong on this page.",
    text: error.detail,
    actions: [{ label: "Try again", testid: "retry", run: retry }],
    details: error.details || error.stack || String(error),
  });
}
