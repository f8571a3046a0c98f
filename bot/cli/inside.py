"""The commands that look inside: threads and runs, listed and shown."""

from typing import Annotated

import typer

from bot.cli.options import AsJson, Home
from bot.settings import Settings
from bot.store.records import RunStatus
from bot.strings import say

MOST = 1_000
"""Rows of one list."""

threads = typer.Typer(name="threads", help=say("looking.threads_help"), no_args_is_help=True)
runs = typer.Typer(name="runs", help=say("looking.runs_help"), no_args_is_help=True)

Limit = Annotated[int, typer.Option("--limit", min=1, max=MOST, help=say("looking.limit_help"))]


@threads.command("list", help=say("looking.threads_list_help"))
def list_threads(
    *,
    limit: Limit = 20,
    workspace: Annotated[
        str | None, typer.Option("--workspace", help=say("looking.workspace_help"))
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Those with the newest activity first."""
    from bot.cli import threads as pages  # noqa: PLC0415 - the store loads only where it is read

    database = Settings.beside(home=home).database_path
    pages.show_all(database, limit=limit, workspace=workspace, json=as_json)


@threads.command("show", help=say("looking.threads_show_help"))
def show_thread(
    thread_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    limit: Limit = 50,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """One thread with its newest messages."""
    from bot.cli import threads as pages  # noqa: PLC0415

    database = Settings.beside(home=home).database_path
    pages.show(database, thread_id, limit=limit, json=as_json)


@runs.command("list", help=say("looking.runs_list_help"))
def list_runs(
    *,
    limit: Limit = 20,
    thread: Annotated[
        str | None, typer.Option("--thread", metavar="ID", help=say("looking.of_thread_help"))
    ] = None,
    status: Annotated[
        RunStatus | None, typer.Option("--status", help=say("looking.in_help"))
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """The newest first."""
    from bot.cli import runs as pages  # noqa: PLC0415

    pages.show_all(
        Settings.beside(home=home).database_path,
        limit=limit,
        thread_id=thread,
        status=status,
        json=as_json,
    )


@runs.command("show", help=say("looking.runs_show_help"))
def show_run(
    run_id: Annotated[str, typer.Argument(metavar="ID")],
    *,
    steps: Annotated[bool, typer.Option("--steps", help=say("looking.steps_help"))] = False,
    follow: Annotated[bool, typer.Option("--follow", help=say("looking.follow_help"))] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """One run."""
    from bot.cli import runs as pages  # noqa: PLC0415

    database = Settings.beside(home=home).database_path
    if not follow:
        pages.show(database, run_id, steps=steps, json=as_json)
        return
    try:
        pages.follow(database, run_id, json=as_json)
    except KeyboardInterrupt:
        raise typer.Exit from None  # whoever looks may stop looking
