"""View → the blocks of a message, and its text for notifications and screen readers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from adapters.slack.blocks import Blocks, Rendered
from adapters.slack.markup import escaped, plain_lines
from bot.events import PersonRef
from bot.strings import say, speaking
from bot.text.cleaning import ELLIPSIS
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Lobby,
    Notice,
    Private,
    Quiz,
    Reply,
    Roll,
    ShownQuestion,
    View,
)

MAX_STEPS = 10
"""Elements of a context block."""
MAX_TEXT = 3_000
"""Characters of the text beside the blocks; Slack advises to stay below 4,000."""
LONG_CHOICE = 20
"""Characters of a choice that still reads well on a button, behind its letter and the sign of what
was chosen."""
MANY_CHOICES = 5
"""Choices beyond which their texts read better as a list above letters."""
CHOSEN = "●"
SIGNS = {"right": "✓", "wrong": "✗"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds a view: the channel it was asked in privately, and what the people in it are
    called, by their id; who is not there is somebody of the workspace."""

    origin: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, person: PersonRef) -> str:
        return self.names.get(person.user) or say("slack.somebody")


def people_in(view: View | Private) -> set[PersonRef]:
    """Whom the view names."""
    match view:
        case Reply(shared_by=PersonRef() as sharer):
            return {sharer}
        case Quiz():
            return {line.person for line in view.answered if line.person is not None}
        case Roll():
            return {line.person for line in view.lines}
        case _:
            return set()


async def drawn(view: View | Private, frame: Frame = Frame(), *, simple: bool = False) -> Rendered:
    """`rendered`, beside the event loop: long hostile texts take some 40 ms."""
    return await asyncio.to_thread(rendered, view, frame, simple=simple)


def rendered(view: View | Private, frame: Frame = Frame(), *, simple: bool = False) -> Rendered:
    """The message that shows the whole view.

    `simple` uses only what Slack has always taken, for where it refuses markdown blocks.
    """
    with speaking(view.language):
        blocks = Blocks(simple=simple, origin=frame.origin)
        if frame.origin is not None:
            blocks.marked(say("slack.asked_in", channel=f"<#{frame.origin}>"))
        _fill(blocks, view, frame)
        if not simple and blocks.are_too_many:
            return rendered(view, frame, simple=True)
        # Slack refuses a message in which nothing is left to show.
        text = escaped(_spoken(view)[:MAX_TEXT]) or ELLIPSIS
        return Rendered(blocks=blocks.done(), text=text)


def _fill(blocks: Blocks, view: View | Private, frame: Frame) -> None:
    match view:
        case Reply():
            _reply(blocks, view, frame)
        case Quiz():
            _quiz(blocks, view, frame)
        case Notice():
            blocks.text(_toned(view))
            blocks.buttons(view.actions)
        case Lobby():
            _lobby(blocks, view)
        case Roll():
            _roll(blocks, view, frame)


def _reply(blocks: Blocks, view: Reply, frame: Frame) -> None:
    if view.shared_by is not None:
        blocks.small([say("slack.shared_by", name=frame.name(view.shared_by))])
    if view.text.strip():
        blocks.text(view.text)
    elif view.live and not view.steps:
        blocks.small([say("slack.writing")])
    blocks.small(view.steps[-MAX_STEPS:])
    if view.note:
        blocks.text(view.note)
    blocks.buttons(view.actions)


def _quiz(blocks: Blocks, view: Quiz, frame: Frame) -> None:
    blocks.title(view.title)
    for line in view.answered:
        blocks.line(_line(line, frame), line.change)
        if line.detail:
            blocks.text(line.detail)
    if view.question is not None:
        _question(blocks, view.question)
    if view.note:
        blocks.text(view.note)


def _line(line: AnsweredLine, frame: Frame) -> str:
    """The sign of a mark is said in words too: not everybody sees it, or its colour."""
    said = plain_lines(line.text)
    if line.mark is not None:
        said = f"{said} {SIGNS[line.mark]} {say(f'slack.{line.mark}')}"
    if line.person is not None:
        said = f"{said} · {say('slack.won_by', name=frame.name(line.person))}"
    return said


def _lobby(blocks: Blocks, view: Lobby) -> None:
    blocks.title(view.title)
    closing = "slack.closed_at" if view.closed else "slack.closes_at"
    blocks.marked(f"{_counted(view)} · {say(closing, time=_time(view.closes_at))}")
    blocks.small([say("slack.taking_part", started=view.started, finished=view.finished)])
    if view.note:
        blocks.text(view.note)
    blocks.buttons(view.actions)


def _roll(blocks: Blocks, view: Roll, frame: Frame) -> None:
    blocks.title(view.title)
    if view.lines:
        said = (f"{frame.name(line.person)}: {plain_lines(line.text)}" for line in view.lines)
        blocks.lines("\n".join(said))
    if view.note:
        blocks.text(view.note)
    blocks.buttons(view.actions)


def _question(blocks: Blocks, question: ShownQuestion) -> None:
    blocks.small([_progress(question)])
    blocks.text(question.text)
    letters = _as_letters(question.choices)
    # With full texts also where labels hold them: phones cut labels.
    listed = [f"- {_sign(one)}{one.letter}: {one.text}" for one in question.choices]
    if listed:
        blocks.text("\n".join(listed))
    choices = tuple(_choice(choice, letters=letters) for choice in question.choices)
    blocks.buttons((*choices, *question.actions))
    blocks.marked(say("slack.open_until", time=_time(question.closes_at)))


def _as_letters(choices: tuple[Choice, ...]) -> bool:
    return len(choices) > MANY_CHOICES or any(
        len(one.text) > LONG_CHOICE or any(sign in one.text for sign in "\\`*_$[<\n")
        for one in choices
    )


def _choice(choice: Choice, *, letters: bool) -> Button:
    label = choice.letter if letters else f"{choice.letter} {choice.text}"
    return Button(
        token=choice.token,
        label=f"{_sign(choice)}{label}",
        style="primary" if choice.chosen else "plain",
    )


def _sign(choice: Choice) -> str:
    return f"{CHOSEN} " if choice.chosen else ""


def _progress(question: ShownQuestion) -> str:
    return say("slack.progress", number=question.number, total=question.total)


def _counted(view: Lobby) -> str:
    return say("slack.questions", number=view.questions)


def _time(at: datetime) -> str:
    """In the reader's own time zone and language, which only their Slack knows."""
    fallback = at.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def _toned(view: Notice) -> str:
    return f"⚠️ {view.text}" if view.tone == "problem" else view.text


def _spoken(view: View | Private) -> str:
    match view:
        case Reply():
            return plain_lines(view.text) or say("slack.writing")
        case Notice():
            return plain_lines(_toned(view))
        case Quiz():
            return _spoken_quiz(view)
        case Lobby():
            return f"{plain_lines(view.title)}\n{_counted(view)}"
        case Roll():
            return plain_lines(view.title)


def _spoken_quiz(view: Quiz) -> str:
    if view.question is None:
        return plain_lines(view.title)
    # A form opens from this alone: the question is all that follows the first line.
    return f"{_progress(view.question)}\n{plain_lines(view.question.text)}"
