"""Which version this is: what the checkout says."""

import tomllib
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def version() -> str:
    """The version in pyproject.toml: Docent runs from its checkout and is not installed."""
    project = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    return str(tomllib.loads(project)["project"]["version"])
