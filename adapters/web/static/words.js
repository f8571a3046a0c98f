// The page's sentences, times and names; they come from the server, none is written here.

let strings = {};
let names = {};

export function learn(page) {
  strings = page.strings;
  names = Object.fromEntries(page.people.map((person) => [person.user, person.name]));
}

export function say(key, values = {}) {
  return (strings[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// Whether a quiz calls itself one, so that nobody needs to say it again.
export const saysQuiz = (title) => title.toLowerCase().includes(say("quiz").toLowerCase());

export function nameOf(author) {
  return author === "tutor" ? say("tutor") : (names[author] ?? strings[`person_${author}`] ?? author);
}

export function replies(number) {
  if (number === 0) return say("thread_replies_none");
  return number === 1 ? say("thread_replies_one") : say("thread_replies", { number });
}

export const count = (number) => new Intl.NumberFormat(document.documentElement.lang).format(number);

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const exactClock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const time = (iso) => withDay(new Date(iso), clock);

export const exactTime = (iso) => withDay(new Date(iso), exactClock);

const withDay = (at, today) => (at.toDateString() === new Date().toDateString() ? today : calendar).format(at);

export const dateAndTime = (iso) => calendar.format(new Date(iso));
