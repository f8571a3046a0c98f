"""`@function()`: a coroutine and a pydantic model become a tool."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast, get_type_hints

from pydantic import BaseModel, RootModel
from pydantic_core import to_json

from bot.jsons import Json
from bot.tools.acting import DEADLINE
from bot.tools.arguments import parse
from bot.tools.outputs import DONE
from bot.tools.port import Call

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What OpenAI takes as a function's name."""

Arguments = TypeVar("Arguments", bound=BaseModel)
Alone = Callable[[Arguments], Awaitable[object]]
WithCall = Callable[[Arguments, Call], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Generic[Arguments]):
    """An operator's coroutine as a tool; `code` is the coroutine itself."""

    definition: Json
    repeatable: bool
    timeout: float
    model: type[Arguments]
    code: WithCall[Arguments]

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    async def act(self, arguments: str, call: Call) -> str:
        """Raises BadArgumentsError, TimeoutError, and whatever the coroutine raises."""
        given = parse(self.model, arguments.strip() or "{}")  # some models write nothing for none
        async with asyncio.timeout(self.timeout):
            result = await self.code(given, call)
        if result is None:
            return DONE
        return result if isinstance(result, str) else to_json(result).decode()


def function(
    *, repeatable: bool = False, timeout: float = DEADLINE
) -> Callable[[Alone[Arguments] | WithCall[Arguments]], Function[Arguments]]:
    """Turn `async def name(arguments: Model, call: Call)` into the tool `name`.

    The second parameter may be left out. The docstring is what the model reads about it. The
    result is text, or anything that pydantic writes as JSON. `repeatable`: it does no harm if the
    coroutine runs twice for one call, after a kill. `timeout` is in seconds, up to DEADLINE.
    Raises TypeError for a coroutine that cannot be a tool, and ValueError for a bad `timeout`.
    """
    if not 0 < timeout <= DEADLINE:
        raise ValueError(f"timeout must be more than 0 and at most {DEADLINE:g} seconds")

    def made(code: Alone[Arguments] | WithCall[Arguments]) -> Function[Arguments]:
        name = getattr(code, "__name__", "")
        description = inspect.getdoc(code)
        if not inspect.iscoroutinefunction(code):
            raise TypeError(f"{name} must be an async function")
        if not NAME.fullmatch(name):
            raise TypeError(f"{name} must have a name of 1 to 64 letters, digits and _")
        if not description:
            raise TypeError(f"{name} needs a docstring: it tells the model what it does")
        model, wants_call = _parameters(name, code)
        return Function(
            definition={
                "name": name,
                "description": description,
                "parameters": model.model_json_schema(),
            },
            repeatable=repeatable,
            timeout=timeout,
            model=model,
            code=_with_call(code, wants_call=wants_call),
        )

    return made


def _parameters(
    name: str, code: Alone[Arguments] | WithCall[Arguments]
) -> tuple[type[Arguments], bool]:
    """The model of the first parameter, and whether there is a second one. Raises TypeError."""
    hints = get_type_hints(code)
    kinds = [hints.get(parameter) for parameter in inspect.signature(code).parameters]
    model = kinds[0] if kinds else None
    if not (isinstance(model, type) and issubclass(model, BaseModel)) or kinds[1:] not in (
        [],
        [Call],
    ):
        raise TypeError(f"{name} must take a pydantic model and, if it likes, a Call")
    if issubclass(model, RootModel):
        raise TypeError(f"{name} must take a model with fields: arguments have names")
    return cast("type[Arguments]", model), len(kinds) == 2


def _with_call(
    code: Alone[Arguments] | WithCall[Arguments], *, wants_call: bool
) -> WithCall[Arguments]:
    if wants_call:
        return cast("WithCall[Arguments]", code)
    alone = cast("Alone[Arguments]", code)

    async def without(arguments: Arguments, _: Call) -> object:
        return await alone(arguments)

    return without
