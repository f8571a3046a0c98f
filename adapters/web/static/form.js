// The form behind a button or a command: a dialog that stays open until what is in it is saved.

import { insist, newId } from "./api.js";
import { h, patch } from "./dom.js";
import * as icons from "./icons.js";
import { app } from "./state.js";
import { textOf, tree } from "./tree.js";
import { say } from "./words.js";

const dialog = () => document.getElementById("form");
const idOf = (field) => `form-${field.name}`;
const drafts = new Map(); // the form's name → what is written, by the field's name
let open = null; // { host, person, form, name, error: { field, text }, busy, trying, attempt: { text, id }, stop }

export const isFormOpen = () => open !== null;

// Where a button was pressed; a note is only on this page.
export const whereOf = (host) => (host.note ? { place: host.place } : { message: host.id });

export async function openForm(host, spec, actions) {
  const { person } = app;
  const ask = { person, token: spec.token, whisper: Boolean(host.whisper), ...whereOf(host) };
  const form = await insist("/api/form", ask);
  if (person === app.person && !isFormOpen()) showForm(host, form, actions);
}

export function showForm(host, form, actions) {
  const name = [app.person, host.id ?? host.place, form.token].join(" ");
  open = { host, person: app.person, form, name, error: null, busy: false, trying: false, attempt: null, stop: null };
  draw(actions);
  dialog().onclose = () => {
    open.stop?.abort();
    open = null;
    patch(dialog(), []);
    actions.focusMessage(host.id);
  };
  dialog().showModal();
  document.getElementById(idOf(form.fields[0])).focus();
}

function draw(actions) {
  const { form, name, error, busy, trying } = open;
  patch(dialog(), [
    h(
      "form",
      {
        key: name,
        method: "dialog",
        novalidate: true,
        onsubmit: (event) => {
          event.preventDefault();
          submit(actions);
        },
      },
      h("h2", { id: "form-title", dir: "auto" }, form.title),
      form.fields.map((field) => shown(field, actions)),
      h("p", { key: "trying", class: "form-trying", role: "status" }, trying && [icons.spinner(), say("form_trying")]),
      error && !fieldOf(error) && h("p", { key: "error", class: "composer-error", role: "alert" }, error.text),
      h(
        "div",
        { key: "actions", class: "actions" },
        h("button", { type: "submit", class: "button primary", "aria-disabled": busy ? "true" : null }, form.submit),
        h("button", { type: "button", class: "button plain", onclick: () => dialog().close() }, say("cancel")),
      ),
    ),
  ]);
}

const fieldOf = (error) => open.form.fields.find(({ name }) => name === error?.field);

// The question that a form's only field answers.
const questionOf = ({ host, form }) => (form.fields.length === 1 ? host.body?.question : null);

function shown(field, actions) {
  const id = idOf(field);
  const question = questionOf(open);
  const error = fieldOf(open.error) === field ? open.error.text : null;
  const props = {
    id,
    "aria-label": question ? textOf(question.text) : null,
    "aria-required": field.required ? "true" : null,
    "aria-invalid": error ? "true" : null,
    "aria-describedby": [error && `${id}-error`, field.long && `${id}-count`].filter(Boolean).join(" ") || null,
    ref: (node) => {
      node.value = written(field);
    },
    oninput: ({ target }) => {
      drafts.set(open.name, { ...drafts.get(open.name), [field.name]: target.value });
      if (open.trying) open.stop.abort(); // what is changed is not what was to be saved
      draw(actions);
    },
  };
  return h(
    "div",
    { key: field.name, class: "field" },
    // The same words twice, once without formulas, would help nobody: the question is the label.
    question
      ? h("div", { class: "prose form-question", dir: "auto" }, tree(question.text))
      : h("label", { for: id, dir: "auto" }, field.label),
    control(field, props),
    field.long && h("p", { id: `${id}-count`, class: "count" }, say("counter", { number: [...written(field)].length, limit: field.max_length })),
    error && h("p", { id: `${id}-error`, class: "composer-error", role: "alert" }, icons.warning(), error),
  );
}

const written = (field) => drafts.get(open.name)?.[field.name] ?? (field.value || (field.choices[0]?.value ?? ""));

function control(field, props) {
  if (field.choices.length > 0) {
    return h("select", props, field.choices.map(({ value, label }) => h("option", { key: value, value }, label)));
  }
  if (!field.long) return h("input", { ...props, type: "text", autocomplete: "off", maxlength: field.max_length || null });
  const onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  };
  return h("textarea", { ...props, rows: "4", onkeydown });
}

async function submit(actions) {
  if (open.busy) return;
  const current = open;
  const { host, person, form, name } = current;
  const values = Object.fromEntries(form.fields.map((field) => [field.name, written(field)]));
  const text = JSON.stringify(values);
  // The same sent again is the same submission; what is changed is a new try.
  if (current.attempt?.text !== text) current.attempt = { text, id: newId() };
  const show = (change) => {
    Object.assign(current, change);
    if (open === current) draw(actions);
  };
  show({ busy: true, error: null, stop: new AbortController() });
  try {
    const options = { signal: current.stop.signal, onWait: () => show({ trying: true }) };
    const request = { person, id: current.attempt.id, token: form.token, values, ...whereOf(host) };
    const answer = await insist("/api/submit", request, options);
    drafts.delete(name);
    current.stop = null;
    if (open === current) dialog().close();
    actions.answered(host, answer, { person, opener: form.token });
  } catch (error) {
    if (error.status === 422) current.attempt = null;
    const failed = current.stop.signal.aborted ? null : { field: error.field, text: error.message };
    show({ busy: false, trying: false, error: failed });
    if (open === current && failed) document.getElementById(idOf(fieldOf(failed) ?? form.fields[0])).focus();
  }
}
