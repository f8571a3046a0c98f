"""What a check says, and what a section of them is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal

from bot.settings import Settings

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`name` says to programs what was checked, `sentence` to people what was found and what to
    do. A warning is what Docent works in spite of."""

    name: str
    state: State
    sentence: str


Section = Callable[[Settings], AsyncIterator[Check]]
"""The checks of one part. It raises nothing: what goes wrong is a check that failed."""
