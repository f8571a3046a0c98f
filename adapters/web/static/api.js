// Requests to the server, each with the page's token, and the stream of what changes.

import { say } from "./words.js";

const TOKEN = document.querySelector("meta[name=docent-token]").content;
const SILENCE_MS = 40_000; // the server sends a sign of life every 15 s
const RETRY_MS = [300, 700, 1_500, 3_000, 5_000];
const ATTEMPTS = 3;

export class Failure extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
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

async function request(path, options = {}) {
  const headers = { "X-Docent-Token": TOKEN, ...options.headers };
  try {
    return await fetch(path, { ...options, headers, cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0, say("not_sent"));
  }
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(response.status, body.error ?? say("not_saved"));
  return body;
}

export async function get(path, query = {}) {
  return answer(await request(`${path}?${new URLSearchParams(query)}`));
}

export async function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(await request(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

// For requests that carry an id: the server takes each id once, so asking again is safe.
export async function insist(path, body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(path, body);
    } catch (error) {
      const passing = error.status === 0 || error.status === 503;
      if (!passing || attempt === ATTEMPTS) throw error;
      await pause(RETRY_MS[attempt]);
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
    const response = await request(`/api/events?${new URLSearchParams({ person })}`, { signal });
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
