// Loaded before the first paint: a chosen appearance must not flash the other one first.
(function () {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be switched off in the browser; the system's appearance then rules.
  }
})();
