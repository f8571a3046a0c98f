// What "/" at the beginning of a message offers: commands, and assistants behind `assistant`.

import { speak } from "./announce.js";
import { get } from "./api.js";
import { h } from "./dom.js";
import { app } from "./state.js";
import { say } from "./words.js";

const PAUSE_MS = 150; // between two letters of somebody who types on
const SILENCE_MS = 500; // after the last letter, before it is said how many there are
const NOTHING = { place: null, text: "", options: [], active: -1 };

let open = NOTHING;
let timer = null;
let speaker = null;

const optionId = (id, index) => `${id}-option-${index}`;

const isOpen = (place) => open.place === place && open.options.length > 0;

export function typed(place, text, actions) {
  clearTimeout(timer);
  const name = /^\s*\/tutor\s+assistant\s+(.*)$/i.exec(text)?.[1];
  show(place, text, name === undefined ? commands(text) : [], actions);
  if (name !== undefined) timer = setTimeout(() => lookUp(place, text, name, actions), PAUSE_MS);
}

export function close(actions) {
  clearTimeout(timer);
  clearTimeout(speaker);
  open = NOTHING;
  actions.draw();
}

function show(place, text, found, actions) {
  const written = text.trim().toLowerCase();
  const options = found.some((one) => one.text.trim().toLowerCase() === written) ? [] : found;
  clearTimeout(speaker);
  if (options.length > 0) speaker = setTimeout(() => speak(say("commands_found", { number: options.length })), SILENCE_MS);
  // Enter sends what is a command already, so there an option has to be walked to first.
  const whole = /^\s*\/tutor(?!\S)/i.test(text);
  open = { place, text, options, active: whole ? -1 : 0 };
  actions.draw();
}

function commands(text) {
  const [, after, word] = /^\s*\/(?:(tutor\s+)?(\S*))$/i.exec(text) ?? [];
  if (word === undefined) return [];
  const begun = word.toLowerCase();
  const all = !after && "tutor".startsWith(begun);
  return app.page.commands
    .filter((one) => all || one.word.startsWith(begun))
    .map((one) => ({
      text: `/tutor ${one.word}${one.argument ? " " : ""}`,
      name: `/tutor ${one.word}`,
      help: one.help,
      badge: one.right === "learner" ? null : say(`command_for_${one.right}s`),
    }));
}

async function lookUp(place, text, name, actions) {
  try {
    const { options } = await get("/api/assistants", { person: app.person, place, typed: name.trim() });
    if (open.text !== text) return;
    const once = (one) => options.filter((other) => other.name === one.name).length === 1;
    const found = options.map((one) => ({
      text: `/tutor assistant ${once(one) && one.name ? one.name : one.id}`,
      name: one.name || one.id,
      help: [!once(one) && one.name && one.id, one.description].filter(Boolean).join(" · ") || one.id,
      badge: null,
    }));
    show(place, text, found, actions);
  } catch {
    show(place, text, [], actions); // they can still be typed
  }
}

// Returns whether the key was for the menu.
export function key(event, place, choose, actions) {
  if (!isOpen(place)) return false;
  const { options, active } = open;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const from = active < 0 && step < 0 ? 0 : active;
    open = { ...open, active: (from + step + options.length) % options.length };
    actions.draw();
    const { id } = event.target;
    requestAnimationFrame(() => document.getElementById(optionId(id, open.active))?.scrollIntoView({ block: "nearest" }));
  } else if (event.key === "Escape") close(actions);
  else if (event.key === "Tab" && !event.shiftKey) choose(options[Math.max(active, 0)].text);
  else if (event.key === "Enter" && !event.shiftKey && active >= 0) choose(options[active].text);
  else return false;
  event.preventDefault();
  return true;
}

// What the field says of the menu.
export const described = (place, id) => ({
  "aria-autocomplete": "list",
  "aria-controls": isOpen(place) ? `${id}-menu` : null,
  "aria-activedescendant": isOpen(place) && open.active >= 0 ? optionId(id, open.active) : null,
});

export function menu(place, id, choose) {
  return (
    isOpen(place) &&
    h(
      "ul",
      { key: "menu", id: `${id}-menu`, class: "menu", role: "listbox", "aria-label": say("commands") },
      open.options.map((one, index) =>
        h(
          "li",
          {
            key: one.text,
            id: optionId(id, index),
            class: "option",
            role: "option",
            "aria-selected": String(index === open.active),
            onmousedown: (event) => event.preventDefault(), // the field keeps the focus
            onclick: () => choose(one.text),
          },
          h("span", { class: "option-name", dir: "auto" }, one.name),
          one.badge && h("span", { class: "badge" }, one.badge),
          h("span", { class: "option-help", dir: "auto" }, one.help),
        ),
      ),
    )
  );
}
