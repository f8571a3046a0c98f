// Requests to the server, each with the page's token, and the stream of what changes.

import { say } from "./words.js";

const TOKEN = document.querySelector("meta[name=docent-token]").content;
const SILENCE_MS = 40_000; // the server sends a sign of life every 15 s
const RETRY_MS = [300, 700, 1_500]; // the server is on this machine: asking often costs little
const ANSWER_MS = 15_000; // the server itself gives up after 10 s
const PATIENCE_MS = 20_000; // a restart takes less

let locale = "";

// In which language to answer from now on, as browsers name it.
export const useLocale = (wanted) => {
  locale = wanted;
};

export class Failure extends Error {
  constructor(status, sentence, field = "") {
    super(sentence);
    this.status = status;
    this.field = field; // of a form, where it is one's that is wrong
  }

  // Whether asking again may help.
  get passing() {
    return this.status === 0 || this.status === 503;
  }
}

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function request(path, { query = {}, ...options } = {}) {
  const headers = { "X-Docent-Token": TOKEN, ...options.headers };
  try {
    return await fetch(`${path}?${new URLSearchParams({ ...query, locale })}`, { ...options, headers, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0, say("not_sent"));
  }
}

async function answer(response) {
  const body = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    if (response.ok) throw new Failure(0, say("not_sent")); // cut off on its way
    return {};
  });
  if (!response.ok) throw new Failure(response.status, body.error ?? say("not_saved"), body.field);
  return body;
}

export async function get(path, query = {}) {
  return answer(await request(path, { query }));
}

async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  const signals = AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(signal ? [signal] : [])]);
  return answer(await request(path, { method: "POST", headers, body: JSON.stringify(body), signal: signals }));
}

// Ask until there is an answer or patience is over; `onWait` is told when it takes a second try.
// What is asked changes nothing or carries an id, which the server takes once: asking again is safe.
export async function insist(path, body, { patience = PATIENCE_MS, signal = null, onWait = null } = {}) {
  const end = Date.now() + patience;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await post(path, body, signal);
    } catch (error) {
      const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
      if (!error.passing || Date.now() + wait > end) throw error;
      if (attempt === 0) onWait?.();
      await pause(wait, signal);
      signal?.throwIfAborted();
    }
  }
}

// Calls `onLine` for each line; `onState(connected, sentence)` when the connection comes or goes.
export async function listen(person, { onLine, onState, signal }) {
  for (let failures = 0; !signal.aborted; ) {
    let sentence = null;
    try {
      await readLines(person, signal, (line) => {
        failures = 0;
        if (line.type === "hello") onState(true, null);
        onLine(line);
      });
    } catch (error) {
      if (error.status) sentence = error.message;
    }
    if (signal.aborted) return;
    onState(false, sentence);
    await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)], signal);
    failures += 1;
  }
}

async function readLines(person, outer, onLine) {
  const silence = new AbortController();
  const signal = AbortSignal.any([outer, silence.signal]);
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await request("/api/events", { query: { person }, signal });
    if (!response.ok) await answer(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) onLine(JSON.parse(line));
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}
