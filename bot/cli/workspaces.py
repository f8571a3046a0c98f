"""`docent workspaces`: the commands and their options."""

from typing import Annotated

import typer

from bot.cli.inside import Limit
from bot.cli.options import AsJson, Home
from bot.strings import say

app = typer.Typer(name="workspaces", help=say("workspaces.help"), no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="WORKSPACE", show_default=False)]


@app.command("list", help=say("workspaces.list_help"))
def list_all(*, as_json: AsJson = False, home: Home = None) -> None:
    """Oldest first."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415 - only what is used is loaded

    acts.list_all(home, json=as_json)


@app.command(help=say("workspaces.show_help"))
def show(workspace: Id, *, limit: Limit = 50, as_json: AsJson = False, home: Home = None) -> None:
    """One workspace and its places, with all that is set for them."""
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
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help=say("workspaces.values_help")),
    ] = None,
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
        typer.Option("--clear", metavar="NAME", help=say("workspaces.clear_help")),
    ] = None,
    add_instructor: Annotated[
        list[str] | None,
        typer.Option("--add-instructor", metavar="KEY", help=say("workspaces.add_help")),
    ] = None,
    remove_instructor: Annotated[
        list[str] | None,
        typer.Option("--remove-instructor", metavar="KEY", help=say("workspaces.remove_help")),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """In effect with the next run."""
    from bot.cli import workspace_acts as acts  # noqa: PLC0415
    from bot.cli.workspace_wishes import Wishes, pairs  # noqa: PLC0415

    if assistant is not None and inherit:
        raise typer.BadParameter(say("workspaces.either_assistant"))
    wishes = Wishes(
        assistant=() if assistant is None and not inherit else (assistant,),
        values=pairs(values or ()),
        text=additional_instructions,
        clear=frozenset(clear or ()),
        add=tuple(add_instructor or ()),
        remove=frozenset(remove_instructor or ()),
    )
    if wishes.is_empty:
        raise typer.BadParameter(say("workspaces.nothing"))
    if twice := wishes.contradictions:
        raise typer.BadParameter(say("workspaces.either", name=min(twice)))
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
