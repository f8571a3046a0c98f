"""A coroutine and a pydantic model are all that a function needs."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator
from pydantic import AfterValidator, BaseModel, Field, RootModel

from bot.tools import Call, function
from bot.tools.functions import Function
from bot.tools.outputs import DONE
from bot.tools.port import BadArgumentsError, Immediate
from tests.tools.calls import CALL


def _known(word: str) -> str:
    if word == "xyzzy":
        raise ValueError("that word says nothing")
    return word


class Lookup(BaseModel):
    word: Annotated[str, AfterValidator(_known)] = Field(description="one word")
    since: date | None = None


@dataclass
class Meaning:
    word: str
    since: date


@function(repeatable=True, timeout=5)
async def look_up(arguments: Lookup, call: Call) -> str:
    """Looks a word up
    in the dictionary."""
    return f"{arguments.word} for {call.person} in {call.id}"


class Nothing(BaseModel):
    pass


def returning(value: object) -> Function[Nothing]:
    @function()
    async def give(arguments: Nothing) -> object:  # noqa: ARG001 - every function has some
        """Gives something."""
        return value

    return give


async def test_the_coroutine_gets_its_model_and_its_call() -> None:
    assert await look_up.act('{"word": "slope"}', CALL) == "slope for p-1 in call_1"


def test_name_docstring_and_model_are_what_an_assistant_is_given() -> None:
    assert isinstance(look_up, Immediate)
    assert look_up.repeatable
    assert look_up.definition["name"] == look_up.name == "look_up"
    assert look_up.definition["description"] == "Looks a word up\nin the dictionary."
    parameters = look_up.definition["parameters"]
    assert isinstance(parameters, dict)
    Draft202012Validator.check_schema(parameters)
    assert parameters["required"] == ["word"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ("", ""),
        (None, DONE),
        (3, "3"),
        ({"a": [1.5, None]}, '{"a":[1.5,null]}'),
        (Meaning("größer", date(2026, 1, 2)), '{"word":"größer","since":"2026-01-02"}'),
        (Lookup(word="slope"), '{"word":"slope","since":null}'),
    ],
)
async def test_text_stays_text_and_all_else_becomes_json(value: object, expected: str) -> None:
    assert await returning(value).act("{}", CALL) == expected


@pytest.mark.parametrize("arguments", ["", " \n", "{}", '{"made_up": 1}'])
async def test_no_arguments_may_be_written_as_nothing(arguments: str) -> None:
    assert await returning("done").act(arguments, CALL) == "done"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("", "word: Field required"),
        ('{"word": "slope"', "not valid JSON"),
        ('{"word": "slope", "since": "then"}', "since: "),
        ('{"word": "xyzzy"}', "that word says nothing"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
async def test_arguments_that_do_not_fit_go_back_to_the_model(arguments: str, reason: str) -> None:
    with pytest.raises(BadArgumentsError, match=reason):
        await look_up.act(arguments, CALL)


async def test_a_function_has_its_own_time() -> None:
    cancelled = asyncio.Event()

    @function(timeout=0.05)
    async def sleep(arguments: Nothing) -> None:  # noqa: ARG001
        """Sleeps."""
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        await sleep.act("{}", CALL)

    assert cancelled.is_set()


async def undocumented(arguments: Nothing) -> None: ...


async def untyped(arguments):  # type: ignore[no-untyped-def]
    """Takes anything."""


async def plain(arguments: str) -> None:
    """Takes text."""


async def lonely() -> None:
    """Takes nothing."""


async def greedy(arguments: Nothing, call: Call, more: int) -> None:
    """Takes too much."""


async def listing(arguments: RootModel[list[int]]) -> None:
    """Takes a list."""


async def über(arguments: Nothing) -> None:  # noqa: PLC2401 - that is the point
    """Has a name that no model may use."""


def blocking(arguments: Nothing) -> None:
    """Is no coroutine."""


@pytest.mark.parametrize(
    "code", [undocumented, untyped, plain, lonely, greedy, listing, über, blocking]
)
def test_what_cannot_be_a_tool_is_refused_by_name(
    code: Callable[[Nothing], Awaitable[object]],
) -> None:
    with pytest.raises(TypeError, match=code.__name__):
        function()(code)


@pytest.mark.parametrize("seconds", [0, -1, 61, float("nan"), float("inf")])
def test_a_time_that_no_tool_has_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="timeout"):
        function(timeout=seconds)
