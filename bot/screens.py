"""What adapters may read: each screen over one consistent state."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.acts import audit
from bot.acts.answering import MAX_DESCRIPTION, MAX_NAME, Answering, answering, line_of
from bot.acts.lending import lenders
from bot.acts.office import Office
from bot.adapter import (
    AskAssistants,
    AskManners,
    AskSettings,
    AssistantOption,
    AssistantOptions,
    AuditLine,
    Inspect,
    Inspection,
    Manners,
    Screen,
    ScreenRequest,
    SettingField,
    SettingsScreen,
)
from bot.assistants import DEFAULT_ID
from bot.commands import Right
from bot.events import PlaceRef
from bot.inspection import inspect
from bot.place_settings import FOLLOW_UPS, PLACE_SETTINGS, PlaceSetting, one_of
from bot.registry import naming
from bot.registry.choices import ASSISTANT
from bot.store import places
from bot.store.choosing import Usable
from bot.store.database import Tx
from bot.store.places import Level
from bot.strings import say

PATIENCE = 0.5
"""Seconds that a platform may take to say what a person is, where the screen can do without."""
MOST_OPTIONS = 25
"""Discord: choices of an autocomplete, and options of a select."""


async def read(office: Office, ask: ScreenRequest) -> Screen:
    """Raises StoreError, and TimeoutError where the platform is too slow."""
    match ask:
        case Inspect():
            return await _inspected(office, ask)
        case AskManners():
            return await office.store.read(_manners, ask.place)
        case AskAssistants():
            shared = await lenders(office, ask.place, ask.person)
            return _options(await office.store.read(answering, ask.place, shared), ask.typed)
        case AskSettings():
            return await _settings(office, ask)


async def _inspected(office: Office, ask: Inspect) -> Inspection:
    """Nobody is asked what the person is where that makes no difference, and a platform that is too
    slow to say so makes them a learner."""
    theirs, whole = await office.store.read(inspect, ask.place, ask.person)
    if theirs == whole:
        return whole
    try:
        async with asyncio.timeout(PATIENCE):
            right = await office.roster.right(ask.person, ask.place)
    except TimeoutError:
        return theirs
    return whole if right >= Right.INSTRUCTOR else theirs


def _manners(tx: Tx, place: PlaceRef) -> Manners:
    settings = places.settings_of(tx, [place])[place.id]
    match one_of(settings, FOLLOW_UPS):
        case "always":
            return Manners(follow_ups="always")
        case "never":
            return Manners(follow_ups="never")
        case _:
            return Manners(follow_ups="alone")


def _options(seen: Answering, typed: str) -> AssistantOptions:
    found = naming.matching(seen.usable, typed, MOST_OPTIONS)
    return AssistantOptions(options=tuple(map(_option, found)), answering=seen.answers.id)


def _option(one: Usable) -> AssistantOption:
    return AssistantOption(
        id=one.id,
        name=_name(one),
        description=line_of(one.description, MAX_DESCRIPTION),
    )


def _name(one: Usable) -> str:
    return line_of(one.name, MAX_NAME) or one.id


async def _settings(office: Office, ask: AskSettings) -> SettingsScreen:
    right = await office.roster.right(ask.person, ask.place)
    if right < Right.INSTRUCTOR:
        return SettingsScreen(fields=(), may_change=False)
    shared = await lenders(office, ask.place, ask.person)

    def look(tx: Tx) -> SettingsScreen:
        lines: tuple[AuditLine, ...] = ()
        if right == Right.ADMIN:
            lines = audit.lines(tx, ask.place.workspace)
        seen = answering(tx, ask.place, shared)
        fields = _fields(seen, right, whole=ask.level == "workspace")
        return SettingsScreen(
            fields=fields,
            may_change=any(field.may_change for field in fields),
            audit=lines,
        )

    return await office.store.read(look)


def _fields(seen: Answering, right: Right, *, whole: bool) -> tuple[SettingField, ...]:
    """What is set for the channel or the workspace, and what it would inherit without that."""
    place = seen.place
    at = place.workspace if whole else place.channel_id
    here = next((level for level in seen.levels if level.id == at), Level(id=at))
    above = [level for level in seen.levels if level.id == place.workspace and not whole]
    inherited = places.decided(above)
    fields = [
        replace(
            _field(setting, here, setting.shown(inherited.settings.get(name, setting.default))),
            may_change=right >= setting.right(whole=whole),
        )
        for name, setting in PLACE_SETTINGS.items()
        if whole or not setting.only_workspace
    ]
    assistant = replace(_assistant_field(seen, here, above), may_change=right == Right.ADMIN)
    return (assistant, *fields)


def _assistant_field(seen: Answering, here: Level, above: Sequence[Level]) -> SettingField:
    inherited = places.decided(above).assistant_id or DEFAULT_ID
    # The one that is set must be among them, however many newer ones there are.
    offered = sorted(seen.usable, key=lambda one: one.id != here.assistant_id)[:MOST_OPTIONS]
    return SettingField(
        name=ASSISTANT,
        label=say("choosing.label"),
        help=say("choosing.label_help"),
        value=here.assistant_id,
        inherited=inherited,
        choices=tuple((one.id, _name(one)) for one in offered),
    )


def _field(setting: PlaceSetting, here: Level, inherited: str) -> SettingField:
    value = here.settings.get(setting.name)
    return SettingField(
        name=setting.name,
        label=setting.label,
        help=setting.help,
        value=None if value is None else setting.shown(value),
        inherited=inherited,
        choices=tuple((choice, setting.label_of(choice)) for choice in setting.choices),
        max_length=setting.max_length,
    )
