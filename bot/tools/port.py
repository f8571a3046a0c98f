"""What a tool is: a stored definition that the model sees, and code that binds to it by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from bot.jsons import Json
from bot.store.records import Answer, Question


class BadArgumentsError(Exception):
    """The arguments do not fit; the text tells the model why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for people, before it has an id and a deadline."""

    kind: Literal["choice", "text"]
    text: str
    options: tuple[str, ...] = ()
    title: str = ""


@runtime_checkable
class Immediate(Protocol):
    """A tool that acts by itself. Raises BadArgumentsError.

    `repeatable` says whether acting twice does no harm, when a kill left it unknown whether it
    has acted.
    """

    @property
    def definition(self) -> Json: ...

    @property
    def repeatable(self) -> bool: ...

    async def act(self, arguments: str) -> str: ...


@runtime_checkable
class Interactive(Protocol):
    """A tool whose output people give: it asks, and turns their answers into its output."""

    @property
    def definition(self) -> Json: ...

    def ask(self, arguments: str) -> tuple[Asked, ...]:
        """The questions, at least one. Raises BadArgumentsError."""

    def output(self, answered: Sequence[tuple[Question, Answer | None]]) -> str:
        """What the model gets, in question order; None stands for a question nobody answered."""


Tool = Immediate | Interactive
Tools = Mapping[str, Tool]
