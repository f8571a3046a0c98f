// Light, dark, or as the system says.

import { h } from "./dom.js";
import * as icons from "./icons.js";
import { say } from "./words.js";

const THEMES = ["system", "light", "dark"];
const ICONS = { system: icons.contrast, light: icons.sun, dark: icons.moon };

const chosen = () => {
  const stored = localStorage.getItem("theme");
  return THEMES.includes(stored) ? stored : "system";
};

export function applyTheme() {
  document.documentElement.dataset.theme = chosen();
}

export function themeButton(actions) {
  const theme = chosen();
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  return h(
    "button",
    {
      type: "button",
      class: "tool",
      "data-theme-now": theme,
      onclick: () => {
        localStorage.setItem("theme", next);
        applyTheme();
        actions.draw();
      },
    },
    ICONS[theme](),
    h("span", null, say(`theme_${theme}`)),
  );
}
