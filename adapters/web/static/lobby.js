// A quiz for everyone: the message with the way in, and the list of who took it.

import { h } from "./dom.js";
import * as icons from "./icons.js";
import { buttonRow } from "./message.js";
import { tree } from "./tree.js";
import { count, dateAndTime, nameOf, say } from "./words.js";

export function lobby(one, actions) {
  const { title, questions, started, finished, closed, closes_at: end, note, actions: buttons } = one.body;
  const time = dateAndTime(end);
  return h(
    "div",
    { class: "content quiz-card lobby" },
    h(
      "div",
      { class: "quiz-head" },
      h("span", { class: "quiz-kind" }, say("quiz_for_everyone")),
      h("h3", { dir: "auto" }, tree(title)),
      h("span", { class: "progress" }, say("lobby_questions", { number: questions })),
    ),
    h("p", { class: "lobby-counts" }, icons.people(), say("lobby_counts", { started: count(started), finished: count(finished) })),
    h("p", { class: "deadline" }, closed ? say("lobby_closed", { time }) : say("open_until", { time })),
    note.length > 0 && h("p", { class: "note", dir: "auto" }, tree(note)),
    buttonRow(one, buttons, actions),
  );
}

export function roll(one, actions) {
  const { title, lines, note, actions: buttons } = one.body;
  return h(
    "div",
    { key: "roll", class: "content roll" },
    h("h3", { dir: "auto" }, tree(title)),
    lines.length > 0 &&
      h(
        "ul",
        { class: "roll-lines" },
        lines.map(({ person, text }) =>
          h(
            "li",
            null,
            h("span", { class: "name" }, person ? nameOf(person) : say("someone")),
            h("span", { dir: "auto" }, tree(text)),
          ),
        ),
      ),
    note.length > 0 && h("p", { class: "note", dir: "auto" }, tree(note)),
    buttonRow(one, buttons, actions),
  );
}
