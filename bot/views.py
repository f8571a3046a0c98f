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
Mark = Literal["right", "wrong"]
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
    """One choice of a question: its letter (A, B, …), its full text and what takes it.

    `chosen` is what the person has taken so far and may still change.
    """

    letter: str
    text: str
    token: ButtonToken
    chosen: bool = False


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
    """A question that has been answered, as one line of at most 80 characters.

    `mark` says what the answer was where that is known; `detail` is the right answer and why, as
    Markdown. `person` is who won it where people race, whom the platform names in its own way;
    nobody is notified by that.
    """

    text: str
    change: Button | None = None
    mark: Mark | None = None
    detail: str = ""
    person: PersonRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """Questions for people: answered ones stay as lines, the open one is last.

    In a place it is everybody's to see. As a private answer it is one learner's paper in a quiz for
    everyone: one question at a time, at the end all of them as lines.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobby:
    """A quiz for everyone: whoever presses Start answers privately. It holds no question.

    `started` and `finished` count people. `closed` ones take no more answers; `note` says why.
    """

    kind: Literal["lobby"] = "lobby"
    title: str
    questions: int
    started: int
    finished: int
    closes_at: datetime
    closed: bool = False
    actions: tuple[Button, ...] = ()
    note: str = ""
    language: str = field(default_factory=language)


View = Reply | Quiz | Notice | Lobby


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """One person, whom the platform names in its own way without notifying them, and a few words
    about them."""

    person: PersonRef
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """A list of people for one person's eyes, a page of it; `actions` turn the pages."""

    kind: Literal["roll"] = "roll"
    title: str
    lines: tuple[RollLine, ...]
    actions: tuple[Button, ...] = ()
    note: str = ""
    language: str = field(default_factory=language)


Private = Notice | Quiz | Roll
"""What one person alone is shown, as the direct response to what they did; never stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form: with `choices`, pairs of a value and its label, one of them is chosen;
    else text is written, of at most `max_length` characters, on several lines if `long`.

    `value` is what stands in it at first.
    """

    name: str
    label: str
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 0
    long: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of at most five fields (Discord's limit), sent back as a Submission with `token`.

    The label of a form's only field may be as long as a question.
    """

    token: ButtonToken
    title: str
    fields: tuple[Field, ...]
    submit: str
    language: str = field(default_factory=language)
