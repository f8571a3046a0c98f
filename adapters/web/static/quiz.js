// A quiz that grows: answered questions as lines, the open one last.

import { h } from "./dom.js";
import * as icons from "./icons.js";
import { button, buttonRow } from "./message.js";
import { textOf, tree } from "./tree.js";
import { dateAndTime, nameOf, say, saysQuiz } from "./words.js";

export function quiz(one, actions) {
  const { title, answered, question, note } = one.body;
  return h(
    "div",
    { key: "quiz", class: "content quiz-card" },
    // A question without a title is one of a conversation, not of a quiz.
    title.length > 0 &&
      h(
        "div",
        { class: "quiz-head" },
        !saysQuiz(textOf(title)) && h("span", { class: "quiz-kind" }, say("quiz")),
        h("h3", { dir: "auto" }, tree(title)),
        question && h("span", { class: "progress" }, question.progress),
      ),
    answered.length > 0 &&
      h("ul", { class: "answered", "aria-label": say("answered") }, answered.map((line) => answeredLine(one, line, actions))),
    question && open(one, question, actions),
    note.length > 0 && h("p", { class: "note", dir: "auto" }, tree(note)),
  );
}

const MARKS = { right: icons.check, wrong: icons.cross };

function answeredLine(one, line, actions) {
  const { mark, person } = line;
  const label = line.change && say("change_of", { label: line.change.label, answer: textOf(line.text) });
  return h(
    "li",
    { "data-mark": mark },
    // Where what is right is shown and the answer has no mark, a check would pass for one.
    (MARKS[mark] ?? (line.detail.length > 0 ? icons.dot : icons.check))(),
    h(
      "span",
      { class: "answered-text" },
      h("span", { dir: "auto" }, tree(line.text)),
      mark && h("span", { class: "mark" }, say(`mark_${mark}`)),
      typeof person === "string" && h("span", { class: "winner" }, say("won_by", { name: nameOf(person) || say("someone") })),
    ),
    line.change && button(one, line.change, actions, { className: "quiet", label }),
    line.detail.length > 0 && h("div", { class: "prose detail", dir: "auto" }, tree(line.detail)),
  );
}

function open(one, question, actions) {
  return h(
    "div",
    { key: question.id, class: "question", role: "group", tabindex: "-1", "aria-label": textOf(question.text), "data-question-id": question.id },
    h("div", { class: "prose question-text", dir: "auto" }, tree(question.text)),
    question.choices.length > 0 &&
      h("div", { class: "choices" }, question.choices.map((choice) => choiceButton(one, choice, question, actions))),
    buttonRow(one, question.actions, actions),
    h("p", { class: "deadline" }, say("open_until", { time: dateAndTime(question.closes_at) })),
  );
}

function choiceButton(one, choice, { choices }, actions) {
  const children = [
    h("span", { class: "letter" }, choice.letter),
    h("span", { class: "choice-text", dir: "auto" }, tree(choice.text)),
  ];
  const label = say("choice", { letter: choice.letter, text: textOf(choice.text) });
  // Where one is taken and may still be changed, each says whether it is the one.
  const pressed = choices.some(({ chosen }) => chosen) ? choice.chosen : null;
  return button(one, choice, actions, { className: "choice", children, label, pressed });
}
