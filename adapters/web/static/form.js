// The form behind a button: a dialog with one field that stays open until its text is saved.

import { insist, newId, post } from "./api.js";
import { h, patch } from "./dom.js";
import { app } from "./state.js";
import { textOf, tree } from "./tree.js";
import { say } from "./words.js";

const dialog = () => document.getElementById("form");
const drafts = new Map();
let open = null; // { message, form, error, busy, id, text }

export async function openForm(message, spec, actions) {
  const person = app.person;
  const form = await post("/api/form", { person, message: message.id, token: spec.token });
  open = { message, person, form, error: null, busy: false, attempt: null };
  draw(actions);
  dialog().onclose = () => {
    open = null;
    patch(dialog(), []);
    actions.focusMessage(message.id);
  };
  dialog().showModal();
  document.getElementById("form-text").focus();
}

function draw(actions) {
  const { message, form, error, busy } = open;
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
          draw(actions);
        },
        onkeydown: (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
        },
      }),
      h("p", { id: "form-count", class: "count" }, say("counter", { number: [...(drafts.get(name) ?? "")].length, limit: form.max_length })),
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
  Object.assign(current, { busy: true, error: null });
  draw(actions);
  try {
    const answer = await insist("/api/submit", { person, id: attempt.id, message: message.id, token: form.token, text });
    drafts.delete(name);
    if (open === current) dialog().close();
    actions.whispered(message.id, answer.private);
  } catch (error) {
    Object.assign(current, { busy: false, error: error.message });
    if (error.status === 422) current.attempt = null;
    if (open === current) {
      draw(actions);
      document.getElementById("form-text").focus();
    }
  }
}
