"""Which version this is, installed or straight from a checkout."""

import tomllib
from importlib import metadata
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def version() -> str:
    """The version that pyproject.toml gives, next to the code or as installed."""
    project = CHECKOUT / "pyproject.toml"
    if project.is_file():
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"])
    return metadata.version("docent")
