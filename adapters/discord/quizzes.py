"""Quizzes and their lobbies as messages: questions with their choices, and what became of them."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain

from adapters.discord.buttons import as_letters, button, choice, rows, sign
from adapters.discord.markup import blocks, line
from adapters.discord.message import Shown, fits, fitted, joined, named, small, titled
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import one_line
from bot.views import AnsweredLine, Choice, Lobby, Quiz, ShownQuestion, SlotId

SIGNS = {"right": "✓", "wrong": "✗", None: "•"}
LISTED = 600
"""Characters of all choices together where their question leaves them no more room."""

_NUMBER = re.compile(r"([0-9]{1,3})\. ")


def quiz(view: Quiz, slot: SlotId | None) -> Shown:
    """What was answered, and the open question with its buttons; these are always all there."""
    above = _above(view)
    tail = [small(view.note)] if view.note else []
    buttons = [_changes(view, slot)]
    if (question := view.question) is None:
        return fitted([], joined(above), tail, _whole(view), rows(*buttons))
    letters = as_letters(question.choices)
    buttons.append([choice(each, slot, letters=letters) for each in question.choices])
    buttons.append([button(each, slot, question=question) for each in question.actions])
    head = [*above, progress(question.number, question.total)]
    tail.insert(0, f"-# {say('discord.open_until', time=_time(question.closes_at))}")
    text = blocks(question.text)
    # Also where labels hold them: phones cut labels.
    listed = _listed(question.choices)
    if not fits([*head, text, *listed, *tail]):
        listed = _listed(question.choices, LISTED)
    return fitted(head, text, [*listed, *tail], _whole(view), rows(*buttons))


def progress(number: int, total: int) -> str:
    """The line above a question."""
    return small(say("discord.progress", number=number, total=total))


def lobby(view: Lobby, slot: SlotId | None) -> Shown:
    closing = "discord.closed_at" if view.closed else "discord.closes_at"
    when = say(closing, time=_time(view.closes_at), left=_left(view.closes_at))
    lines = [
        titled(view.title),
        f"{say('discord.questions', number=view.questions)} · {when}",
        small(say("discord.taking_part", started=view.started, finished=view.finished)),
    ]
    tail = [small(view.note)] if view.note else []
    buttons = [button(each, slot) for each in view.actions]
    return fitted(lines, "", tail, view.title, rows(buttons))


def _above(view: Quiz) -> list[str]:
    return [titled(view.title), *chain.from_iterable(map(_answered, view.answered))]


def _answered(answered: AnsweredLine) -> Iterator[str]:
    """The sign of a mark is said in words too: not everybody sees it."""
    said = [f"{SIGNS[answered.mark]} {line(answered.text)}"]
    if answered.mark is not None:
        said.append(say(f"discord.{answered.mark}"))
    if answered.person is not None:
        said.append(say("discord.won_by", person=named(answered.person)))
    yield " · ".join(said)
    if answered.detail:
        yield from (f"> {each}" for each in blocks(answered.detail).split("\n"))


def _changes(view: Quiz, slot: SlotId | None) -> list[Json]:
    """Each says which line it changes, by the number that the line begins with."""
    several = len(view.answered) > 1
    found = []
    for place, answered in enumerate(view.answered, 1):
        if answered.change is not None:
            number = match[1] if (match := _NUMBER.match(answered.text)) else place
            label = f"{answered.change.label} {number}" if several else ""
            found.append(button(answered.change, slot, label=label))
    return found


def _listed(choices: Sequence[Choice], room: int | None = None) -> list[str]:
    """The choices below the question; with a room, as much of each as that has for all."""
    share = None if room is None else max(room // max(len(choices), 1), 1)
    return [
        f"{sign(each)}**{each.letter}** "
        f"{line(each.text if share is None else one_line(each.text, share))}"
        for each in choices
    ]


def _whole(view: Quiz) -> str:
    """All of it, for a file."""
    parts = [view.title]
    for answered in view.answered:
        parts += [answered.text, answered.detail]
    if view.question is not None:
        parts += [view.question.text, *_written(view.question)]
    return "\n\n".join(filter(None, parts))


def _written(question: ShownQuestion) -> list[str]:
    return [f"{sign(each)}{each.letter}: {each.text}" for each in question.choices]


def _time(at: datetime) -> str:
    """Each reader's own time (Discord's timestamps)."""
    return f"<t:{int(at.timestamp())}:f>"


def _left(at: datetime) -> str:
    """How long until then, or since."""
    return f"<t:{int(at.timestamp())}:R>"
