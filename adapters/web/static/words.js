// The page's sentences, times and names; they come from the server, none is written here.

let strings = {};
let names = {};
let plurals, numbers, clock, exactClock, calendar;

export function learn(page) {
  strings = page.strings;
  names = page.names;
  const locale = navigator.languages.find((one) => one.split("-")[0] === page.language) ?? page.language;
  plurals = new Intl.PluralRules(page.language);
  numbers = new Intl.NumberFormat(locale);
  clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  exactClock = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  calendar = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  document.documentElement.lang = page.language;
  document.title = say("title");
}

export function say(key, values = {}) {
  const sentence = strings[key] ?? strings[`${key}.${form(values.number)}`] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// The languages spoken here have no others.
const form = (number) => (plurals?.select(Number(number)) === "one" ? "one" : "other");

// Whether a quiz calls itself one, so that nobody needs to say it again.
export const saysQuiz = (title) => title.toLowerCase().includes(say("quiz").toLowerCase());

export function nameOf(author) {
  return author === "tutor" ? say("tutor") : (names[author] ?? author);
}

// What stands in a picture's place; of many with one name the number.
export const initialOf = (name) => /\d+$/.exec(name)?.[0] ?? [...name][0];

export const replies = (number) => (number === 0 ? say("thread_replies_none") : say("thread_replies", { number }));

export const count = (number) => numbers.format(number);

const withDay = (at, today) => (at.toDateString() === new Date().toDateString() ? today : calendar).format(at);

export const time = (iso) => withDay(new Date(iso), clock);

export const exactTime = (iso) => withDay(new Date(iso), exactClock);

export const dateAndTime = (iso) => calendar.format(new Date(iso));
