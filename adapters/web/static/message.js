// One message: who, when, what, and what can be pressed.

import { h } from "./dom.js";
import * as icons from "./icons.js";
import { lobby, roll } from "./lobby.js";
import { quiz } from "./quiz.js";
import { app } from "./state.js";
import { tree } from "./tree.js";
import { initialOf, nameOf, replies, say, time } from "./words.js";

export function message(one, actions, { inThread }) {
  const name = nameOf(one.author);
  const at = time(one.at);
  return h(
    "li",
    { key: one.id },
    h(
      "article",
      {
        class: "message",
        tabindex: "-1",
        "aria-label": say("message_from", { name, time: at }),
        "aria-busy": one.body.live ? "true" : null,
        "data-message-id": one.id,
        "data-author": one.author,
        "data-kind": one.body.kind,
        "data-live": one.body.live ? "true" : null,
        "data-private": one.private ? "true" : null,
      },
      avatar(one.author, name),
      h(
        "div",
        { class: "message-main" },
        h(
          "header",
          null,
          h("span", { class: "name" }, name),
          one.author === "tutor" && h("span", { class: "badge" }, say("tutor_badge")),
          h("time", { datetime: one.at }, at),
          one.private && h("span", { class: "private-mark" }, icons.lock(), say("only_you")),
        ),
        body(one, actions),
        whispers(one, actions),
        one.thread && !inThread && threadButton(one, actions),
      ),
    ),
  );
}

// A command and what was answered to it in private; a reload of the page forgets both.
export function note(one, actions) {
  const at = time(one.at);
  const name = nameOf(app.person);
  return h(
    "li",
    { key: one.id },
    h(
      "article",
      { class: "message", tabindex: "-1", "aria-label": say("message_from", { name, time: at }), "data-message-id": one.id, "data-kind": "note" },
      avatar(app.person, name),
      h(
        "div",
        { class: "message-main" },
        h("header", null, h("span", { class: "name" }, name), h("time", { datetime: one.at }, at)),
        h("p", { class: "prose", dir: "auto" }, h("code", null, one.text)),
        whispers(one, actions),
      ),
    ),
  );
}

const whispers = (one, actions) => (app.whispers.get(one.id) ?? []).map((entry) => whispered(one, entry, actions));

function avatar(author, name) {
  const initial = author === "tutor" ? icons.cap() : initialOf(name);
  return h("span", { class: "avatar", "data-author": author, "aria-hidden": "true" }, initial);
}

// What is on its way, by the button; and by the whisper, which its answer may replace.
export const pressedName = (one, spec) => [one.id, one.whisper, spec.token].filter(Boolean).join(" ");

export function button(one, spec, actions, { key, className = "", children = null, label = null, pressed = null } = {}) {
  const sent = app.pressed.has(pressedName(one, spec));
  const busy = sent || app.pressed.has(one.whisper);
  return h(
    "button",
    {
      key: key ?? spec.token,
      type: "button",
      class: `button ${spec.style ?? "plain"} ${className}`,
      "aria-disabled": busy ? "true" : null,
      "aria-label": label,
      "aria-pressed": pressed === null ? null : String(pressed),
      "aria-haspopup": spec.form ? "dialog" : null,
      onclick: busy ? null : () => (spec.form ? actions.openForm(one, spec) : actions.press(one, spec)),
    },
    children ?? spec.label,
    sent && icons.spinner(),
  );
}

export function buttonRow(one, specs, actions, { className = "" } = {}) {
  return specs.length > 0 && h("div", { class: `actions ${className}` }, specs.map((spec) => button(one, spec, actions)));
}

function body(one, actions) {
  const view = one.body;
  if (view.kind === "quiz") return quiz(one, actions);
  if (view.kind === "lobby") return lobby(one, actions);
  if (view.kind === "notice") return notice(one, view, actions);
  return h(
    "div",
    { class: "content" },
    typeof view.shared_by === "string" && h("p", { class: "note" }, say("shared_by", { name: nameOf(view.shared_by) || say("someone") })),
    view.steps?.length > 0 && h("ul", { class: "steps" }, view.steps.map(step)),
    h("div", { class: "prose", dir: "auto" }, tree(view.text)),
    view.live ? writing(view.note) : view.note?.length > 0 && h("p", { class: "note" }, tree(view.note)),
    buttonRow(one, view.actions ?? [], actions, { className: view.live ? "" : "aside" }),
  );
}

// While the tutor waits, what it waits for takes the place of “Writing…”.
function writing(note) {
  const words = note.length > 0 ? tree(note) : say("writing");
  return h("p", { class: "writing" }, h("span", { class: "dots", "aria-hidden": "true" }), h("span", null, words));
}

function step(text) {
  return h("li", null, icons.spinner(), h("span", null, tree(text)), h("span", { class: "step-status" }, say("step_in_progress")));
}

function notice(one, view, actions) {
  const problem = view.tone === "problem";
  return h(
    "div",
    { class: `content notice ${view.tone}` },
    problem && h("p", { class: "notice-tone" }, icons.warning(), say("problem")),
    h("div", { class: "prose", dir: "auto" }, tree(view.text)),
    buttonRow(one, view.actions, actions),
  );
}

function whispered(one, { id, view }, actions) {
  const host = { ...one, body: view, whisper: id };
  return h(
    "div",
    { key: id, class: `whisper ${view.tone ?? view.kind}`, "data-whisper": id, tabindex: "-1" },
    h("p", { class: "whisper-head" }, icons.lock(), say("only_you")),
    view.kind === "quiz" && quiz(host, actions),
    view.kind === "roll" && roll(host, actions),
    view.kind === "notice" && h("div", { key: "text", class: "prose", dir: "auto" }, tree(view.text)),
    view.kind === "notice" && buttonRow(host, view.actions, actions),
    h(
      "button",
      { type: "button", class: "icon-button dismiss", "aria-label": say("dismiss"), onclick: () => actions.dismiss(one, id) },
      icons.cross(),
    ),
  );
}

function threadButton(one, actions) {
  const words = replies(one.replies);
  return h(
    "button",
    {
      type: "button",
      class: `thread-button ${one.replies ? "" : "empty"}`,
      "aria-expanded": String(app.thread === one.thread),
      onclick: () => actions.openThread(one.thread),
    },
    icons.thread(),
    words,
  );
}
