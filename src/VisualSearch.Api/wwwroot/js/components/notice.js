import { el } from "../dom.js";

/**
 * Says what happened and what to do next.
 * @param {object} notice `kind` ("empty", "info" or "error"), `title`, and where wanted `text`, `code`, `details` and
 *   `actions` ({label, run, primary?, testid?}[])
 */
export function notice({ kind, title, text, code, actions = [], details }) {
  const buttons = actions.map(({ label, run, primary, testid }) =>
    el("button", { class: primary ? "button primary" : "button", testid, click: run }, label),
  );
  const pre = details && el("pre", { tabindex: "0", "aria-label": "Details of the error" }, details);
  return el(
    "section",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status", testid: `notice-${kind}` },
    el("h2", title),
    text && el("p", text),
    code && el("pre", code),
    buttons.length > 0 && el("div.notice-actions", buttons),
    pre && el("details@error-details", el("summary", "Details"), pre),
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

/** Nothing to search in: what to do about it. */
export const nothingIndexed = () =>
  notice({
    kind: "empty",
    title: "Nothing is indexed yet",
    text: "Point the command line at a folder of pictures, and they appear here as they come.",
    code: "vsearch index ~/Pictures",
  });
