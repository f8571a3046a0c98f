"""What a tool is: a stored definition that the model sees, and code that binds to it by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bot.jsons import Json
from bot.store.records import Answer, Audience, Question


class BadArgumentsError(Exception):
    """The arguments do not fit; the text tells the model why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for people, before it has an id and a deadline.

    `answer` is the right one where it is known, of a choice its text, with its index.
    """

    kind: Literal["choice", "text"]
    text: str
    options: tuple[str, ...] = ()
    answer: str | None = None
    answer_option: int | None = None
    hint: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a call asks people, at least one question.

    With a `title` it is a quiz. `audience` is the model's wish, which the right of the asker can
    lower; `seconds` is the time limit, as wished.
    """

    questions: tuple[Asked, ...]
    title: str = ""
    audience: Audience = "asker"
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Which call a tool acts on, in ids alone.

    `id` stays the same when the call is repeated, so that work can be recognised. `person` is a
    pseudonym of who asked: the same one each time, and it leads to nobody.
    """

    id: str
    run_id: str
    thread_id: str
    assistant_id: str
    person: str


@runtime_checkable
class Immediate(Protocol):
    """A tool that acts by itself. Raises BadArgumentsError, and TimeoutError when it is too slow.

    `definition` is what an assistant can be given; None for a tool that only assistants with a
    definition of their own can call. `repeatable` says whether acting twice does no harm, when a
    kill left it unknown whether it has acted.
    """

    @property
    def definition(self) -> Json | None: ...

    @property
    def repeatable(self) -> bool: ...

    async def act(self, arguments: str, call: Call) -> str: ...


@runtime_checkable
class Interactive(Protocol):
    """A tool whose output people give: it asks, and turns their answers into its output."""

    @property
    def definition(self) -> Json: ...

    def ask(self, arguments: str) -> Asking:
        """What to ask. Raises BadArgumentsError."""

    def output(self, answered: Sequence[tuple[Question, Answer | None]]) -> str:
        """What the model gets of one person's answers, in question order; None stands for a
        question that they did not answer."""


Tool = Immediate | Interactive
Tools = Mapping[str, Tool]
