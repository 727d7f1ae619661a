import { el } from "./dom.js";
import { icon } from "./icons.js";

const systemDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : systemDark.matches;
}

/** The switch between light and dark. Choosing what the system says anyway makes the page follow the system again. */
export function themeSwitch() {
  const button = el("button.icon-button@theme-switch", {
    role: "switch",
    title: "Dark appearance",
    "aria-label": "Dark appearance",
    click: () => choose(isDark() ? "light" : "dark"),
  });
  const show = () => {
    button.ariaChecked = isDark();
    button.replaceChildren(icon(isDark() ? "sun" : "moon"));
  };
  const choose = (theme) => {
    const asSystem = (theme === "dark") === systemDark.matches;
    if (asSystem) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      if (asSystem) localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Without storage the choice lasts until the page is closed.
    }
    show();
  };
  systemDark.addEventListener("change", show);
  show();
  return button;
}
