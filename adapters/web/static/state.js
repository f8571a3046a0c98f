// What the page knows: who it acts as, what is open, and the messages of the places it has loaded.

const MOST_WHISPERS = 3; // sentences below one message

export const app = {
  page: null,
  person: null,
  place: "channel",
  thread: null,
  trouble: null,
  messages: new Map(),
  loaded: new Map(), // place → { ids: Set, earlier: bool, limit: number }
  unread: new Set(),
  whispers: new Map(), // id of a message or a note → [{ id, view, opener }]
  notes: new Map(), // place → [note]: commands whose private answers only this page has
  errors: new Map(), // place → sentence under its composer
  pressed: new Set(),
  inspector: { open: false, place: null, runs: null, thread: null, error: null },
};

export const own = () => app.page.people.find((person) => person.user === app.person);

export const rootOf = (place) => (place?.startsWith("channel/") ? place.slice("channel/".length) : null);

export const isOpen = (place) => place === app.place || place === app.thread;

export function messagesOf(place) {
  const ids = app.loaded.get(place)?.ids ?? new Set();
  return [...ids].map((id) => app.messages.get(id)).filter(Boolean).sort((a, b) => a.seq - b.seq);
}

// What a place shows: its messages, and the notes below what was the newest message then.
export const shownIn = (place) =>
  [...messagesOf(place), ...(app.notes.get(place) ?? [])].sort((a, b) => a.seq - b.seq);

// Replace a place's messages by what the server says now; `onChange(old, new)` for each.
export function load(place, answer, limit, onChange) {
  const before = app.loaded.get(place);
  const ids = new Set();
  for (const message of answer.messages) {
    if (message.place === place) ids.add(message.id);
    if (before) onChange(app.messages.get(message.id), message);
    app.messages.set(message.id, message);
  }
  for (const id of before?.ids ?? []) if (!ids.has(id)) app.messages.delete(id);
  app.loaded.set(place, { ids, earlier: answer.earlier, limit });
}

export function upsert(message, onChange) {
  const known = app.messages.get(message.id);
  if (known && known.version > message.version) return;
  const list = app.loaded.get(message.place);
  if (!list && !known) {
    return;
  }
  if (list && !(list.earlier && isOlder(list, message))) list.ids.add(message.id);
  onChange(known, message);
  app.messages.set(message.id, message);
}

export function remove(id) {
  const message = app.messages.get(id);
  app.messages.delete(id);
  if (message) app.loaded.get(message.place)?.ids.delete(id);
}

export function forgetPerson() {
  app.messages.clear();
  app.loaded.clear();
  app.unread.clear();
  app.whispers.clear();
  app.notes.clear();
  app.errors.clear();
  app.pressed.clear();
  app.thread = null;
}

// Below a message or a note, show what this person alone was answered. `host.whisper` is the one
// whose button they pressed, if it was one's; `opener` is the button's token: what the same button
// brings again takes the place of what it brought before. Returns the whisper's id, null where it
// was to go on in the place of one that the person has dismissed meanwhile.
export function whisper(host, view, { inPlace = false, opener = null } = {}) {
  if (host.note && !isNoted(host)) host.id = note(host.place, host.text);
  const all = app.whispers.get(host.id) ?? [];
  const goesOn = inPlace && host.whisper;
  const before = all.find((one) => (goesOn ? one.id === host.whisper : opener && one.opener === opener));
  if (goesOn && !before) return null;
  const entry = { opener, ...before, id: before?.id ?? crypto.randomUUID(), view };
  const next = before ? all.map((one) => (one === before ? entry : one)) : [...all, entry];
  const passing = next.filter((one) => one.view.kind === "notice").slice(0, -MOST_WHISPERS);
  app.whispers.set(host.id, next.filter((one) => !passing.includes(one)));
  return entry.id;
}

const isNoted = ({ id, place }) => (app.notes.get(place) ?? []).some((one) => one.id === id);

function note(place, text) {
  const seq = (messagesOf(place).at(-1)?.seq ?? 0) + 0.5;
  const one = { id: crypto.randomUUID(), note: true, place, text, seq, at: new Date().toISOString() };
  app.notes.set(place, [...(app.notes.get(place) ?? []), one]);
  return one.id;
}

export function dismiss(one, whisper) {
  const left = app.whispers.get(one.id).filter(({ id }) => id !== whisper);
  app.whispers.set(one.id, left);
  if (one.note && left.length === 0) app.notes.set(one.place, app.notes.get(one.place).filter(({ id }) => id !== one.id));
}

function isOlder(list, message) {
  for (const id of list.ids) if ((app.messages.get(id)?.seq ?? Infinity) < message.seq) return false;
  return list.ids.size > 0;
}
