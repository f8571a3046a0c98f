"""Models whose end OpenAI has announced, for assistants that name one.

`announced.csv` is as of 2026-11-22. A provider that says so itself is heard by `docent doctor`.
"""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "announced.csv"
_DATED = re.compile(r"-\d{4}-\d\d-\d\d$")
"""A snapshot of a model: it ends with the model, if not before."""


def announced(model: str) -> date | None:
    """The day from which a model answers no more, if it is known."""
    return _days().get(_DATED.sub("", model))


@cache
def _days() -> dict[str, date]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["model"]: date.fromisoformat(row["day"]) for row in csv.DictReader(file)}
