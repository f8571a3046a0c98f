"""Every way in which it changes who answers where, each with its line in the audit."""

from datetime import datetime

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.registry.body import MAX_INSTRUCTIONS
from bot.registry.changes import Editor
from bot.registry.errors import MissingError, RegistryError
from bot.store import audit, places, workspaces
from bot.store.database import Tx
from bot.store.places import ADDITIONAL_INSTRUCTIONS, Level
from bot.strings import say
from bot.text.cleaning import clean


def set_assistant(
    tx: Tx,
    editor: Editor,
    workspace: WorkspaceId,
    place: str | None,
    assistant_id: str | None,
    *,
    now: datetime,
) -> bool:
    """From the next run on it answers in the place, or in the whole workspace where none is named;
    None inherits again. Returns whether that changes anything.

    A place is one that people have written in, or the channel of one. Raises RegistryError: there
    is no such workspace, place or assistant for whoever asks.
    """
    before = _before(tx, editor, workspace, place, now)
    if not places.set_assistant(tx, workspace, place, assistant_id):
        raise MissingError(assistant_id or "")
    return _note(
        tx,
        editor,
        workspace,
        place,
        before={"assistant_id": before.assistant_id},
        after={"assistant_id": assistant_id},
        now=now,
    )


def set_additional_instructions(
    tx: Tx,
    editor: Editor,
    workspace: WorkspaceId,
    place: str | None,
    text: str | None,
    *,
    now: datetime,
) -> bool:
    """From the next run on the model is told that too, whichever assistant answers; an empty text
    adds nothing there, None inherits again. Returns whether that changes anything.

    Raises RegistryError: it is too long, or there is no such workspace or place for whoever asks.
    """
    cleaned = None if text is None else clean(text)
    if cleaned is not None and len(cleaned) > MAX_INSTRUCTIONS:
        raise RegistryError(say("workspaces.too_long", limit=f"{MAX_INSTRUCTIONS:,}"))
    before = _before(tx, editor, workspace, place, now)
    places.set_additional_instructions(tx, workspace, place, cleaned)
    return _note(
        tx,
        editor,
        workspace,
        place,
        before={ADDITIONAL_INSTRUCTIONS: before.additional_instructions},
        after={ADDITIONAL_INSTRUCTIONS: cleaned},
        now=now,
    )


def _before(
    tx: Tx, editor: Editor, workspace: WorkspaceId, place: str | None, now: datetime
) -> Level:
    if editor.workspace not in (None, workspace) or not workspaces.is_known(tx, workspace):
        raise RegistryError(say("workspaces.missing", id=workspace))
    found = places.level(tx, workspace, place)
    if found is None and place is not None:
        places.note_channel(tx, workspace, place, now)
        found = places.level(tx, workspace, place)
    if found is None:
        raise RegistryError(say("workspaces.no_place", place=place, id=workspace))
    return found


def _note(
    tx: Tx,
    editor: Editor,
    workspace: WorkspaceId,
    place: str | None,
    *,
    before: Json,
    after: Json,
    now: datetime,
) -> bool:
    if before == after:
        return False
    whose: Json = {"id": place or workspace}
    audit.add(
        tx,
        workspace=workspace,
        who=editor.who,
        what="workspace.updated" if place is None else "place.updated",
        before=whose | before,
        after=whose | after,
        now=now,
    )
    return True
