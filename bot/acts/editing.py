"""Changes of what is set for a place, as commands, buttons and forms ask for them."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from bot.acts.lending import lenders
from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, FieldError, Receipt
from bot.commands import Right
from bot.events import Change, Click, Order, WorkspaceId
from bot.place_settings import PLACE_SETTINGS
from bot.registry import choices
from bot.registry.changes import Editor
from bot.registry.choices import ASSISTANT
from bot.registry.errors import MissingError, RegistryError
from bot.store import events, places
from bot.store.database import Tx
from bot.strings import say
from bot.text.cleaning import clean
from bot.views import Notice

Where = Literal["place", "channel", "workspace"]


async def once(
    office: Office, event: Order | Click | Change, kind: str, work: Callable[[Tx], Notice]
) -> Receipt:
    """`work` in the transaction that saves the event; what it returns is the private answer.

    Raises StoreError, and what the work raises: then nothing is saved.
    """

    def claimed(tx: Tx) -> Notice | None:
        return work(tx) if events.claim(tx, event.key, kind, event.at) else None

    told = await office.store.write_first(claimed)
    return Duplicate() if told is None else Accepted(private=told)


def apply(
    tx: Tx,
    event: Order | Click | Change,
    where: Where,
    values: Mapping[str, JsonValue],
    *,
    now: datetime,
    shared: Collection[WorkspaceId] = (),
) -> bool:
    """Set values for the event's place itself, for its channel or for its workspace.

    Returns whether that changes anything. Raises RegistryError.
    """
    place = event.place
    places.note(tx, [place], now)
    at = {"place": place.id, "channel": place.channel_id, "workspace": None}[where]
    editor = Editor(who=event.person.key, workspace=place.workspace)
    return choices.change(tx, editor, place.workspace, at, values, now=now, shared=shared)


async def change(office: Office, event: Change) -> Receipt:
    """A form with several settings, all of them or none, by somebody who may change each of them.

    Raises StoreError, and TimeoutError where the platform is too slow.
    """
    right, needed = await office.roster.right(event.person, event.place), _needed(event)
    if right < needed:
        text = say(f"commands.for_{needed.name.lower()}s")
        return Accepted(private=Notice(text=text, tone="problem"))
    try:
        values = _read(event)
        shared = await lenders(office, event.place, event.person)
        return await once(
            office, event, "change", lambda tx: _change(tx, office, event, values, shared)
        )
    except MissingError:
        label, reason = say("choosing.label"), say("choosing.unusable")
        return FieldError(text=say("settings_of.wrong", label=label, reason=reason))
    except RegistryError as error:
        return FieldError(text=str(error))


def _needed(event: Change) -> Right:
    """The right for all of it; the assistant, and what is no setting, is for admins."""
    whole = event.level == "workspace"
    settings = (PLACE_SETTINGS.get(name) for name in event.values)
    rights = [setting.right(whole=whole) if setting else Right.ADMIN for setting in settings]
    return max(rights, default=Right.ADMIN)


def _change(
    tx: Tx,
    office: Office,
    event: Change,
    values: Mapping[str, JsonValue],
    shared: Collection[WorkspaceId],
) -> Notice:
    changed = apply(tx, event, event.level, values, now=office.clock.now(), shared=shared)
    return Notice(text=say("settings_of.saved" if changed else "settings_of.unchanged"))


def _read(event: Change) -> dict[str, JsonValue]:
    """Raises RegistryError."""
    whole = event.level == "workspace"
    return {
        name: text if text is None else _value(name, text, whole=whole)
        for name, text in event.values.items()
    }


def _value(name: str, text: str, *, whole: bool) -> JsonValue:
    return clean(text).strip() if name == ASSISTANT else choices.read(name, text, whole=whole)
