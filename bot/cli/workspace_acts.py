"""What `docent workspaces` does on the database, beside a bot that may be running."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.cli import workspace_pages as pages
from bot.cli.assistant_acts import Desk
from bot.cli.assistant_wishes import STDIN, content
from bot.cli.terminal import as_json, console
from bot.cli.workspace_wishes import Wishes
from bot.events import WorkspaceId
from bot.objects import listing
from bot.registry import choices
from bot.registry.errors import RegistryError
from bot.settings import Settings
from bot.store import audit, places, workspaces
from bot.store.database import Tx
from bot.strings import say
from bot.text.cleaning import clean


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
    operators = _operators(home)
    if json:
        listed = listing([pages.place(one) for one in shown], has_more=more)
        page = {**pages.setting(whole), "object": "workspace", "places": listed}
        typer.echo(as_json({**page, "operator_limits": {**operators}}))
        return
    pages.show(whole, shown, operators)
    if more:
        console().print(say("looking.more", number=limit), style="dim")


def change(
    home: Path | None, workspace: str, place: str | None, wishes: Wishes, *, json: bool
) -> None:
    """All that is wished, or nothing."""
    desk = Desk(home, None, as_json=json)
    of, where = _id(workspace), None if place is None else clean(place)
    asked = replace(wishes, text=_text(wishes.text))

    def work(tx: Tx) -> tuple[bool, places.Level | None]:
        values = asked.applied(places.level(tx, of, where), whole=where is None)
        changed = choices.change(tx, desk.editor, of, where, values, now=datetime.now(UTC))
        return changed, places.level(tx, of, where)

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
        out.print(say("looking.more", number=limit), style="dim")


def _operators(home: Path | None) -> dict[str, int | None]:
    """The operator's limits, by the names of the settings that may only lower them."""
    settings = Settings.beside(home=home)
    return {
        "runs_per_minute": settings.docent_runs_per_minute or None,
        "tokens_per_day": settings.docent_tokens_per_day or None,
    }


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
