// Runs before anything is drawn, so that the page doesn't flash in the other colours.
"use strict";
(() => {
  const key = "rollcall-theme";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is switched off: the system's choice counts
    }
  };
  const apply = () => {
    const theme = chosen() ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = theme;
    dispatchEvent(new Event("themechange"));
  };
  apply();
  dark.addEventListener("change", apply);
  window.toggleTheme = () => {
    const next = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      // What the system says anyway is no choice to remember.
      if (next === (dark.matches ? "dark" : "light")) localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      root.dataset.theme = next;
    }
    apply();
  };
})();
