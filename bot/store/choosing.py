"""Writes what is set for places and workspaces, and knows which assistants may be set there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy import bindparam, exists, select, update

from bot.events import PlaceRef, WorkspaceId
from bot.jsons import Json
from bot.store.database import Tx
from bot.store.places import LENT_BY, answers, row_of
from bot.store.tables import assistants, places


@dataclass(frozen=True, slots=True, kw_only=True)
class Usable:
    """An assistant that may be set."""

    id: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """An assistant of another workspace that a person chose for their direct conversation, and
    whether it answers: the person shared that workspace when that was last asked."""

    lender: WorkspaceId
    answers: bool


_USABLE = (
    select(
        assistants.c.id,
        assistants.c.body["name"].as_string().label("name"),
        assistants.c.body["description"].as_string().label("description"),
    )
    .where(answers(assistants.c.workspace_id.in_(bindparam("workspaces", expanding=True))))
    .order_by(assistants.c.created_at.desc(), assistants.c.id)
    .limit(bindparam("most"))
)
_USABLE_ONE = _USABLE.where(assistants.c.id == bindparam("id"))
_LOAN = (
    select(assistants.c.workspace_id, places.c.settings[LENT_BY].as_string().label("lent_by"))
    .join(assistants, assistants.c.id == places.c.assistant_id)
    .where(
        places.c.id == bindparam("id"),
        places.c.workspace_id == bindparam("workspace"),
        assistants.c.workspace_id != bindparam("workspace"),
    )
)


def usable(
    tx: Tx, workspaces: Collection[WorkspaceId], *, most: int, only: str | None = None
) -> list[Usable]:
    """The assistants that places of these workspaces may choose, or the one of them with that id:
    their own and those that are offered to all, the newest first."""
    given = {"workspaces": list(workspaces), "most": most}
    rows = tx.execute(*((_USABLE, given) if only is None else (_USABLE_ONE, given | {"id": only})))
    return [
        Usable(id=row.id, name=row.name or "", description=row.description or "") for row in rows
    ]


def set_assistant(
    tx: Tx,
    workspace: WorkspaceId,
    place: str | None,
    assistant_id: str | None,
    *,
    shared: Collection[WorkspaceId] = (),
) -> bool:
    """From the next run on it answers there; None inherits. Nothing changes where the place is not
    the workspace's, or the assistant is deleted or another workspace's.

    `shared` are other workspaces that lend theirs to this place, which must be a direct one.
    """
    table, here = row_of(workspace, place)
    change = update(table).where(here).values(assistant_id=assistant_id)
    if assistant_id is not None:
        there = assistants.c.workspace_id.in_([workspace, *(shared if place is not None else ())])
        change = change.where(exists().where(assistants.c.id == assistant_id, answers(there)))
    if tx.execute(change).rowcount != 1:
        return False
    if place is not None:
        loan = tx.execute(_LOAN, {"id": place, "workspace": workspace}).one_or_none()
        lend(tx, workspace, place, None if loan is None else WorkspaceId(loan.workspace_id))
    return True


def loan(tx: Tx, ref: PlaceRef) -> Loan | None:
    """What a person borrowed for a direct place from another workspace."""
    row = tx.execute(_LOAN, {"id": ref.id, "workspace": ref.workspace}).one_or_none()
    if row is None:
        return None
    return Loan(lender=WorkspaceId(row.workspace_id), answers=row.lent_by == row.workspace_id)


def lend(tx: Tx, workspace: WorkspaceId, place: str, lender: WorkspaceId | None) -> None:
    """Note from which workspace the place may have its assistant, besides its own."""
    set_values(tx, workspace, place, {LENT_BY: lender})


def set_values(
    tx: Tx, workspace: WorkspaceId, place: str | None, values: Mapping[str, JsonValue]
) -> bool:
    """Set some of the settings; None inherits. False where the place is not the workspace's."""
    table, here = row_of(workspace, place)
    before: Json | None = tx.scalar(select(table.c.settings).where(here))
    if before is None:
        return False
    after = {name: value for name, value in {**before, **values}.items() if value is not None}
    return after == before or (
        tx.execute(update(table).where(here).values(settings=after)).rowcount == 1
    )
