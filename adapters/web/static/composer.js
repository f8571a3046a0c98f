// Where a person writes, and what of it is still on its way.

import { h } from "./dom.js";
import * as icons from "./icons.js";
import { close, described, key, menu, typed } from "./menu.js";
import { isSending, resend, send, takeBack, unsent } from "./outbox.js";
import { toEnd } from "./scroll.js";
import { app } from "./state.js";
import { count, say } from "./words.js";

const CHIPS = ["chip_solve", "chip_quiz", "chip_algebra", "chip_dislike", "chip_explain", "chip_thanks"];
const FOLLOW_UPS = ["chip_explain", "chip_quiz", "chip_thanks"];
const PREVIEW = 200; // characters of a message that waits

const draftName = (place) => `draft ${app.person} ${place}`;

export function composer(place, label, actions) {
  const id = `composer-${place.replace(/\W/g, "-")}`;
  const error = app.errors.get(place);
  const choose = (text) => write(place, id, text, actions);
  return h(
    "div",
    { class: "composer-area", key: `composer ${app.person} ${place}` },
    waiting(place, id, actions),
    menu(place, id, choose),
    h(
      "form",
      {
        class: "composer",
        key: "composer",
        onsubmit: (event) => {
          event.preventDefault();
          submit(place, id, actions);
        },
      },
      h("label", { class: "unseen", for: id }, label),
      h("textarea", {
        id,
        rows: "1",
        placeholder: label,
        "aria-describedby": `${id}-hint${error ? ` ${id}-error` : ""}`,
        "aria-invalid": error ? "true" : null,
        ...described(place, id),
        ref: (node) => {
          node.value = sessionStorage.getItem(draftName(place)) ?? "";
        },
        oninput: (event) => {
          keepDraft(place, event.target.value, actions);
          typed(place, event.target.value, actions);
        },
        onblur: () => close(actions),
        onkeydown: (event) => {
          if (!event.isComposing && key(event, place, choose, actions)) return;
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.target.form.requestSubmit();
        },
      }),
      h(
        "button",
        { type: "submit", class: "send", "aria-label": say(isSending(place) ? "sending" : "send") },
        isSending(place) ? icons.spinner() : icons.send(),
      ),
    ),
    h("p", { class: "unseen", key: "hint", id: `${id}-hint` }, say("compose_hint")),
    error && h("p", { class: "composer-error", id: `${id}-error`, role: "alert" }, icons.warning(), error),
    chips(place, id, actions),
  );
}

function waiting(place, id, actions) {
  const entries = unsent(place);
  return (
    entries.length > 0 &&
    h("ul", { class: "outbox", "aria-label": say("unsent") }, entries.map((entry) => unsentMessage(entry, place, id, actions)))
  );
}

function unsentMessage(entry, place, id, actions) {
  const { request, state, sentence } = entry;
  const failed = state === "failed";
  const words = failed ? sentence : say(state === "trying" ? "unsent_trying" : "sending");
  const takenBack = () => {
    const node = document.getElementById(id);
    node.value = [takeBack(entry), node.value].filter(Boolean).join("\n");
    keepDraft(place, node.value, actions);
    actions.draw();
    node.focus();
  };
  return h(
    "li",
    { key: request.id, class: "unsent", "data-state": state },
    h("p", { class: "unsent-text", dir: "auto" }, request.text.slice(0, PREVIEW)),
    h("p", { class: "unsent-state" }, failed ? icons.warning() : icons.spinner(), h("span", null, words)),
    h(
      "div",
      { class: "actions" },
      failed && h("button", { key: "resend", type: "button", class: "button quiet", onclick: () => resend(entry, actions) }, say("resend")),
      h("button", { key: "edit", type: "button", class: "button quiet", onclick: takenBack }, say("take_back")),
    ),
  );
}

function chips(place, id, actions) {
  const names = place.startsWith("channel/") ? FOLLOW_UPS : CHIPS;
  return h(
    "div",
    { class: "chips", key: "chips", role: "group", "aria-label": say("chips") },
    names.map((name) =>
      h("button", { key: name, type: "button", class: "chip", title: say(name), onclick: () => fill(place, id, say(name), actions) }, say(name)),
    ),
  );
}

function fill(place, id, request, actions) {
  write(place, id, place === "channel" ? `@tutor ${request}` : request, actions);
}

function write(place, id, text, actions) {
  const node = document.getElementById(id);
  node.value = text;
  keepDraft(place, text, actions);
  typed(place, text, actions);
  node.focus();
}

function keepDraft(place, text, actions) {
  try {
    sessionStorage.setItem(draftName(place), text);
  } catch {
    sessionStorage.removeItem(draftName(place)); // a text too large to keep is still in the field
  }
  if (app.errors.delete(place)) actions.draw();
}

function submit(place, id, actions) {
  const node = document.getElementById(id);
  const text = node.value;
  if (!text.trim()) return;
  const limit = app.page.max_message;
  if (text.length > limit && [...text].length > limit) {
    app.errors.set(place, say("too_long", { limit: count(limit) }));
    actions.draw();
    return;
  }
  write(place, id, "", actions);
  send(place, text, actions);
  toEnd(place);
}
