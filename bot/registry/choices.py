"""Every way in which it changes what is set for a place, each with its line in the audit."""

from collections.abc import Collection, Mapping
from datetime import datetime

from pydantic import JsonValue

from bot.events import WorkspaceId
from bot.jsons import Json
from bot.place_settings import EXTRA_TIME, PLACE_SETTINGS, PlaceSetting, WrongValueError
from bot.quiz import extra_time
from bot.registry.changes import Editor
from bot.registry.errors import MissingError, RegistryError
from bot.store import audit, choosing, places, workspaces
from bot.store.database import Tx
from bot.store.places import Level
from bot.strings import say
from bot.text.visible import shortened

ASSISTANT = "assistant"
"""Beside the names of settings: the id of the assistant that answers."""
MAX_NAME = 60
"""Characters of what is no setting's name, in the sentence that says so."""
_STORED = "assistant_id"


def read(name: str, text: str, *, whole: bool) -> JsonValue:
    """What a person wrote, as the value of a setting of a channel or of a `whole` workspace.

    Raises RegistryError: there is no such setting there, or it cannot have that value.
    """
    setting = _setting(name, whole=whole)
    try:
        return setting.read(text)
    except WrongValueError as error:
        raise RegistryError(
            say("settings_of.wrong", label=setting.label, reason=str(error))
        ) from None


def change(
    tx: Tx,
    editor: Editor,
    workspace: WorkspaceId,
    place: str | None,
    values: Mapping[str, JsonValue],
    *,
    now: datetime,
    shared: Collection[WorkspaceId] = (),
) -> bool:
    """From the next run on all of that is so in the place, or in the whole workspace where none is
    named, extra time at once; None inherits again. Returns whether that changes anything.

    A value is as `read` returns it, or under `ASSISTANT` an id; `shared` are the workspaces that
    lend theirs to a direct place. A place is one that people have written in, or the channel of
    one. Raises RegistryError: there is no such workspace, place, setting or assistant for whoever
    asks; then nothing is changed.
    """
    before = _before(tx, editor, workspace, place, now)
    settings = {name: value for name, value in values.items() if name != ASSISTANT}
    for name in settings:
        _setting(name, whole=place is None)
    old: Json = {name: before.settings.get(name) for name in settings}
    new: Json = {**settings}
    if ASSISTANT in values:
        wanted = values[ASSISTANT]
        assistant_id = None if wanted is None else str(wanted)
        if not choosing.set_assistant(tx, workspace, place, assistant_id, shared=shared):
            raise MissingError(assistant_id or "")
        old, new = old | {_STORED: before.assistant_id}, new | {_STORED: assistant_id}
    choosing.set_values(tx, workspace, place, settings)
    if EXTRA_TIME in settings:
        extra_time.lengthen(tx, workspace)
    return _note(tx, editor, workspace, place, before=old, after=new, now=now)


def _setting(name: str, *, whole: bool) -> PlaceSetting:
    setting = PLACE_SETTINGS.get(name)
    if setting is None:
        raise RegistryError(
            say(
                "settings_of.unknown",
                name=shortened(name, MAX_NAME),
                names=", ".join(PLACE_SETTINGS),
            )
        )
    if setting.only_workspace and not whole:
        raise RegistryError(say("settings_of.whole_only", name=name))
    return setting


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
    """Only what differs."""
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return False
    whose: Json = {"id": place or workspace}
    audit.add(
        tx,
        workspace=workspace,
        who=editor.who,
        what="workspace.updated" if place is None else "place.updated",
        before=whose | {name: before[name] for name in changed},
        after=whose | {name: after[name] for name in changed},
        now=now,
    )
    return True
