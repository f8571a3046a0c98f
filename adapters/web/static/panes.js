// The page's layout: places at the left, the open place, its thread, the inspector.

import { composer } from "./composer.js";
import { h } from "./dom.js";
import * as icons from "./icons.js";
import { inspector } from "./inspector.js";
import { message, note } from "./message.js";
import { observe, scrolled } from "./scroll.js";
import { app, own, rootOf, shownIn } from "./state.js";
import { themeButton } from "./theme.js";
import { replies, say } from "./words.js";

export function layout(actions) {
  const panes = [app.thread && "with-thread", app.inspector.open && "with-inspector"].filter(Boolean);
  return h(
    "div",
    { class: `layout ${panes.join(" ")}` },
    sidebar(actions),
    h("main", null, place(actions), app.thread && thread(actions)),
    app.inspector.open && inspector(actions),
    app.trouble && h("p", { key: "trouble", class: "trouble", role: "status" }, icons.warning(), app.trouble),
  );
}

function sidebar(actions) {
  return h(
    "div",
    { class: "sidebar" },
    h("p", { class: "brand" }, h("span", { class: "logo", "aria-hidden": "true" }), h("span", null, h("strong", null, say("brand")), h("small", null, say("subtitle")))),
    h(
      "nav",
      { "aria-label": say("places") },
      placeButton("channel", icons.hash(), say("channel_name"), say("channel_label"), actions),
      placeButton(own().dm, icons.person(), say("dm_label"), say("dm_label"), actions),
    ),
    h(
      "div",
      { class: "tools" },
      app.page.people.length > 1 && personSwitch(actions),
      h(
        "button",
        { type: "button", class: "tool", "aria-pressed": String(app.inspector.open), onclick: actions.toggleInspector },
        icons.pulse(),
        h("span", null, say("inspector")),
      ),
      languageSwitch(actions),
      themeButton(actions),
    ),
  );
}

function placeButton(key, icon, words, label, actions) {
  const unread = app.unread.has(key);
  return h(
    "button",
    {
      type: "button",
      class: "place",
      "aria-current": app.place === key ? "page" : null,
      "aria-label": unread ? `${label}, ${say("unread")}` : label,
      onclick: () => actions.openPlace(key),
    },
    icon,
    h("span", null, words),
    unread && h("span", { class: "unread", "aria-hidden": "true" }),
  );
}

function personSwitch(actions) {
  return h(
    "label",
    { class: "person-switch" },
    h("span", null, say("you")),
    h(
      "select",
      { onchange: (event) => actions.become(event.target.value) },
      app.page.people.map(({ user, name }) => h("option", { key: user, value: user, selected: user === app.person }, name)),
    ),
  );
}

function languageSwitch(actions) {
  return h(
    "label",
    { class: "tool language-switch" },
    icons.globe(),
    h("span", { class: "unseen" }, say("language")),
    h(
      "select",
      { onchange: (event) => actions.speakIn(event.target.value) },
      app.page.languages.map(({ code, name }) => h("option", { key: code, value: code, selected: code === app.page.language }, name)),
    ),
  );
}

function place(actions) {
  const channel = app.place === "channel";
  const label = say(channel ? "channel_label" : "dm_label");
  return h(
    "section",
    { key: `place ${app.place}`, class: "pane place-pane", "aria-label": label, "data-place": app.place },
    h(
      "header",
      { class: "pane-head" },
      h("div", null, h("h1", null, label), h("p", { class: "topic" }, say(channel ? "channel_topic" : "dm_topic"))),
      channel && h("button", { type: "button", class: "icon-button", "aria-label": say("settings"), "aria-haspopup": "dialog", onclick: actions.openSettings }, icons.gear()),
    ),
    messages(app.place, actions, { inThread: false }),
    composer(app.place, say(channel ? "compose_channel" : "compose_dm"), actions),
  );
}

function thread(actions) {
  const root = app.messages.get(rootOf(app.thread));
  return h(
    "section",
    { key: `thread ${app.thread}`, class: "pane thread-pane", "aria-label": say("thread_label"), "data-place": app.thread },
    h(
      "header",
      { class: "pane-head" },
      h("button", { type: "button", class: "icon-button back", "aria-label": say("thread_back"), onclick: actions.closeThread }, icons.back()),
      h("div", null, h("h2", null, say("thread_label")), h("p", { class: "topic" }, say("channel_label"), root?.replies ? ` · ${replies(root.replies)}` : "")),
      h("button", { type: "button", class: "icon-button close", "aria-label": say("thread_close"), onclick: actions.closeThread }, icons.cross()),
    ),
    messages(app.thread, actions, { inThread: true, root }),
    composer(app.thread, say("compose_thread"), actions),
  );
}

function messages(key, actions, { inThread, root = null }) {
  const list = app.loaded.get(key);
  const shown = [root, ...shownIn(key)].filter(Boolean);
  return h(
    "div",
    { class: "scroll", "data-scroll": key, ref: observe, onscroll: scrolled },
    list?.earlier &&
      h("button", { type: "button", class: "button plain earlier", onclick: () => actions.loadEarlier(key) }, say("earlier")),
    !list && h("p", { class: "quiet-text centered" }, say("loading")),
    list && shown.length === 0 && nothing(key),
    h("ol", { class: "messages" }, shown.map((one) => (one.note ? note(one, actions) : message(one, actions, { inThread })))),
  );
}

function nothing(key) {
  const room = key === "channel" ? "channel" : "dm";
  return h(
    "div",
    { class: "nothing" },
    h("span", { class: "logo", "aria-hidden": "true" }),
    h("p", { class: "nothing-title" }, say(`nothing_${room}`)),
    h("p", null, say(`nothing_${room}_hint`)),
  );
}
