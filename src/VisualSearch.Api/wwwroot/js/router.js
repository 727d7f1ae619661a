import { errorNotice } from "./components/notice.js";
import { afterQuiet, el } from "./dom.js";

/**
 * A view: its name in the address (`?view=name`; the first one has none), what the navigation calls it, and what shows it.
 * @typedef {{name: string, label: string, show: (params: URLSearchParams, how: "load"|"push"|"replace"|"pop") => void, hide: () => void}} View
 */

/** @type {View[]} */
const views = [];
let current = null;

/** Adds a view; the first one is shown where the address names none. */
export function register(view) {
  views.push(view);
}

/**
 * A view whose files are fetched when somebody goes there: most visits never need them.
 * @param {() => Promise<View>} load
 */
export function later(view, load, style) {
  let loaded = null;
  const fetchAll = async () => {
    const link = el("link", { rel: "stylesheet", href: style });
    const styled = new Promise((done) => (link.onload = link.onerror = done));
    document.head.append(link);
    return (await Promise.all([load(), styled]))[0];
  };
  return {
    ...view,
    async show(params, how) {
      try {
        const real = await (loaded ??= fetchAll());
        if (current.name === view.name) real.show(params, how);
      } catch (error) {
        loaded = null;
        document.getElementById("main").replaceChildren(errorNotice(error, () => this.show(params, how)));
      }
    },
    hide: () => loaded?.then((real) => real.hide()),
  };
}

/** Shows the view of the current address and follows links, back and forward from then on. */
export function start() {
  history.scrollRestoration = "manual";
  addEventListener("popstate", () => show("pop"));
  addEventListener("scroll", afterQuiet(rememberScroll, 150), { passive: true });
  document.addEventListener("click", follow);
  renderNavigation();
  show("load");
}

/**
 * Goes to an address of this page.
 * @param {string} url relative to the page
 * @param {{replace?: boolean, state?: object}} [how] `replace`: no new step for the back button; `state`: kept with the new step
 */
export function navigate(url, { replace = false, state = {} } = {}) {
  const target = new URL(url, document.baseURI);
  if (target.href === location.href) replace = true;
  if (replace) {
    history.replaceState(history.state, "", target);
  } else {
    rememberScroll();
    history.pushState({ ...state, scroll: 0 }, "", target);
  }
  show(replace ? "replace" : "push");
}

/** Keeps the scroll position with the address, for the way back. */
function rememberScroll() {
  history.replaceState({ ...history.state, scroll: scrollY }, "");
}

/** @returns {number} where the page stood when this address was left */
export const rememberedScroll = () => history.state?.scroll ?? 0;

function show(how) {
  const params = new URL(location.href).searchParams;
  const view = views.find((each) => each.name === params.get("view")) ?? views[0];
  if (current && current !== view) current.hide();
  current = view;
  view.show(params, how);
  for (const link of document.querySelectorAll(".views a")) {
    link.ariaCurrent = link.dataset.view === view.name ? "page" : null;
  }
}

/** Whether a click wants no tab of its own, and nobody has answered it. */
export const isPlain = (event) =>
  !(event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

/** Plain clicks on links within the page stay in the page; with a modifier key the browser opens a tab as usual. */
function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || !isPlain(event) || link.target || link.hasAttribute("download") || link.origin !== location.origin || link.hash) return;
  if (link.pathname !== new URL(document.baseURI).pathname) return;
  event.preventDefault();
  navigate(link.href);
}

/** With one view there is nothing to choose from, so no navigation is shown. */
function renderNavigation() {
  if (views.length < 2) return;
  const links = views.map(({ name, label }, i) => el("a", { href: i === 0 ? "./" : `./?view=${name}`, "data-view": name }, label));
  document.getElementById("topbar-end").prepend(el("nav.views", { "aria-label": "Views" }, links));
}
