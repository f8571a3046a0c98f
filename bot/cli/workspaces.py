"""`docent workspaces`: the commands and their options."""

from typing import Annotated

import typer

from bot.cli.inside import Limit
from bot.cli.options import AsJson, Home
from bot.strings import say

ADDITIONAL_INSTRUCTIONS = "additional_instructions"

app = typer.Typer(name="workspaces", help=say("workspaces.help"), no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="WORKSPACE", show_default=False)]


@app.command("list", help=say("workspaces.list_help"))
def list_all(*, as_json: AsJson = False, home: Home = None) -> None:
    """Oldest first."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415 - only what is used is loaded

    acts.list_all(home, json=as_json)


@app.command(help=say("workspaces.show_help"))
def show(workspace: Id, *, limit: Limit = 50, as_json: AsJson = False, home: Home = None) -> None:
    """One workspace and its places."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415

    acts.show(home, workspace, limit=limit, json=as_json)


@app.command("set", help=say("workspaces.set_help"))
def set_for(
    workspace: Id,
    *,
    place: Annotated[
        str | None, typer.Option("--place", metavar="ID", help=say("workspaces.place_help"))
    ] = None,
    assistant: Annotated[
        str | None, typer.Option("--assistant", metavar="ID", help=say("workspaces.assistant_help"))
    ] = None,
    inherit: Annotated[
        bool, typer.Option("--inherit", help=say("workspaces.inherit_help"))
    ] = False,
    additional_instructions: Annotated[
        str | None,
        typer.Option(
            "--additional-instructions",
            metavar="TEXT",
            help=say("workspaces.additional_instructions_help"),
        ),
    ] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(
            "--clear",
            metavar="FIELD",
            help=say("workspaces.clear_help", names=ADDITIONAL_INSTRUCTIONS),
        ),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """In effect with the next run."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415

    fields = set(clear or ())
    if unknown := fields - {ADDITIONAL_INSTRUCTIONS}:
        values = {"name": min(unknown), "names": ADDITIONAL_INSTRUCTIONS}
        raise typer.BadParameter(say("workspaces.no_field", **values))
    if assistant is not None and inherit:
        raise typer.BadParameter(say("workspaces.either_assistant"))
    if additional_instructions is not None and fields:
        raise typer.BadParameter(say("workspaces.either_text"))
    wishes = acts.Wishes(
        assistant=() if assistant is None and not inherit else (assistant,),
        text=() if additional_instructions is None and not fields else (additional_instructions,),
    )
    if wishes.is_empty:
        raise typer.BadParameter(say("workspaces.nothing"))
    acts.change(home, workspace, place, wishes, json=as_json)


@app.command(help=say("workspaces.audit_help"))
def audit(
    *,
    workspace: Annotated[
        str | None, typer.Option("--workspace", metavar="ID", help=say("looking.workspace_help"))
    ] = None,
    limit: Limit = 20,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Newest first."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415

    acts.audit_of(home, workspace, limit=limit, json=as_json)
