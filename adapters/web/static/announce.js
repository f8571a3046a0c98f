// Say once, politely, what has just finished or is now asked, to those who do not see it happen.

import { app, isOpen } from "./state.js";
import { textOf } from "./tree.js";
import { dateAndTime, nameOf, say, saysQuiz } from "./words.js";

const MAX_SPOKEN = 300;
const said = new Set();
const queue = [];

export function speak(text) {
  queue.push(text);
  if (queue.length === 1) next();
}

function speakOnce(name, text) {
  if (said.has(name)) return;
  said.add(name);
  speak(text);
}

// A region that changes twice at once is read once, so sentences take turns.
function next() {
  const region = document.getElementById("announcer");
  region.textContent = queue[0];
  setTimeout(() => {
    queue.shift();
    if (queue.length) next();
    else region.textContent = "";
  }, 1_500);
}

const short = (nodes) => {
  const text = textOf(nodes).replace(/\s+/g, " ").trim();
  return text.length > MAX_SPOKEN ? `${text.slice(0, MAX_SPOKEN)}…` : text;
};

export function announceChange(old, message) {
  if (!isOpen(message.place) || message.author === app.person) return;
  const { body, id } = message;
  const name = nameOf(message.author);
  if (body.kind === "person" && !old) speakOnce(id, say("said_message", { name, text: short(body.text) }));
  if (body.kind === "notice" && !old) speakOnce(id, say("said_message", { name, text: short(body.text) }));
  if (body.kind === "reply" && !body.live && (!old || old.body.live)) {
    speakOnce(id, say("said_reply", { name, text: short([...body.text, ...body.note]) }));
  }
  if (body.kind === "quiz") announceQuiz(old, message);
  if (body.kind === "lobby") announceLobby(old, message);
}

// What a person alone is shown; a question that gets the focus is read out by that.
export function announceWhisper(view, { focused }) {
  speak([say("only_you"), short(spokenOf(view, focused))].join(": "));
}

function spokenOf({ kind, title, text, question, note }, focused) {
  if (kind === "notice") return text;
  if (!question) return [...title, ". ", ...note];
  const { progress } = question;
  return focused ? [progress, ". ", ...note] : [say("said_question", { progress, text: short(question.text) })];
}

// How many have started is for the eyes: it would interrupt all the time.
function announceLobby(old, { id, body }) {
  const text = short(body.title);
  if (body.closed) {
    if (old && !old.body.closed) speakOnce(`${id} closed`, say("said_lobby_closed", { text }));
  } else if (!old) {
    const questions = say("lobby_questions", { number: body.questions });
    speakOnce(id, say("said_lobby", { text, questions, time: dateAndTime(body.closes_at) }));
  }
}

function announceQuiz(old, { id, body }) {
  const { question } = body;
  if (question && old?.body.question?.id !== question.id) {
    const text = short(question.text);
    speakOnce(`${id} ${question.id}`, say("said_question", { progress: question.progress, text }));
  }
  if (!question && old?.body.question) {
    const ended = short([...body.title, " ", ...body.note]);
    speakOnce(`${id} done`, saysQuiz(short(body.title)) ? ended : say("said_quiz_done", { text: ended }));
  }
}
