"""`docent assistants import`: reads, stores, and says what became of everything."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer
from pydantic import JsonValue

from bot.cli import assistant_pages as pages
from bot.cli.assistant_acts import Desk
from bot.cli.assistant_wishes import content
from bot.cli.terminal import as_json, console
from bot.errors import OperatorError
from bot.importing import findings, reading, taking
from bot.importing.findings import Brought
from bot.importing.reading import Found
from bot.importing.taking import Taken
from bot.strings import say


def import_all(
    file: Path,
    *,
    home: Path | None,
    workspace: str | None,
    replacing: bool,
    model: str | None,
    dry: bool,
    json: bool,
) -> bool:
    """False if one of them was refused. Raises OperatorError, after what was stored is told."""
    desk = Desk(home, workspace, as_json=json)
    found = reading.read(content(file, reading.MAX_BYTES))
    tools, now = desk.tools(), datetime.now(UTC)
    examined = [
        findings.examine(each, model=model, tools=tools, now=now) for each in found.assistants
    ]
    brought = desk.with_stores_checked(examined)
    tell = _print_json if json else _print
    taken: list[Taken] = []
    try:
        for one in _take_each(desk, brought, now, replacing=replacing, dry=dry):
            taken.append(one)  # noqa: PERF402 - those until an error are wanted
    except OperatorError:
        if taken:
            tell(taken, found, dry=dry)
        raise
    tell(taken, found, dry=dry)
    return all(one.outcome != "refused" for one in taken)


def _take_each(
    desk: Desk, brought: Sequence[Brought], now: datetime, *, replacing: bool, dry: bool
) -> Iterator[Taken]:
    """A short transaction for each, so that a bot that runs beside this is never kept waiting."""
    known = desk.read(taking.known, desk.editor, brought)
    settle = desk.read if dry else desk.write
    for each in brought:
        ready = taking.prepare(each, known.get(each.new.id or ""), desk.vault)
        yield settle(taking.take, desk.editor, ready, now, replacing=replacing, dry=dry)


def _print_json(taken: list[Taken], found: Found, *, dry: bool) -> None:
    typer.echo(as_json(_report(taken, found, dry=dry)))


def _print(taken: list[Taken], found: Found, *, dry: bool) -> None:
    out = console()
    out.print(pages.taken(taken))
    pages.note(out, "lost", say("import.threads"))
    if found.more:
        pages.note(out, "needs_you", say("import.more"))
    if found.repeated:
        pages.note(out, "changed", say("import.repeated", number=found.repeated))
    if found.broken:
        pages.note(out, "needs_you", say("import.some_broken", number=found.broken))
    if dry:
        out.print(say("import.dry"))


def _report(taken: list[Taken], found: Found, *, dry: bool) -> dict[str, JsonValue]:
    return {
        "assistants": [asdict(one) | {"findings": _plain(one)} for one in taken],
        "has_more": found.more,
        "unreadable": found.broken,
        "repeated": found.repeated,
        "dry_run": dry,
    }


def _plain(one: Taken) -> list[JsonValue]:
    return [{"kind": found.kind, "sentence": found.sentence} for found in one.findings]
