"""What `docent workspaces` does on the database, beside a bot that may be running."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.cli import workspace_pages as pages
from bot.cli.assistant_acts import Desk
from bot.cli.assistant_wishes import STDIN, content
from bot.cli.terminal import as_json, console
from bot.events import WorkspaceId
from bot.objects import listing
from bot.registry import choices
from bot.registry.errors import RegistryError
from bot.store import audit, places, workspaces
from bot.store.database import Tx
from bot.strings import say
from bot.text.cleaning import clean


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be set: nothing, or one value, which is None where it shall inherit."""

    assistant: tuple[()] | tuple[str | None]
    text: tuple[()] | tuple[str | None]

    @property
    def is_empty(self) -> bool:
        return not (self.assistant or self.text)


def list_all(home: Path | None, *, json: bool) -> None:
    """Raises OperatorError, as all of these do."""
    found = Desk(home, None, as_json=json).read(_all)
    if json:
        typer.echo(as_json(listing([pages.workspace(*one) for one in found])))
    elif found:
        console().print(pages.listed(found))
    else:
        typer.echo(say("workspaces.none_yet"))


def show(home: Path | None, workspace: str, *, limit: int, json: bool) -> None:
    def look(tx: Tx) -> tuple[places.Level, list[places.SeenPlace]]:
        whole = places.level(tx, _id(workspace), None)
        if whole is None:
            raise RegistryError(say("workspaces.missing", id=workspace))
        return whole, places.seen(tx, _id(workspace))

    whole, seen = Desk(home, None, as_json=json).read(look)
    shown, more = seen[:limit], len(seen) > limit
    if json:
        listed = listing([pages.place(one) for one in shown], has_more=more)
        typer.echo(as_json({**pages.setting(whole), "object": "workspace", "places": listed}))
        return
    pages.show(whole, shown)
    if more:
        console().print(say("looking.more", limit=limit), style="dim")


def change(
    home: Path | None, workspace: str, place: str | None, wishes: Wishes, *, json: bool
) -> None:
    """All that is wished, or nothing."""
    desk = Desk(home, None, as_json=json)
    where = None if place is None else clean(place)
    text = [_text(each) for each in wishes.text]

    def work(tx: Tx) -> tuple[bool, places.Level | None]:
        at = (tx, desk.editor, _id(workspace), where)
        now = datetime.now(UTC)
        changed = [
            choices.set_assistant(*at, each and clean(each), now=now) for each in wishes.assistant
        ]
        changed += [choices.set_additional_instructions(*at, each, now=now) for each in text]
        return any(changed), places.level(tx, _id(workspace), where)

    changed, level = desk.write(work)
    if level is None:
        raise LookupError(where)
    if json:
        kind = "workspace" if where is None else "place"
        typer.echo(as_json({**pages.setting(level), "object": kind}))
    else:
        key = "is_set" if changed else "is_unchanged"
        typer.echo(say(f"workspaces.{key}", id=level.id))


def audit_of(home: Path | None, workspace: str | None, *, limit: int, json: bool) -> None:
    of = None if workspace is None else _id(workspace)
    found = Desk(home, None, as_json=json).read(audit.newest, limit=limit + 1, workspace=of)
    shown, more = found[:limit], len(found) > limit
    if json:
        typer.echo(as_json(listing([pages.entry(one) for one in shown], has_more=more)))
        return
    if not shown:
        typer.echo(say("workspaces.no_changes"))
        return
    out = console()
    out.print(pages.audit(shown))
    if more:
        out.print(say("looking.more", limit=limit), style="dim")


def _all(tx: Tx) -> list[pages.Whole]:
    found = []
    for one in workspaces.seen(tx):
        level = places.level(tx, one.id, None)
        if level is not None:
            found.append((one, level))
    return found


def _id(workspace: str) -> WorkspaceId:
    return WorkspaceId(clean(workspace))  # an argument may be no text at all


def _text(given: str | None) -> str | None:
    if given != STDIN:
        return given
    try:
        return content(STDIN).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        values = {"path": STDIN, "reason": error.reason}
        raise RegistryError(say("assistants.file_syntax", **values)) from None
