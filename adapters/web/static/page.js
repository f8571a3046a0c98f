// Start the page: learn the words, follow the stream, draw what is known.

import { announceChange, announceWhisper, speak } from "./announce.js";
import { get, insist, listen, newId, useLocale } from "./api.js";
import { patch } from "./dom.js";
import { isFormOpen, openForm, showForm, whereOf } from "./form.js";
import { inspected, read, refreshInspector } from "./inspector.js";
import { resume } from "./outbox.js";
import { pressedName } from "./message.js";
import { layout } from "./panes.js";
import { follow } from "./scroll.js";
import { openSettings } from "./settings.js";
import * as state from "./state.js";
import { app } from "./state.js";
import { applyTheme } from "./theme.js";
import { learn, say } from "./words.js";

const PAGE_LENGTH = 100;
const TROUBLE_MS = 1_500; // a shorter break is not worth a sentence

let stream = null; // the AbortController of the current person's stream
let waiting = null; // lines that arrived while places are being loaded
let scheduled = false;
let wanted = null; // the id of the whisper that gets the focus once it is drawn
const hinted = new Set(); // "person thread" that was told to mention the tutor there
let troubleTimer = null;

const actions = {
  draw,
  openPlace(key) {
    app.unread.delete(key);
    open(key, key === app.place ? app.thread : null);
  },
  openThread: (key) => open(app.place, key),
  closeThread() {
    const root = state.rootOf(app.thread);
    open(app.place, null);
    actions.focusMessage(root);
  },
  loadEarlier: (key) => loadPlaces([key], (app.loaded.get(key)?.limit ?? PAGE_LENGTH) + PAGE_LENGTH),
  become(person) {
    sessionStorage.setItem("person", person);
    watch(person);
  },
  async speakIn(language) {
    localStorage.setItem("language", language);
    try {
      await learnPage();
    } catch (error) {
      trouble(error.message);
      return;
    }
    connect(); // all that is open is loaded again, in the new language
    draw();
  },
  openSettings: () => openSettings(),
  async toggleInspector() {
    app.inspector.open = !app.inspector.open;
    draw();
    if (!app.inspector.open) return;
    await read();
    draw();
  },
  press: (host, spec) =>
    pressing(host, spec, async () => {
      const { person } = app;
      const request = { person, id: newId(), token: spec.token, ...whereOf(host) };
      actions.answered(host, await insist("/api/click", request), { person, opener: spec.token });
    }),
  openForm: (host, spec) => pressing(host, spec, () => openForm(host, spec, actions)),
  sent(answer, { person, place, text }) {
    const { message, asked } = answer;
    if (person !== app.person) return;
    if (message) state.upsert(message, () => {});
    if (message?.thread && asked && app.place === message.place) open(app.place, message.thread);
    actions.answered(message ?? { note: true, place, text: text.trim() }, answer, { person });
    if (message && !asked) hintOnce(message);
  },
  // What came of an act of a person who may be another by now.
  answered(host, { private: view, in_place: inPlace, form }, { person, opener = null }) {
    if (person !== app.person) return;
    if (form && !isFormOpen()) showForm(host, form, actions);
    else if (view) actions.whispered(host, view, { inPlace, opener });
  },
  whispered(host, view, options = {}) {
    const id = state.whisper(host, view, options);
    if (id === null) return;
    const focused = options.inPlace && isNear(host);
    if (focused) wanted = id;
    announceWhisper(view, { focused });
    draw();
  },
  failed(host, error) {
    actions.whispered(host, sentence(error.message, "problem"));
  },
  dismiss(message, id) {
    state.dismiss(message, id);
    draw();
    actions.focusMessage(message.id);
  },
  focusMessage(id) {
    if (document.activeElement === document.body) articleOf(id)?.focus();
  },
};

const sentence = (text, tone = "info") => ({ kind: "notice", tone, text: [text], actions: [] });

async function pressing(host, spec, act) {
  const { person } = app;
  const names = [pressedName(host, spec), host.whisper].filter(Boolean);
  names.forEach((name) => app.pressed.add(name));
  draw();
  try {
    await act();
  } catch (error) {
    if (person === app.person) actions.failed(host, error);
  } finally {
    names.forEach((name) => app.pressed.delete(name));
    draw();
  }
}

// Whether whoever acted there is still there, and not writing elsewhere.
function isNear({ id }) {
  const { activeElement } = document;
  return activeElement === document.body || Boolean(articleOf(id)?.contains(activeElement));
}

const articleOf = (id) => document.querySelector(`[data-message-id="${CSS.escape(id ?? "")}"]`);

function hintOnce(message) {
  const { place } = message;
  const hint = place === "channel" ? channelHint() : threadHint(place);
  if (hint) actions.whispered(message, sentence(hint));
}

function channelHint() {
  if (localStorage.getItem("mention-hint")) return null;
  localStorage.setItem("mention-hint", "shown");
  return say("mention_hint");
}

// Where the tutor never spoke, people expect nothing of it.
function threadHint(place) {
  const name = `${app.person} ${place}`;
  if (hinted.has(name) || !state.messagesOf(place).some(({ author }) => author === "tutor")) return null;
  hinted.add(name);
  const others = [app.messages.get(state.rootOf(place)), ...state.messagesOf(place)];
  const several = others.some((one) => one && one.author !== "tutor" && one.author !== app.person);
  return say(several ? "mention_hint_thread" : "mention_hint_always");
}

function open(place, thread) {
  const threadBefore = app.thread;
  Object.assign(app, { place, thread });
  history.replaceState(null, "", `#${thread ?? place}`);
  draw();
  const missing = [place, thread].filter((key) => key && !app.loaded.has(key));
  if (missing.length) loadPlaces(missing);
  if (thread && thread !== threadBefore) {
    requestAnimationFrame(() => {
      // Whoever writes on already is not interrupted.
      const { tagName, value } = document.activeElement;
      if (tagName !== "TEXTAREA" || !value) document.querySelector(".thread-pane textarea")?.focus();
    });
  }
  refreshInspector(actions);
}

// Lines that arrive meanwhile are applied afterwards: they are newer than the answers or equal.
async function loadPlaces(places, limit = PAGE_LENGTH) {
  const person = app.person;
  const lines = waiting === null ? [] : null; // null: another load collects them
  waiting ??= lines;
  try {
    for (const place of places) {
      const answer = await get("/api/messages", { person, place, limit });
      if (person !== app.person) return;
      state.load(place, answer, limit, announceChange);
    }
  } catch (error) {
    if (error.status === 404 && places.includes(app.thread)) app.thread = null;
    else trouble(error.message);
  } finally {
    // Unless a new stream has begun meanwhile, which loads everything again.
    if (lines && waiting === lines) {
      waiting = null;
      lines.forEach(apply);
    }
    draw();
  }
}

function receive(line) {
  if (line.type === "hello") {
    waiting = null;
    loadPlaces([...new Set([...app.loaded.keys(), app.place, app.thread].filter(Boolean))]);
    refreshInspector(actions);
  } else if (waiting) waiting.push(line);
  else apply(line);
}

function apply(line) {
  if (line.type === "gone") state.remove(line.id);
  if (line.type === "message") {
    const { message } = line;
    state.upsert(message, announceChange);
    const tab = message.place.startsWith("dm/") ? message.place : "channel";
    if (tab !== app.place && message.author !== app.person) app.unread.add(tab);
    if (message.place === inspected()) refreshInspector(actions);
  }
  draw();
}

function trouble(sentence) {
  app.trouble = sentence;
  draw();
}

function connection(connected, sentence) {
  clearTimeout(troubleTimer);
  if (connected) {
    if (app.trouble) speak(say("online"));
    trouble(null);
  } else troubleTimer = setTimeout(() => trouble(sentence ?? say("offline")), TROUBLE_MS);
}

function watch(person) {
  state.forgetPerson();
  app.person = person;
  if (app.place !== "channel") app.place = state.own().dm;
  connect();
  draw();
  refreshInspector(actions);
}

function connect() {
  stream?.abort();
  stream = new AbortController();
  waiting = null;
  listen(app.person, { onLine: receive, onState: connection, signal: stream.signal });
}

function draw() {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    drawNow();
  });
}

function drawNow() {
  const focused = document.activeElement;
  const message = focused?.closest("[data-message-id]")?.dataset.messageId;
  const field = focused?.closest(".composer-area")?.querySelector("textarea");
  patch(document.getElementById("app"), [layout(actions)]);
  document.querySelectorAll("[data-scroll]").forEach(follow);
  if (focusWanted() || focused?.isConnected) return;
  if (message) (articleOf(message) ?? document.querySelector("textarea"))?.focus();
  else if (field?.isConnected) field.focus();
}

// Where a press went on, its question is next; a button that is still there keeps the focus.
function focusWanted() {
  const whisper = wanted && document.querySelector(`[data-whisper="${CSS.escape(wanted)}"]`);
  wanted = null;
  if (!whisper) return false;
  if (!whisper.contains(document.activeElement)) (whisper.querySelector("[data-question-id]") ?? whisper).focus();
  return true;
}

function restore() {
  const key = decodeURIComponent(location.hash.slice(1));
  if (key.startsWith("channel/")) app.thread = key;
  else if (key === state.own().dm) app.place = key;
}

async function learnPage() {
  useLocale(localStorage.getItem("language") ?? navigator.language);
  app.page = await get("/api/page");
  learn(app.page);
}

async function start() {
  applyTheme();
  await learnPage();
  const stored = sessionStorage.getItem("person");
  const known = app.page.people.some(({ user }) => user === stored);
  app.person = known ? stored : app.page.people[0].user;
  watch(app.person);
  restore();
  resume(actions);
  draw();
}

start();
