// The settings of the channel and of the workspace: a dialog for admins, to read for instructors.

import { get, insist, newId } from "./api.js";
import { h, patch } from "./dom.js";
import * as icons from "./icons.js";
import { app } from "./state.js";
import { textOf } from "./tree.js";
import { nameOf, say, time } from "./words.js";

const LEVELS = ["channel", "workspace"];
const LINE = 200; // characters; what may be longer gets more room
const MOST_NAMED = 4; // people: a class is named alike
const LIMITS = ["runs_per_minute", "tokens_per_day"]; // what nobody has set is as the operator allows

const dialog = () => document.getElementById("settings");
const fieldId = (name) => `setting-${name}`;
const initial = new WeakMap(); // field → what stood in it, as the browser gives it back
let open = null; // { person, level, screen, version, error, saved, busy }

export function openSettings() {
  open = { person: app.person, level: LEVELS[0], screen: null, version: 0, error: null, saved: null, busy: false };
  dialog().onclose = () => {
    open = null;
    patch(dialog(), []);
  };
  draw();
  dialog().showModal();
  load();
}

async function load() {
  const current = open;
  const { person, level } = current;
  try {
    const screen = await get("/api/settings", { person, level });
    if (open !== current || current.level !== level) return;
    Object.assign(current, { screen, version: current.version + 1 });
  } catch (error) {
    current.error = error.message;
  }
  if (open !== current) return;
  const { id } = document.activeElement;
  draw(); // with new fields, of which one had the focus perhaps
  if (!dialog().contains(document.activeElement)) document.getElementById(id)?.focus();
}

function choose(level) {
  Object.assign(open, { level, screen: null, error: null, saved: null });
  draw();
  document.getElementById(`settings-${level}`).focus();
  load();
}

function draw() {
  const { level, screen, error } = open;
  patch(dialog(), [
    h("h2", { id: "settings-title" }, say("settings")),
    h("div", { class: "tabs", role: "tablist" }, LEVELS.map(tab)),
    h(
      "div",
      { role: "tabpanel", id: "settings-panel", "aria-labelledby": `settings-${level}` },
      !screen && !error && h("p", { key: "loading", class: "quiet-text" }, say("loading")),
      screen?.fields.length === 0 && h("p", { key: "none" }, say("settings_not_yours")),
      form(),
      screen && audit(screen.audit),
    ),
  ]);
}

function tab(level) {
  const label = { channel: say("channel_label"), workspace: say("settings_workspace") };
  return h(
    "button",
    {
      key: level,
      id: `settings-${level}`,
      type: "button",
      class: "tab",
      role: "tab",
      tabindex: level === open.level ? "0" : "-1",
      "aria-selected": String(level === open.level),
      "aria-controls": "settings-panel",
      onclick: () => choose(level),
      onkeydown: (event) => {
        if (["ArrowLeft", "ArrowRight"].includes(event.key)) choose(LEVELS.find((other) => other !== level));
      },
    },
    label[level],
  );
}

function form() {
  const { level, screen, version, error, saved, busy } = open;
  const may = screen?.may_change;
  return h(
    "form",
    {
      key: `${level} ${version}`,
      method: "dialog",
      onsubmit: (event) => {
        event.preventDefault();
        save();
      },
    },
    screen?.fields.map(setting),
    screen?.fields.some((field) => !field.may_change) &&
      h("p", { key: "read", class: "quiet-text" }, say(may ? "settings_partly" : "settings_read_only")),
    // What came of saving stands where the button is: the rest may be scrolled away.
    h(
      "div",
      { key: "actions", class: "actions" },
      error && h("p", { key: "error", class: "composer-error", role: "alert" }, icons.warning(), error),
      h("p", { key: "saved", class: "settings-saved quiet-text", role: "status" }, saved),
      may && h("button", { key: "save", id: "settings-save", type: "submit", class: "button primary", "aria-disabled": busy ? "true" : null }, say("settings_save")),
      h("button", { key: "close", type: "button", class: "button plain", onclick: () => dialog().close() }, say("close")),
    ),
  );
}

function setting(field) {
  const id = fieldId(field.name);
  const props = {
    id,
    disabled: !field.may_change,
    "aria-describedby": `${id}-help`,
    ref: (node) => {
      node.value = field.value ?? "";
      initial.set(node, node.value);
    },
  };
  return h(
    "div",
    { key: field.name, class: "setting" },
    h("label", { for: id }, field.label),
    control(field, props),
    h("p", { id: `${id}-help`, class: "quiet-text" }, field.help, field.name === "instructors" && ` ${who()}`),
  );
}

function control(field, props) {
  const named = distinct(field.choices);
  const chosen = named.find(({ value }) => value === field.inherited)?.label ?? field.inherited.slice(0, LINE);
  const inherit = say("settings_inherit", { value: chosen || say(LIMITS.includes(field.name) ? "settings_operator" : "settings_nothing") });
  if (field.choices.length === 0) {
    const limits = { placeholder: inherit, maxlength: field.max_length || null };
    return field.max_length > LINE
      ? h("textarea", { ...props, ...limits, rows: "2" })
      : h("input", { ...props, ...limits, type: "text", autocomplete: "off" });
  }
  const options = named.map(({ value, label }) => h("option", { key: value, value }, label));
  return h("select", props, h("option", { key: "", value: "" }, inherit), options);
}

// Of several with one label only the values are different.
function distinct(choices) {
  const several = (label) => choices.filter((other) => other.label === label).length > 1;
  return choices.map(({ value, label }) => ({ value, label: several(label) ? `${label} (${value})` : label }));
}

// What can be written into the field for instructors, and whom it means.
function who() {
  const groups = new Map();
  for (const { name, groups: keys } of app.page.people) {
    for (const key of keys) groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const people = app.page.people.slice(0, MOST_NAMED).map(({ key, name }) => [key, [name]]);
  return [...people, ...groups].map(([key, names]) => say("settings_who", { key, names: names.join(", ") })).join(" · ");
}

function audit(lines) {
  return (
    lines.length > 0 &&
    h(
      "section",
      { key: "audit", class: "audit" },
      h("h3", null, say("settings_audit")),
      h("ul", null, lines.map(({ at, who: key, text }) => h("li", null, h("time", { datetime: at }, time(at)), h("span", { dir: "auto" }, say("settings_change", { who: named(key), text }))))),
    )
  );
}

const named = (key) => {
  const person = app.page.people.find((one) => one.key === key);
  return person ? nameOf(person.user) : key;
};

function changed() {
  const nodes = open.screen.fields.map(({ name }) => [name, document.getElementById(fieldId(name))]);
  return Object.fromEntries(nodes.filter(([, node]) => node.value !== initial.get(node)).map(([name, node]) => [name, node.value || null]));
}

async function save() {
  if (open.busy) return;
  const current = open;
  const { person, level } = current;
  const values = changed();
  const show = (change) => {
    Object.assign(current, change);
    if (open === current) draw();
  };
  if (Object.keys(values).length === 0) {
    show({ error: null, saved: say("settings_unchanged") });
    return;
  }
  show({ busy: true, error: null, saved: null });
  try {
    const answer = await insist("/api/settings", { person, id: newId(), level, values });
    // A sentence instead of an error says why nothing was changed.
    const told = answer.private ? textOf(answer.private.text) : say("settings_saved");
    show({ busy: false, saved: told });
    if (open === current) await load();
  } catch (error) {
    show({ busy: false, error: error.message });
  }
}
