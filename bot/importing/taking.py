"""Stores what was brought, each assistant on its own, and says what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.importing.findings import Brought, Finding
from bot.registry import changes
from bot.registry.changes import Editor
from bot.registry.errors import RegistryError
from bot.registry.vault import Vault, without_hidden
from bot.store import assistants
from bot.store.assistants import StoredAssistant
from bot.store.database import Tx
from bot.strings import say

Outcome = Literal["imported", "replaced", "unchanged", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one assistant; `reason` says why it was refused."""

    id: str
    name: str
    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...]


def take(
    tx: Tx,
    editor: Editor,
    brought: Iterable[Brought],
    vault: Vault,
    now: datetime,
    *,
    replacing: bool,
    dry: bool = False,
) -> list[Taken]:
    """One that is refused does not keep the others out. `dry`: everything is decided, nothing is
    stored. `replacing`: one of the same id is changed instead of refused."""
    trial = tx.begin_nested() if dry else None
    taken = [_take(tx, editor, each, vault, now, replacing=replacing) for each in brought]
    if trial is not None:
        trial.rollback()
    return taken


def _take(
    tx: Tx, editor: Editor, brought: Brought, vault: Vault, now: datetime, *, replacing: bool
) -> Taken:
    new, findings = brought.new, brought.findings
    before = None if new.id is None else assistants.find_own(tx, new.id, editor.workspace)
    if before is None:
        body, hidden = without_hidden(new.body)
        new = replace(new, body=body)
        if hidden:
            told = say("import.secrets", names=", ".join(hidden))
            findings = (*findings, Finding("needs_you", told))
    reason = ""
    try:
        store = changes.replace if replacing else changes.create
        after = store(tx, editor, new, vault, now)
    except RegistryError as error:
        reason, after = str(error), None
    return Taken(
        id=new.id or "" if after is None else after.id,
        name=brought.name,
        outcome=_outcome(before, after),
        reason=reason,
        findings=findings,
    )


def _outcome(before: StoredAssistant | None, after: StoredAssistant | None) -> Outcome:
    if after is None:
        return "refused"
    if before is None:
        return "imported"
    return "unchanged" if after == before else "replaced"
