// Where a person writes. The text stays until the server has saved it.

import { Failure, newId, post } from "./api.js";
import { h } from "./dom.js";
import * as icons from "./icons.js";
import { app } from "./state.js";
import { say } from "./words.js";

const CHIPS = ["chip_solve", "chip_quiz", "chip_algebra", "chip_dislike", "chip_explain", "chip_thanks"];
const FOLLOW_UPS = ["chip_explain", "chip_quiz", "chip_thanks"];
const MENTION = /@tutor\s*/i;

const attempts = new Map(); // place → { text, id }: the same text sent again is the same message
const draftName = (place) => `draft ${app.person} ${place}`;

export function composer(place, label, actions) {
  const id = `composer-${place.replace(/\W/g, "-")}`;
  const error = app.errors.get(place);
  const sending = app.sending.has(place);
  return h(
    "div",
    { class: "composer-area", key: `composer ${app.person} ${place}` },
    h(
      "form",
      {
        class: "composer",
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
        ref: (node) => {
          node.value = sessionStorage.getItem(draftName(place)) ?? "";
        },
        oninput: (event) => keepDraft(place, event.target.value, actions),
        onkeydown: (event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.target.form.requestSubmit();
        },
      }),
      h(
        "button",
        { type: "submit", class: "send", "aria-label": say(sending ? "sending" : "send"), "aria-disabled": sending ? "true" : null },
        sending ? icons.spinner() : icons.send(),
      ),
    ),
    h("p", { class: "unseen", id: `${id}-hint` }, say("compose_hint")),
    error && h("p", { class: "composer-error", id: `${id}-error`, role: "alert" }, icons.warning(), error),
    chips(place, id, actions),
  );
}

function chips(place, id, actions) {
  const names = place.startsWith("channel/") ? FOLLOW_UPS : CHIPS;
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": say("chips") },
    names.map((name) =>
      h("button", { key: name, type: "button", class: "chip", title: say(name), onclick: () => fill(place, id, say(name), actions) }, say(name)),
    ),
  );
}

function fill(place, id, request, actions) {
  const bare = request.replace(MENTION, "");
  const node = document.getElementById(id);
  node.value = place === "channel" ? `@tutor ${bare}` : bare;
  keepDraft(place, node.value, actions);
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

async function submit(place, id, actions) {
  const node = document.getElementById(id);
  const text = node.value;
  if (!text.trim() || app.sending.has(place)) return;
  if (text.length > app.page.max_message && [...text].length > app.page.max_message) {
    app.errors.set(place, say("too_long"));
    actions.draw();
    return;
  }
  const attempt = attempts.get(draftName(place));
  const message = attempt?.text === text ? attempt.id : newId();
  attempts.set(draftName(place), { text, id: message });
  await send(place, node, { person: app.person, id: message, place, text }, actions);
}

async function send(place, node, request, actions) {
  app.sending.add(place);
  app.errors.delete(place);
  actions.draw();
  try {
    const answer = await post("/api/message", request);
    attempts.delete(draftName(place));
    if (node.value === request.text) node.value = "";
    sessionStorage.setItem(draftName(place), node.value);
    actions.sent(answer);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    app.errors.set(place, error.message);
  } finally {
    app.sending.delete(place);
    actions.draw();
  }
}
