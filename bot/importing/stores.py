"""Whether the provider still has the vector stores of what is imported."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.importing.findings import Brought, Finding, Kind, resources
from bot.jsons import Json
from bot.responses import RequestRejected, Responses, TellPerson, TryAgain
from bot.strings import say

PATIENCE = timedelta(seconds=10)
"""For one answer: somebody waits at a terminal."""
MAX_ASKED = 100
"""Stores of one import; what is beyond counts as not checked."""
AT_ONCE = 8

_STORE = re.compile(r"vs_[A-Za-z0-9_-]{1,64}")
_TROUBLE = (TryAgain, TellPerson, RequestRejected)


async def checked(
    brought: Iterable[Brought], *, base_url: str | None, api_key: str
) -> list[Brought]:
    """The same with what the provider said of their stores."""
    several = list(brought)
    named = dict.fromkeys(store for each in several for store in _stores(each.new.body))
    asked = list(named)[:MAX_ASKED]
    if not asked:
        return several
    gate = asyncio.Semaphore(AT_ONCE)
    async with Responses(
        base_url=base_url, api_key=api_key, first_event_timeout=PATIENCE
    ) as responses:
        found = await asyncio.gather(*(_look(responses, store, gate) for store in asked))
    there = dict(zip(asked, found, strict=True))
    return [
        replace(each, findings=(*each.findings, *_told(_stores(each.new.body), there)))
        for each in several
    ]


def _stores(body: Json) -> list[str]:
    return [name for name in resources(body) if _STORE.fullmatch(name)]


async def _look(responses: Responses, store: str, gate: asyncio.Semaphore) -> bool | None:
    """None where the provider does not say."""
    try:
        async with gate:
            return await responses.has_vector_store(store)
    except _TROUBLE:
        return None


def _told(stores: Iterable[str], there: Mapping[str, bool | None]) -> Iterator[Finding]:
    by_state: dict[bool | None, list[str]] = {}
    for store in stores:
        by_state.setdefault(there.get(store), []).append(store)
    for state, key in ((True, "stores_there"), (False, "stores_gone"), (None, "stores_unchecked")):
        if names := by_state.get(state):
            kind: Kind = "kept" if state else "needs_you"
            yield Finding(kind, say(f"import.{key}", names=", ".join(names)))
