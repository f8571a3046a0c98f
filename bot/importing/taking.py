"""Stores what was brought, each assistant on its own, and says what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.importing.findings import Brought, Finding
from bot.jsons import Json
from bot.registry import changes
from bot.registry.body import body_of
from bot.registry.changes import Editor, New
from bot.registry.errors import RegistryError
from bot.registry.vault import Vault, without_hidden
from bot.store import assistants
from bot.store.assistants import StoredAssistant
from bot.store.database import Tx
from bot.strings import say

Outcome = Literal["imported", "replaced", "unchanged", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An assistant whose body is checked and sealed, so that storing it is a matter of a moment.

    `before` is the one of its id; `refusal` says what is wrong with its body, if anything is.
    """

    name: str
    new: New
    body: Json
    before: StoredAssistant | None
    findings: tuple[Finding, ...]
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one assistant; `reason` says why it was refused."""

    id: str
    name: str
    outcome: Outcome
    reason: str
    findings: tuple[Finding, ...]


def known(tx: Tx, editor: Editor, brought: Iterable[Brought]) -> dict[str, StoredAssistant]:
    """Those of the ids that are taken by what the editor may change, deleted ones too."""
    ids = (each.new.id for each in brought if each.new.id is not None)
    found = (assistants.find_own(tx, each, editor.workspace) for each in ids)
    return {one.id: one for one in found if one is not None}


def prepare(brought: Brought, before: StoredAssistant | None, vault: Vault) -> Ready:
    """All that takes long, without a transaction: a bot may be waiting for the next one."""
    new, findings, body, refusal = brought.new, brought.findings, brought.new.body, ""
    if before is None:
        body, hidden = without_hidden(body)
        if hidden:
            told = say("import.secrets", names=", ".join(hidden))
            findings = (*findings, Finding("needs_you", told))
    try:
        body = vault.sealed(body_of(body), None if before is None else before.body)
    except RegistryError as error:
        refusal = str(error)
    return Ready(
        name=brought.name, new=new, body=body, before=before, findings=findings, refusal=refusal
    )


def take(
    tx: Tx, editor: Editor, ready: Ready, now: datetime, *, replacing: bool, dry: bool = False
) -> Taken:
    """Store one. `dry`: everything is decided and nothing written. `replacing`: one of the same id
    is changed instead of refused."""
    outcome: Outcome = "refused"
    assistant_id, reason = ready.new.id or "", ready.refusal
    if not reason:
        try:
            if ready.before is None or not replacing:
                assistant_id, outcome = _first(tx, editor, ready, now, dry=dry), "imported"
            else:
                outcome = _next(tx, editor, ready, ready.before, now, dry=dry)
        except RegistryError as error:
            reason = str(error)
    return Taken(
        id=assistant_id,
        name=ready.name,
        outcome=outcome,
        reason=reason,
        findings=ready.findings,
    )


def _first(tx: Tx, editor: Editor, ready: Ready, now: datetime, *, dry: bool) -> str:
    """Its id, empty where it would only be made."""
    if dry:
        changes.may_create(tx, editor, ready.new)
        return ready.new.id or ""
    return changes.store_first(tx, editor, ready.new, ready.body, now).id


def _next(
    tx: Tx, editor: Editor, ready: Ready, before: StoredAssistant, now: datetime, *, dry: bool
) -> Outcome:
    if ready.body == before.body and before.deleted_at is None:
        return "unchanged"
    if not dry:
        changes.store_next(tx, editor, before, ready.body, what="replaced", now=now)
    return "replaced"
