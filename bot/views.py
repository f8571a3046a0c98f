"""What should be on the screen, without platform. Adapters render these and nothing else.

Texts are canonical Markdown (CommonMark, tables, strikethrough, math in `\\( \\)` and `\\[ \\]`)
from people or models: hostile, to be escaped by the adapter. Labels are plain text, already short.
A view keeps the language that was spoken when it was made: an adapter's own words for it are said
in that one.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from bot.events import ButtonToken, PersonRef
from bot.strings import language

QuestionId = NewType("QuestionId", str)
SlotId = NewType("SlotId", str)
"""The stable id of one delivery, at most 16 characters of `[a-z0-9]` (fits a Discord nonce)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """One button; `form` says that a press opens `Door.form` instead of being sent as a Click."""

    token: ButtonToken
    label: str
    style: Literal["plain", "primary", "danger"] = "plain"
    form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the assistant says. `live` replies are still being written; `text` may be empty then.

    `steps` say what the run is doing now. `shared_by` is who brought a private reply here, whom
    the platform names in its own way; nobody is notified by that.
    """

    kind: Literal["reply"] = "reply"
    text: str
    steps: tuple[str, ...] = ()
    actions: tuple[Button, ...] = ()
    live: bool = False
    note: str = ""
    shared_by: PersonRef | None = None
    language: str = field(default_factory=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a question: its letter (A, B, …), its full text and what takes it."""

    letter: str
    text: str
    token: ButtonToken


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuestion:
    """The open question of a quiz, with everything that a form for it needs."""

    id: QuestionId
    number: int
    total: int
    text: str
    choices: tuple[Choice, ...] = ()
    actions: tuple[Button, ...] = ()
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredLine:
    """A question that has been answered, as one line of at most 80 characters."""

    text: str
    change: Button | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """Questions for people: answered ones stay as lines, the open one is last."""

    kind: Literal["quiz"] = "quiz"
    title: str
    answered: tuple[AnsweredLine, ...] = ()
    question: ShownQuestion | None = None
    note: str = ""
    language: str = field(default_factory=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence from Docent itself, not from the assistant; `actions` say what to do next."""

    kind: Literal["notice"] = "notice"
    tone: Literal["info", "problem"] = "info"
    text: str
    actions: tuple[Button, ...] = ()
    language: str = field(default_factory=language)


View = Reply | Quiz | Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form with one text field, sent back as a Submission with `token`."""

    token: ButtonToken
    title: str
    label: str
    submit: str
    max_length: int
