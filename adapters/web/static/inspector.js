// The runs behind a place: status, rounds, times, usage, steps, tool calls.

import { get } from "./api.js";
import { h } from "./dom.js";
import * as icons from "./icons.js";
import { app } from "./state.js";
import { exactTime, say } from "./words.js";

const PAUSE_MS = 400; // while a reply is written its place changes ten times a second
let timer = null;

export function inspected() {
  if (app.thread) return app.thread;
  return app.place === "channel" ? null : app.place;
}

export function refreshInspector(actions) {
  if (!app.inspector.open || timer) return;
  timer = setTimeout(async () => {
    timer = null;
    await read();
    actions.draw();
  }, PAUSE_MS);
}

export async function read() {
  const place = inspected();
  const state = app.inspector;
  if (state.place !== place) Object.assign(state, { place, runs: null, thread: null, error: null });
  if (!place) return;
  try {
    const answer = await get("/api/inspect", { person: app.person, place });
    if (state.place === place) Object.assign(state, { runs: answer.runs, thread: answer.thread, error: null });
  } catch (error) {
    if (state.place === place) state.error = error.message;
  }
}

export function inspector(actions) {
  const { runs, error, thread } = app.inspector;
  return h(
    "aside",
    { key: "inspector", class: "pane inspector", "aria-label": say("inspector") },
    h(
      "header",
      { class: "pane-head" },
      h("div", null, h("h2", null, say("inspector")), thread && h("p", { class: "topic mono" }, say("inspector_thread", { id: thread }))),
      h("button", { type: "button", class: "icon-button", "aria-label": say("inspector_close"), onclick: actions.toggleInspector }, icons.cross()),
    ),
    h(
      "div",
      { class: "inspector-body", tabindex: "0", role: "region", "aria-label": say("inspector") },
      error && h("p", { class: "composer-error" }, icons.warning(), error),
      !inspected() && h("p", { class: "quiet-text" }, say("inspector_no_place")),
      inspected() && !runs && !error && h("p", { class: "quiet-text" }, say("loading")),
      runs?.length === 0 && h("p", { class: "quiet-text" }, say("inspector_empty")),
      [...(runs ?? [])].reverse().map(run),
    ),
  );
}

const took = (from, to) =>
  from && to ? say("inspector_took", { seconds: ((new Date(to) - new Date(from)) / 1000).toFixed(1) }) : null;

function run(one) {
  return h(
    "section",
    { key: one.id, class: "run", "aria-label": one.id, "data-run-id": one.id, "data-status": one.status },
    h("div", { class: "run-head" }, h("h3", { class: "mono" }, one.id), h("span", { class: "status", "data-status": one.status }, one.status)),
    h(
      "dl",
      null,
      fact("inspector_assistant", one.assistant),
      fact("inspector_model", one.model),
      fact("inspector_round", one.started_at && String(one.round)),
      fact("inspector_created", exactTime(one.created_at)),
      fact("inspector_started", one.started_at && exactTime(one.started_at)),
      fact("inspector_completed", one.completed_at && [exactTime(one.completed_at), took(one.started_at, one.completed_at)].filter(Boolean).join(" · ")),
      fact("inspector_expires", one.expires_at && exactTime(one.expires_at)),
      fact("inspector_required_action", one.required_action.join(", ")),
      fact("inspector_error", one.error),
      fact("inspector_incomplete", one.incomplete),
      fact("inspector_additional", one.additional_instructions),
      Object.entries(one.usage).map(([name, number]) => pair(name, String(number), "mono")),
    ),
    one.steps.length > 0 && h("h4", null, say("inspector_steps")),
    one.steps.length > 0 && h("ol", { class: "run-steps" }, one.steps.map(step)),
    one.calls.length > 0 && h("h4", null, say("inspector_calls")),
    one.calls.map(call),
  );
}

const fact = (name, value) => value && pair(say(name), value);

const pair = (name, value, style = "") => h("div", { key: name }, h("dt", { class: style }, name), h("dd", null, value));

function step(one) {
  return h(
    "li",
    null,
    h("span", { class: "mono" }, one.type),
    h("span", { class: "status", "data-status": one.status }, one.status),
    h("span", { class: "quiet-text" }, [one.detail, took(one.created_at, one.completed_at)].filter(Boolean).join(" · ")),
  );
}

function call(one) {
  return h(
    "details",
    { key: one.id, class: "call", open: true },
    h("summary", null, h("span", { class: "mono" }, one.name), h("span", { class: "status", "data-status": one.state }, one.state)),
    h("p", { class: "call-part" }, say("inspector_arguments")),
    h("pre", { tabindex: "0" }, one.arguments),
    h("p", { class: "call-part" }, say("inspector_output")),
    one.output === null ? h("p", { class: "quiet-text" }, say("inspector_waiting")) : h("pre", { tabindex: "0" }, one.output),
  );
}
