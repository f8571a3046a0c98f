// The form behind a button: a dialog with one field that stays open until its text is saved.

import { insist, newId } from "./api.js";
import { h, patch } from "./dom.js";
import * as icons from "./icons.js";
import { app } from "./state.js";
import { textOf, tree } from "./tree.js";
import { say } from "./words.js";

const dialog = () => document.getElementById("form");
const drafts = new Map();
let open = null; // { message, person, form, error, busy, trying, attempt: { text, id }, stop }

export async function openForm(message, spec, actions) {
  const person = app.person;
  const form = await insist("/api/form", { person, message: message.id, token: spec.token });
  open = { message, person, form, error: null, busy: false, trying: false, attempt: null, stop: null };
  draw(actions);
  dialog().onclose = () => {
    open.stop?.abort();
    open = null;
    patch(dialog(), []);
    actions.focusMessage(message.id);
  };
  dialog().showModal();
  document.getElementById("form-text").focus();
}

function draw(actions) {
  const { message, form, error, busy, trying } = open;
  const question = message.body.question;
  const name = `${message.id} ${form.token}`;
  patch(dialog(), [
    h(
      "form",
      {
        key: name,
        method: "dialog",
        onsubmit: (event) => {
          event.preventDefault();
          submit(name, actions);
        },
      },
      h("h2", { id: "form-title", dir: "auto" }, form.title),
      // The same words twice, once without formulas, would help nobody: the question is the label.
      question
        ? h("div", { class: "prose form-question", dir: "auto" }, tree(question.text))
        : h("label", { for: "form-text" }, form.label),
      h("textarea", {
        id: "form-text",
        rows: "4",
        "aria-label": question ? textOf(question.text) : null,
        "aria-invalid": error ? "true" : null,
        "aria-describedby": error ? "form-error form-count" : "form-count",
        ref: (node) => {
          node.value = drafts.get(name) ?? "";
        },
        oninput: (event) => {
          drafts.set(name, event.target.value);
          if (open.trying) open.stop.abort(); // what is changed is not what was to be saved
          draw(actions);
        },
        onkeydown: (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
        },
      }),
      h("p", { id: "form-count", class: "count" }, say("counter", { number: [...(drafts.get(name) ?? "")].length, limit: form.max_length })),
      h("p", { class: "form-trying", role: "status" }, trying && [icons.spinner(), say("form_trying")]),
      error && h("p", { id: "form-error", class: "composer-error", role: "alert" }, error),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit", class: "button primary", "aria-disabled": busy ? "true" : null }, form.submit),
        h("button", { type: "button", class: "button plain", onclick: () => dialog().close() }, say("cancel")),
      ),
    ),
  ]);
}

async function submit(name, actions) {
  if (open.busy) return;
  const current = open;
  const text = document.getElementById("form-text").value;
  // The same text sent again is the same answer; a changed one is a new try.
  if (current.attempt?.text !== text) current.attempt = { text, id: newId() };
  const { message, person, form, attempt } = current;
  const show = (change) => {
    Object.assign(current, change);
    if (open === current) draw(actions);
  };
  show({ busy: true, error: null, stop: new AbortController() });
  try {
    const options = { signal: current.stop.signal, onWait: () => show({ trying: true }) };
    const request = { person, id: attempt.id, message: message.id, token: form.token, text };
    const answer = await insist("/api/submit", request, options);
    drafts.delete(name);
    current.stop = null;
    if (open === current) dialog().close();
    actions.whispered(message.id, answer.private);
  } catch (error) {
    if (error.status === 422) current.attempt = null;
    const sentence = current.stop.signal.aborted ? null : error.message;
    show({ busy: false, trying: false, error: sentence });
    if (open === current && sentence) document.getElementById("form-text").focus();
  }
}
