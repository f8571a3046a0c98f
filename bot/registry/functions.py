"""Functions as assistants define them, and which of them somebody implements."""

from collections.abc import Container, Iterable

from bot.jsons import Json
from bot.registry.errors import RegistryError
from bot.strings import say
from bot.tools.port import Tools


def defined(names: Iterable[str], tools: Tools) -> list[Json]:
    """The tools of an assistant that has these functions of the installation.

    Raises RegistryError for one that is not there, or that only its assistants can describe.
    """
    found: list[Json] = []
    for name in names:
        tool = tools.get(name)
        if tool is None or tool.definition is None:
            there = ", ".join(sorted(each for each in tools if tools[each].definition is not None))
            key = "no_function" if tool is None else "no_definition"
            raise RegistryError(say(f"assistants.{key}", name=name, names=there))
        found.append({"type": "function", "function": tool.definition | {"strict": False}})
    return found


def all_defined(tools: Tools) -> list[Json]:
    """Every function of the installation that can be given to an assistant."""
    return defined([name for name, tool in tools.items() if tool.definition is not None], tools)


def functions(body: Json) -> list[Json]:
    """The definitions of a body's functions; what is none is left aside."""
    tools = body.get("tools")
    nested = [
        tool.get("function")
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict)
    ]
    return [function for function in nested if isinstance(function, dict)]


def named(body: Json) -> list[str]:
    """The names of a body's functions."""
    return [str(function.get("name")) for function in functions(body)]


def without_code(body: Json, tools: Container[str]) -> list[str]:
    """The functions of a body that nobody here implements: no model is told of them."""
    return [name for name in named(body) if name not in tools]
