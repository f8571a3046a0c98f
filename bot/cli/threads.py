"""`docent threads`: which there are, and what was said on one."""

from pathlib import Path

import typer
from rich.table import Table
from rich.text import Text

from bot import objects
from bot.cli.terminal import as_json, console, facts, indented, plain, table, time
from bot.looking import Looking, Message, ThreadLook
from bot.strings import say


def show_all(database: Path, *, limit: int, workspace: str | None, json: bool) -> None:
    """The threads with the newest activity, newest first. Raises OperatorError."""
    seen = Looking(database).threads(limit=limit + 1, workspace=workspace)
    found, more = seen[:limit], len(seen) > limit
    if json:
        listed = objects.listing([objects.thread(one) for one in found], has_more=more)
        typer.echo(as_json(listed))
        return
    if not found:
        typer.echo(say("looking.no_threads"))
        return
    rows = table(
        say("looking.thread"),
        say("looking.last_activity"),
        say("looking.runs"),
        say("looking.newest_run"),
        say("looking.place"),
    )
    for one in found:
        cells = (one.id, time(one.last_activity), str(one.runs), one.status, one.place_id)
        rows.add_row(*map(plain, cells))
    out = console()
    out.print(rows)
    if more:
        out.print(say("looking.more", number=limit), style="dim")


def show(database: Path, thread_id: str, *, limit: int, json: bool) -> None:
    """One thread with its newest messages. Raises OperatorError."""
    look = Looking(database).thread(thread_id, limit=limit)
    if json:
        typer.echo(as_json(objects.thread_with_messages(look)))
        return
    out = console()
    out.print(_facts(look))
    if look.earlier:
        out.print()
        out.print(say("looking.earlier", number=limit), style="dim")
    for message in look.messages:
        out.print()
        out.print(_head(message))
        out.print(indented(message.text))


def _facts(look: ThreadLook) -> Table:
    seen = look.thread
    return facts(
        [
            (say("looking.thread"), seen.id),
            (say("looking.workspace"), seen.workspace_id),
            (say("looking.place"), seen.place_id),
            (say("looking.created"), time(seen.created_at)),
            (say("looking.last_activity"), time(seen.last_activity)),
            (say("looking.runs"), str(seen.runs)),
            (say("looking.newest_run"), seen.status),
        ]
    )


def _head(message: Message) -> Text:
    row = message.row
    words = [message.role, time(row.created_at), message.run_id, message.id]
    if row.status != "completed":
        words.append(row.status)
    return plain("  ".join(words), "bold")
