// What a person has sent and the server has not acknowledged yet, in order, place by place. It is
// kept over a reload, and each message keeps its id, so that it is the same one however often sent.

import { speak } from "./announce.js";
import { Failure, insist, newId } from "./api.js";
import { app } from "./state.js";
import { say } from "./words.js";

const PATIENCE_MS = 60_000; // longer than any restart
const SOON_MS = 400; // what is saved sooner is not worth a line on the screen
const STORE = "outbox";

const boxes = new Map(); // "person place" → entries
const draining = new Set();
const takenBack = new Map(); // "person place" → { id, text } of what went back into the field

const nameOf = (place) => `${app.person} ${place}`;

export const unsent = (place) => (boxes.get(nameOf(place)) ?? []).filter(({ shown }) => shown);

export const isSending = (place) => (boxes.get(nameOf(place)) ?? []).some(({ state }) => state !== "failed");

export function send(place, text, actions) {
  const name = nameOf(place);
  const before = takenBack.get(name);
  // Whether what was taken back had arrived is not known: unchanged, it is still the same message.
  const id = before?.text === text ? before.id : newId();
  takenBack.delete(name);
  put({ request: { person: app.person, id, place, text }, state: "sending", shown: false }, actions);
}

export function resend(entry, actions) {
  Object.assign(entry, { state: "sending", sentence: null });
  actions.draw();
  drain(boxName(entry), actions);
}

// Returns the text for the field.
export function takeBack(entry) {
  entry.stop?.abort();
  const { id, text } = entry.request;
  takenBack.set(boxName(entry), { id, text });
  remove(entry);
  return text;
}

export function resume(actions) {
  let stored = [];
  try {
    stored = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    sessionStorage.removeItem(STORE);
  }
  for (const { request, state, sentence } of stored) put({ request, state, sentence, shown: true }, actions);
}

const boxName = ({ request }) => `${request.person} ${request.place}`;

function put(entry, actions) {
  const name = boxName(entry);
  boxes.set(name, [...(boxes.get(name) ?? []), entry]);
  keep();
  setTimeout(() => {
    entry.shown = true;
    actions.draw();
  }, SOON_MS);
  drain(name, actions);
}

function remove(entry) {
  const name = boxName(entry);
  boxes.set(name, boxes.get(name).filter((one) => one !== entry));
  keep();
}

function keep() {
  const entries = [...boxes.values()].flat().map(({ request, state, sentence }) => ({ request, state, sentence }));
  try {
    sessionStorage.setItem(STORE, JSON.stringify(entries));
  } catch {
    sessionStorage.removeItem(STORE); // texts too large to keep are still on their way
  }
}

const next = (name) => boxes.get(name).find(({ state }) => state !== "failed");

async function drain(name, actions) {
  if (draining.has(name)) return;
  draining.add(name);
  try {
    for (let entry = next(name); entry; entry = next(name)) await hand(entry, actions);
  } finally {
    draining.delete(name);
    actions.draw();
  }
}

async function hand(entry, actions) {
  entry.stop = new AbortController();
  const waiting = () => {
    Object.assign(entry, { state: "trying", shown: true });
    speak(say("unsent_trying"));
    actions.draw();
  };
  try {
    const options = { patience: PATIENCE_MS, signal: entry.stop.signal, onWait: waiting };
    const answer = await insist("/api/message", entry.request, options);
    remove(entry);
    actions.sent(answer, entry.request);
  } catch (error) {
    if (entry.stop.signal.aborted) return;
    if (!(error instanceof Failure)) throw error;
    giveUp(entry, error);
  }
}

function giveUp(entry, { message, passing }) {
  // What waits behind it would only wait as long, in vain.
  const rest = passing ? boxes.get(boxName(entry)) : [entry];
  for (const one of rest) Object.assign(one, { state: "failed", sentence: message, shown: true });
  keep();
  speak(message);
}
