"""All tools of this installation: Docent's own, installed functions and webhooks."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import structlog

from bot.strings import say
from bot.text.cleaning import one_line
from bot.tools import TOOLS, webhook_file
from bot.tools.functions import Function
from bot.tools.port import Tool, Tools
from bot.tools.webhooks import open_webhooks

GROUP = "docent.tools"
"""The entry points that are looked for."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What there is, and a sentence for the operator about everything that should be mended."""

    tools: Tools
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    name: str
    source: str
    tool: Tool


@asynccontextmanager
async def open_tools(webhooks: Path) -> AsyncIterator[Installed]:
    """The tools of this installation, as long as the context is open.

    A package that cannot be used, or a name that is taken, leaves out that function alone.
    `webhooks` is the path of `webhooks.toml`. Raises OperatorError if that file is malformed.
    """
    file = webhook_file.read(webhooks)
    functions, broken = _functions()
    async with open_webhooks(file.entries) as hooks:
        found = [
            *functions,
            *(_Found(name=name, source=str(webhooks), tool=hook) for name, hook in hooks.items()),
        ]
        tools, clashes = _without_clashes(found)
        problems = (*broken, *clashes, *file.warnings)
        log.info("tools_installed", names=sorted(tools), problems=len(problems))
        yield Installed(tools={**TOOLS, **tools}, problems=problems)


def _functions() -> tuple[list[_Found], list[str]]:
    """The functions of installed packages, and what is wrong with the others."""
    found: list[_Found] = []
    problems: list[str] = []
    for point in _points(problems):
        source = f"{point.dist.name if point.dist else '?'} ({point.value})"
        try:
            loaded = point.load()
        except (Exception, SystemExit) as error:  # the code of others may do anything
            log.warning("function_not_loaded", source=source, exc_info=error)
            reason = one_line(f"{type(error).__name__}: {error}", 200)
            problems.append(say("functions.not_loaded", source=source, reason=reason))
            continue
        if isinstance(loaded, Function):
            found.append(_Found(name=loaded.name, source=source, tool=loaded))
        else:
            log.warning("function_not_loaded", source=source)
            problems.append(say("functions.no_function", source=source))
    return found, problems


def _points(problems: list[str]) -> Sequence[EntryPoint]:
    try:
        return sorted(entry_points(group=GROUP), key=lambda point: (point.value, point.name))
    except Exception as error:  # one package with a broken description breaks the whole search
        log.warning("packages_unreadable", exc_info=error)
        problems.append(say("functions.packages_unreadable", reason=type(error).__name__))
        return []


def _without_clashes(found: Iterable[_Found]) -> tuple[dict[str, Tool], list[str]]:
    """A name that several claim belongs to none of them: the wrong one would be called."""
    claims: defaultdict[str, list[_Found]] = defaultdict(list)
    for each in found:
        claims[each.name].append(each)
    tools: dict[str, Tool] = {}
    problems: list[str] = []
    for name, claiming in claims.items():
        sources = ", ".join(each.source for each in claiming)
        if name in TOOLS:
            problems.append(say("functions.name_taken", name=name, sources=sources))
        elif len(claiming) > 1:
            problems.append(say("functions.name_twice", name=name, sources=sources))
        else:
            tools[name] = claiming[0].tool
            continue
        log.warning("function_left_out", name=name, sources=sources)
    return tools, problems
