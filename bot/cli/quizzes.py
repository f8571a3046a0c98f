"""`docent quizzes`: the commands and their options."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.inside import Limit
from bot.cli.options import AsJson, Home
from bot.settings import Settings
from bot.strings import say

app = typer.Typer(name="quizzes", help=say("quizzes.help"), no_args_is_help=True)

Workspace = Annotated[
    str | None, typer.Option("--workspace", metavar="ID", help=say("looking.workspace_help"))
]


@app.command("list", help=say("quizzes.list_help"))
def list_all(
    *, limit: Limit = 20, workspace: Workspace = None, as_json: AsJson = False, home: Home = None
) -> None:
    """Newest first."""
    from bot.cli import quiz_pages as pages  # noqa: PLC0415 - the store loads only where it is read

    database = Settings.beside(home=home).database_path
    pages.show_all(database, limit=limit, workspace=workspace, json=as_json)


@app.command(help=say("quizzes.show_help"))
def show(
    quiz_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    *,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """How one went, without names."""
    from bot.cli import quiz_pages as pages  # noqa: PLC0415

    pages.show(Settings.beside(home=home).database_path, quiz_id, json=as_json)


@app.command(help=say("quizzes.export_help"))
def export(
    quiz_id: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None,
    *,
    workspace: Workspace = None,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help=say("quizzes.since_help")),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="PATH", help=say("quizzes.output_help"))
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help=say("quizzes.bom_help"))] = False,
    home: Home = None,
) -> None:
    """The results of one quiz, or of a workspace, as CSV."""
    from bot.cli import quiz_csv  # noqa: PLC0415
    from bot.quiz.seen import Quizzes  # noqa: PLC0415

    if (quiz_id is None) == (workspace is None):
        raise typer.BadParameter(say("quizzes.which"))
    if since is not None and workspace is None:
        raise typer.BadParameter(say("quizzes.since_what"))
    found = Quizzes(Settings.beside(home=home).database_path)
    if quiz_id is not None:
        results = iter(found.results_of(quiz_id))
    else:
        day = None if since is None else since.replace(tzinfo=UTC)
        results = found.results_in(workspace or "", day)
    quiz_csv.write(results, output, bom=bom)
