"""What a request gets to see of its thread: the newest whole turns that fit."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.store import items, runs
from bot.store.database import Tx
from bot.store.records import PastItem, Run, Snapshot

TOKEN_BYTES = 3
"""Bytes of JSON for a token, on the safe side: English has about 4, Chinese about 3."""
MAX_PROMPT_TOKENS = 100_000
"""Where an assistant says nothing: fits the models in use, and bounds what one question costs."""
TURNS_AT_ONCE = 20
"""Turns in one query, so that a thread of years is not read for its last hour."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much a request may show; None for all of it."""

    tokens: int | None
    messages: int | None = None

    @classmethod
    def of(cls, assistant: Snapshot) -> "Limit":
        """The assistant's `truncation_strategy` and `max_prompt_tokens`."""
        strategy = assistant.truncation_strategy or {}
        tokens = assistant.max_prompt_tokens or MAX_PROMPT_TOKENS
        match strategy.get("type"):
            case "disabled":
                return cls(None)
            case "last_messages":
                count = strategy.get("last_messages")
                return cls(tokens, count if isinstance(count, int) else None)
            case _:
                return cls(tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The items of the newest turns, the run's own last; `speakers` are all people of the thread
    in the order of their first turn. `tokens` is an estimate."""

    items: tuple[PastItem, ...]
    speakers: tuple[str, ...]
    tokens: int
    is_cut: bool

    @property
    def turns(self) -> int:
        return len({entry.item.run_id for entry in self.items})


def look(tx: Tx, run: Run, limit: Limit) -> History:
    """Whole turns from the newest on, while they fit; the run's own is always there."""
    turns = _turns(tx, run)
    # A try of this round that was cut is no part of it.
    own = [entry for entry in next(turns, []) if entry.item.status != "incomplete"]
    kept, room, is_cut = [own], _spent(limit, own), False
    for turn in turns:
        room = _spent(room, turn)
        if is_cut := not _fits(room):
            break
        kept.append(turn)
    shown = tuple(entry for turn in reversed(kept) for entry in turn)
    return History(
        items=shown,
        speakers=tuple(runs.speakers(tx, run)),
        tokens=_tokens(shown),
        is_cut=is_cut,
    )


def _turns(tx: Tx, run: Run) -> Iterator[list[PastItem]]:
    """One turn after the other, the newest first: that is the run's own."""
    ids = [run.id, *items.replayable(tx, run)]
    for start in range(0, len(ids), TURNS_AT_ONCE):
        entries = items.past(tx, ids[start : start + TURNS_AT_ONCE])
        turns = [list(turn) for _, turn in groupby(entries, lambda entry: entry.item.run_id)]
        yield from reversed(turns)


def _spent(limit: Limit, turn: Sequence[PastItem]) -> Limit:
    """What is left of a limit."""
    messages = sum(entry.item.type == "message" for entry in turn)
    return replace(
        limit,
        tokens=None if limit.tokens is None else limit.tokens - _tokens(turn),
        messages=None if limit.messages is None else limit.messages - messages,
    )


def _fits(left: Limit) -> bool:
    return (left.tokens is None or left.tokens >= 0) and (
        left.messages is None or left.messages >= 0
    )


def _tokens(turn: Iterable[PastItem]) -> int:
    size = sum(len(json.dumps(entry.item.body, ensure_ascii=False).encode()) for entry in turn)
    return size // TOKEN_BYTES
