"""`docent assistants`: the commands and their options."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import assistant_options as options
from bot.cli.options import AsJson, Home
from bot.strings import say

app = typer.Typer(name="assistants", help=say("assistants.help"), no_args_is_help=True)


@app.command(help=say("assistants.create_help"))
def create(
    *,
    template: options.Template = None,
    name: options.Name = None,
    description: options.Description = None,
    instructions: options.Instructions = None,
    instructions_file: options.InstructionsFile = None,
    model: options.Model = None,
    temperature: options.Temperature = None,
    top_p: options.TopP = None,
    max_output_tokens: options.MaxOutputTokens = None,
    max_prompt_tokens: options.MaxPromptTokens = None,
    tools_file: options.ToolsFile = None,
    add_tool: options.AddTool = None,
    remove_tool: options.RemoveTool = None,
    tool_resources_file: options.ResourcesFile = None,
    metadata: options.Metadata = None,
    response_format: options.ResponseFormat = None,
    tool_choice: options.ToolChoice = None,
    truncation: options.Truncation = None,
    parallel_tool_calls: options.Parallel = None,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """A new assistant."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415 - only what is used is loaded
    from bot.cli.assistant_wishes import wished  # noqa: PLC0415

    wishes = wished(
        plain={
            "name": name,
            "description": description,
            "model": model,
            "temperature": temperature,
            "top_p": top_p,
            "max_output_tokens": max_output_tokens,
            "max_prompt_tokens": max_prompt_tokens,
            "parallel_tool_calls": parallel_tool_calls,
        },
        instructions=instructions,
        instructions_file=instructions_file,
        tools_file=tools_file,
        resources_file=tool_resources_file,
        response_format=response_format,
        tool_choice=tool_choice,
        truncation=truncation,
        metadata=metadata,
        add_tools=add_tool,
        remove_tools=remove_tool,
    )
    Desk(home, workspace, as_json=as_json).create(template, wishes)


@app.command("list", help=say("assistants.list_help"))
def list_all(
    *,
    deleted: Annotated[
        bool, typer.Option("--deleted", help=say("assistants.deleted_help"))
    ] = False,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Oldest first."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415

    Desk(home, workspace, as_json=as_json).list_all(deleted=deleted)


Version = Annotated[
    int | None, typer.Option("--version", min=1, help=say("assistants.version_help"))
]


@app.command(help=say("assistants.show_help"))
def show(
    assistant_id: options.Id,
    *,
    version: Version = None,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """One assistant, without its secrets."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415

    Desk(home, workspace, as_json=as_json).show(assistant_id, version)


@app.command(help=say("assistants.update_help"))
def update(
    assistant_id: options.Id,
    *,
    name: options.Name = None,
    description: options.Description = None,
    instructions: options.Instructions = None,
    instructions_file: options.InstructionsFile = None,
    model: options.Model = None,
    temperature: options.Temperature = None,
    top_p: options.TopP = None,
    max_output_tokens: options.MaxOutputTokens = None,
    max_prompt_tokens: options.MaxPromptTokens = None,
    tools_file: options.ToolsFile = None,
    add_tool: options.AddTool = None,
    remove_tool: options.RemoveTool = None,
    tool_resources_file: options.ResourcesFile = None,
    metadata: options.Metadata = None,
    response_format: options.ResponseFormat = None,
    tool_choice: options.ToolChoice = None,
    truncation: options.Truncation = None,
    parallel_tool_calls: options.Parallel = None,
    clear: options.Clear = None,
    if_version: options.IfVersion = None,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """The next version of an assistant."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415
    from bot.cli.assistant_wishes import wished  # noqa: PLC0415

    wishes = wished(
        plain={
            "name": name,
            "description": description,
            "model": model,
            "temperature": temperature,
            "top_p": top_p,
            "max_output_tokens": max_output_tokens,
            "max_prompt_tokens": max_prompt_tokens,
            "parallel_tool_calls": parallel_tool_calls,
        },
        instructions=instructions,
        instructions_file=instructions_file,
        tools_file=tools_file,
        resources_file=tool_resources_file,
        response_format=response_format,
        tool_choice=tool_choice,
        truncation=truncation,
        metadata=metadata,
        add_tools=add_tool,
        remove_tools=remove_tool,
        clear=clear,
    )
    Desk(home, workspace, as_json=as_json).update(assistant_id, wishes, if_version)


@app.command(help=say("assistants.delete_help"))
def delete(
    assistant_id: options.Id,
    *,
    if_version: options.IfVersion = None,
    workspace: options.Workspace = None,
    home: Home = None,
) -> None:
    """It answers nowhere any more."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415

    Desk(home, workspace, as_json=False).delete(assistant_id, if_version)


@app.command(help=say("assistants.history_help"))
def history(
    assistant_id: options.Id,
    *,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Oldest first."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415

    Desk(home, workspace, as_json=as_json).history(assistant_id)


@app.command("import", help=say("assistants.import_help"))
def import_from(
    file: Annotated[Path, typer.Argument(help=say("assistants.file_help"))],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help=say("assistants.replace_help"))
    ] = False,
    model: Annotated[
        str | None, typer.Option("--model", help=say("assistants.import_model_help"))
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=say("assistants.dry_run_help"))
    ] = False,
    workspace: options.Workspace = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """The exit code is 1 if one of them was refused."""
    from bot.cli.assistant_imports import import_all  # noqa: PLC0415

    good = import_all(
        file,
        home=home,
        workspace=workspace,
        replacing=replace,
        model=model,
        dry=dry_run,
        json=as_json,
    )
    raise typer.Exit(0 if good else 1)


@app.command(help=say("assistants.export_help"))
def export(
    assistant_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    *,
    version: Version = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="PATH", help=say("assistants.output_help"))
    ] = None,
    workspace: options.Workspace = None,
    home: Home = None,
) -> None:
    """One as an object, several or all as a list page."""
    from bot.cli.assistant_acts import Desk  # noqa: PLC0415

    Desk(home, workspace, as_json=True).export(assistant_ids or [], version, output)
