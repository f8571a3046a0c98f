"""The options of `docent assistants`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.strings import say
from bot.templates import names

Id = Annotated[str, typer.Argument(metavar="ID", show_default=False)]
Workspace = Annotated[
    str | None, typer.Option("--workspace", metavar="ID", help=say("assistants.workspace_help"))
]
Template = Annotated[
    str | None,
    typer.Option("--template", help=say("assistants.template_help", names=", ".join(names()))),
]
Name = Annotated[str | None, typer.Option("--name", help=say("assistants.name_help"))]
Description = Annotated[
    str | None, typer.Option("--description", help=say("assistants.description_help"))
]
Instructions = Annotated[
    str | None, typer.Option("--instructions", help=say("assistants.instructions_help"))
]
InstructionsFile = Annotated[
    Path | None,
    typer.Option(
        "--instructions-file", metavar="PATH", help=say("assistants.instructions_file_help")
    ),
]
Model = Annotated[str | None, typer.Option("--model", help=say("assistants.model_help"))]
Temperature = Annotated[
    float | None, typer.Option("--temperature", help=say("assistants.temperature_help"))
]
TopP = Annotated[float | None, typer.Option("--top-p", help=say("assistants.top_p_help"))]
MaxOutputTokens = Annotated[
    int | None, typer.Option("--max-output-tokens", help=say("assistants.max_output_tokens_help"))
]
MaxPromptTokens = Annotated[
    int | None, typer.Option("--max-prompt-tokens", help=say("assistants.max_prompt_tokens_help"))
]
ToolsFile = Annotated[
    Path | None,
    typer.Option("--tools-file", metavar="PATH", help=say("assistants.tools_file_help")),
]
AddTool = Annotated[
    list[str] | None,
    typer.Option("--add-tool", metavar="NAME", help=say("assistants.add_tool_help")),
]
RemoveTool = Annotated[
    list[str] | None,
    typer.Option("--remove-tool", metavar="NAME", help=say("assistants.remove_tool_help")),
]
ResourcesFile = Annotated[
    Path | None,
    typer.Option(
        "--tool-resources-file", metavar="PATH", help=say("assistants.resources_file_help")
    ),
]
Metadata = Annotated[
    list[str] | None,
    typer.Option("--metadata", metavar="KEY=VALUE", help=say("assistants.metadata_help")),
]
ResponseFormat = Annotated[
    str | None, typer.Option("--response-format", help=say("assistants.response_format_help"))
]
ToolChoice = Annotated[
    str | None, typer.Option("--tool-choice", help=say("assistants.tool_choice_help"))
]
Truncation = Annotated[
    str | None, typer.Option("--truncation", help=say("assistants.truncation_help"))
]
Parallel = Annotated[
    bool | None,
    typer.Option(
        "--parallel-tool-calls/--no-parallel-tool-calls", help=say("assistants.parallel_help")
    ),
]
Clear = Annotated[
    list[str] | None, typer.Option("--clear", metavar="FIELD", help=say("assistants.clear_help"))
]
IfVersion = Annotated[
    int | None, typer.Option("--if-version", min=1, help=say("assistants.if_version_help"))
]
