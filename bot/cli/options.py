"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

from bot.strings import say

PlaygroundHome = Annotated[
    Path | None, typer.Option("--home", metavar="PATH", help=say("cli.playground_home_help"))
]
# Whether a folder may be read is said by whoever reads it, in a sentence of ours.
Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="PATH", readable=False, help=say("cli.home_help")),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.status_json_help"))]
