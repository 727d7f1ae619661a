import { el } from "../dom.js";
import { icon } from "../icons.js";

/**
 * Says what happened and what to do next.
 * @param {object} notice `kind` ("empty", "info" or "error"), `title`, and where wanted `text`, `code`, `details` and
 *   `actions` ({label, run, primary?, icon?, testid?}[])
 */
export function notice({ kind, title, text, code, actions = [], details }) {
  return el(
    "section",
    { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status", testid: `notice-${kind}` },
    el("h2", { text: title }),
    text ? el("p", { text }) : null,
    code ? el("pre", { text: code }) : null,
    actions.length > 0
      ? el(
          "div",
          { class: "notice-actions" },
          ...actions.map((action) =>
            el(
              "button",
              { type: "button", class: action.primary ? "button primary" : "button", testid: action.testid, on: { click: action.run } },
              action.icon ? icon(action.icon) : null,
              action.label,
            ),
          ),
        )
      : null,
    details
      ? el(
          "details",
          { testid: "error-details" },
          el("summary", { text: "Details" }),
          el("pre", { text: details, tabindex: "0", "aria-label": "Details of the error" }),
        )
      : null,
  );
}

/** An error with a way to try again. */
export function errorNotice(error, retry) {
  return notice({
    kind: "error",
    title: error.title ?? "Something went wrong on this page.",
    text: error.detail,
    actions: [{ label: "Try again", testid: "retry", icon: "retry", run: retry }],
    details: error.details || error.stack || String(error),
  });
}
