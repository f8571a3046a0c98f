"""Every way in which the registry changes, each with its new version and its line in the audit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.events import WorkspaceId
from bot.ids import new_id
from bot.jsons import Json
from bot.registry.body import body_of
from bot.registry.errors import MissingError, OutdatedError, RegistryError, TakenError
from bot.registry.templates import DEFAULT_ID
from bot.registry.vault import Vault, redacted
from bot.store import assistants, audit, workspaces
from bot.store.assistants import StoredAssistant
from bot.store.database import Tx
from bot.strings import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who changes something: the operator, or an admin of one workspace, who changes what is
    that workspace's and nothing else. `who` is for the audit."""

    who: str
    workspace: WorkspaceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """An assistant before it is stored; None stands for a new id, and for now."""

    body: Json
    id: str | None = None
    created_at: datetime | None = None
    workspace: WorkspaceId | None = None


def create(tx: Tx, editor: Editor, new: New, vault: Vault, now: datetime) -> StoredAssistant:
    """Raises RegistryError: a bad body, a taken id, a workspace that nobody has seen yet."""
    return store_first(tx, editor, new, vault.sealed(body_of(new.body)), now)


def may_create(tx: Tx, editor: Editor, new: New) -> None:
    """What `create` would refuse whatever the body is. Raises RegistryError."""
    _owner(tx, editor, new)
    if new.id is not None and assistants.find(tx, new.id, None) is not None:
        raise TakenError(new.id)


def store_first(tx: Tx, editor: Editor, new: New, body: Json, now: datetime) -> StoredAssistant:
    """`create` for a body that was checked and sealed before, which takes long for a large one."""
    owner = _owner(tx, editor, new)
    assistant_id = new.id or new_id("asst")
    added = assistants.add(
        tx,
        assistant_id,
        owner,
        body,
        who=editor.who,
        created_at=new.created_at or now,
        now=now,
    )
    if not added:
        raise TakenError(assistant_id)
    stored = _own(tx, editor, assistant_id)
    _note(tx, editor, "created", None, stored, now=now)
    return stored


def update(
    tx: Tx,
    editor: Editor,
    assistant_id: str,
    change: Callable[[Json], Json],
    vault: Vault,
    *,
    now: datetime,
    version: int | None = None,
) -> StoredAssistant:
    """What `change` makes of its body, as the next version; the same body is no new version.

    `change` sees no secrets, only that they are there. `version` is the one that whoever asks has
    seen. Raises RegistryError.
    """
    before = _own(tx, editor, assistant_id)
    if before.deleted_at is not None:
        raise MissingError(assistant_id)
    if version is not None and version != before.version:
        raise OutdatedError(assistant_id, version=before.version, wanted=version)
    given = change(redacted(before.body))
    return _changed(tx, editor, before, given, vault, what="updated", now=now)


def replace(tx: Tx, editor: Editor, new: New, vault: Vault, now: datetime) -> StoredAssistant:
    """The same as `create` where the id is free; else the next version of the one that has it,
    which is there again if it was deleted. Raises RegistryError."""
    before = None if new.id is None else assistants.find_own(tx, new.id, editor.workspace)
    if before is None:
        return create(tx, editor, new, vault, now)
    return _changed(tx, editor, before, new.body, vault, what="replaced", now=now)


def delete(
    tx: Tx, editor: Editor, assistant_id: str, now: datetime, *, version: int | None = None
) -> None:
    """It answers nowhere from the next run on. Raises RegistryError."""
    before = _own(tx, editor, assistant_id)
    if assistant_id == DEFAULT_ID:
        raise RegistryError(say("assistants.default_stays", id=assistant_id))
    if version is not None and version != before.version:
        raise OutdatedError(assistant_id, version=before.version, wanted=version)
    if not assistants.delete(tx, assistant_id, editor.workspace, version=before.version, now=now):
        raise MissingError(assistant_id)
    _note(tx, editor, "deleted", before, None, now=now)


def _changed(
    tx: Tx,
    editor: Editor,
    before: StoredAssistant,
    given: Json,
    vault: Vault,
    *,
    what: str,
    now: datetime,
) -> StoredAssistant:
    body = vault.sealed(body_of(given), before.body)
    return store_next(tx, editor, before, body, what=what, now=now)


def store_next(
    tx: Tx, editor: Editor, before: StoredAssistant, body: Json, *, what: str, now: datetime
) -> StoredAssistant:
    """The next version after `before`, its body checked and sealed. Raises RegistryError."""
    if body == before.body and before.deleted_at is None:
        return before
    changed = assistants.change(
        tx, before.id, editor.workspace, body, version=before.version, who=editor.who, now=now
    )
    if not changed:
        raise OutdatedError(before.id, version=before.version + 1, wanted=before.version)
    after = _own(tx, editor, before.id)
    _note(tx, editor, what, before, after, now=now)
    return after


def _owner(tx: Tx, editor: Editor, new: New) -> WorkspaceId | None:
    owner = new.workspace if editor.workspace is None else editor.workspace
    if owner is not None and not workspaces.is_known(tx, owner):
        raise RegistryError(say("assistants.no_workspace", id=owner))
    return owner


def _own(tx: Tx, editor: Editor, assistant_id: str) -> StoredAssistant:
    stored = assistants.find_own(tx, assistant_id, editor.workspace)
    if stored is None:
        raise MissingError(assistant_id)
    return stored


def _note(
    tx: Tx,
    editor: Editor,
    what: str,
    before: StoredAssistant | None,
    after: StoredAssistant | None,
    *,
    now: datetime,
) -> None:
    """Only what differs: all versions are kept whole elsewhere."""
    old, new = ({} if each is None else each.body for each in (before, after))
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    whose = after or before
    audit.add(
        tx,
        workspace=None if whose is None else whose.workspace,
        who=editor.who,
        what=f"assistant.{what}",
        before=_extract(before, changed),
        after=_extract(after, changed),
        now=now,
    )


def _extract(stored: StoredAssistant | None, names: set[str]) -> Json | None:
    if stored is None:
        return None
    body = redacted(stored.body)
    fields = {name: body[name] for name in sorted(names & body.keys())}
    return {"id": stored.id, "version": stored.version, **fields}
