"""What a quiz looks like once somebody who took part in it is forgotten."""

import json
import re
from collections.abc import Collection, Mapping, Sequence

from pydantic import JsonValue

from bot.events import PersonRef
from bot.jsons import Json
from bot.quiz.counting import LONGEST_WRITTEN
from bot.quiz.wording import in_line
from bot.quotes import Quotes
from bot.store.traces import TracedAnswer, TracedQuestion
from bot.text.visible import shortened

OnlyTheirs = Mapping[int, Collection[str]]
"""By the position of a question: what one person wrote and nobody else did."""

_NUMBERED = re.compile(r"([0-9]+)\. ")
_TIMES = re.compile(r" \(×[0-9]+\)\Z")


def unanswered(
    view: Json, asked: Mapping[int, TracedQuestion], quotes: Quotes, instead: str
) -> Json:
    """A quiz of the person whose answered questions are there, but not the answers."""
    lines = view.get("answered")
    if not isinstance(lines, list):
        return view
    cleaned: list[JsonValue] = [
        {"text": _line(line, asked, quotes, instead, instead), "change": None} for line in lines
    ]
    return view | {"answered": cleaned}


def without_winner(
    view: Json,
    asked: Mapping[int, TracedQuestion],
    person: PersonRef,
    quotes: Quotes,
    instead: str,
) -> Json:
    """A race that does not say any more what the person has won, nor with which answer."""
    lines = view.get("answered")
    if not isinstance(lines, list):
        return view
    theirs: Json = {"scope": person.scope, "user": person.user}
    cleaned: list[JsonValue] = []
    for line in lines:
        if isinstance(line, dict) and line.get("person") == theirs:
            question = _question(line, asked)[1]
            key = None if question is None else question.answer
            text = _line(line, asked, quotes, instead, key or instead)
            cleaned.append({**line, "text": text, "person": None})
        else:
            cleaned.append(line)
    return view | {"answered": cleaned}


def _line(
    line: JsonValue,
    asked: Mapping[int, TracedQuestion],
    quotes: Quotes,
    instead: str,
    how: str,
) -> str:
    """The line of a question with another end."""
    number, question = _question(line, asked)
    text = "" if question is None else quotes.without(question.text, instead)
    return in_line(number, text, quotes.without(how, instead))


def _question(
    line: JsonValue, asked: Mapping[int, TracedQuestion]
) -> tuple[str, TracedQuestion | None]:
    """What a line is about, with the number that it begins with."""
    text = str(line.get("text", "")) if isinstance(line, dict) else ""
    match = _NUMBERED.match(text)
    if match is not None and int(match[1]) in asked:
        return match[0], asked[int(match[1])]
    return "", next(iter(asked.values()), None)


def only_theirs(written: Sequence[TracedAnswer], person: PersonRef) -> OnlyTheirs:
    """Of what was written in one call: what of it is that person's and nobody else's."""
    theirs: dict[int, set[str]] = {}
    for answer in written:
        if answer.person == person.key:
            theirs.setdefault(answer.position, set()).add(_told(answer.text))
    for answer in written:
        if answer.person != person.key:
            theirs.get(answer.position, set()).discard(_told(answer.text))
    return theirs


def _told(text: str) -> str:
    return shortened(text, LONGEST_WRITTEN)


def without_answers(output: str, only_theirs: OnlyTheirs, instead: str) -> str:
    """What the model got of a quiz, without those words; the counts stay."""
    try:
        whole = json.loads(output)
    except ValueError:
        return output
    told = whole.get("questions") if isinstance(whole, dict) else None
    if not isinstance(told, list):
        return output
    for position, question in enumerate(told):
        words = only_theirs.get(position, ())
        if not isinstance(question, dict) or not words:
            continue
        if question.get("answer") in words:
            question["answer"] = instead
        if isinstance(question.get("answers"), list):
            question["answers"] = [
                instead if each in words or _TIMES.sub("", str(each)) in words else each
                for each in question["answers"]
            ]
    cleaned = json.dumps(whole, ensure_ascii=False)
    return cleaned if json.loads(output) != whole else output
