"""Requests that read a screen of the core, or change what one of them shows."""

import asyncio
from datetime import UTC, datetime

from aiohttp import web

from adapters.web.decode import Settings, Unreadable, change, decoded
from adapters.web.guard import refusal
from adapters.web.handover import SCREEN_SECONDS, Handover
from adapters.web.languages import locale_of
from adapters.web.people import CHANNEL, People, Person, place_of
from adapters.web.render import answer
from adapters.web.screens import assistants, inspection, settings
from bot.adapter import AskAssistants, AskSettings, Door, Inspect
from bot.strings import say

MAX_TYPED = 256
"""Characters; the longest name of an assistant."""


class Asking:
    """The screens of the page."""

    def __init__(self, handover: Handover, door: Door, people: People) -> None:
        self._handover = handover
        self._door = door
        self._people = people

    async def inspect(self, request: web.Request) -> web.Response:
        """The runs behind a place."""
        person, key = await self._where(request)
        try:
            async with asyncio.timeout(SCREEN_SECONDS):
                seen = await self._door.screen(Inspect(place=place_of(key), person=person.ref))
        except TimeoutError:
            return refusal(503, say("web.inspector_late"))
        return web.json_response(inspection(seen))

    async def assistants(self, request: web.Request) -> web.Response:
        """The assistants that a person may choose in a place, by what they have typed."""
        person, key = await self._where(request)
        typed = request.query.get("typed", "")[:MAX_TYPED]
        ask = AskAssistants(place=place_of(key), person=person.ref, typed=typed)
        try:
            async with asyncio.timeout(SCREEN_SECONDS):
                options = await self._door.screen(ask)
        except TimeoutError:
            return refusal(503, say("web.not_read"))
        return web.json_response(assistants(options))

    async def settings(self, request: web.Request) -> web.Response:
        """The settings of the channel or the playground, as far as the person may see them."""
        person = self._person(request)
        match request.query.get("level"):
            case "channel" | "workspace" as level:
                ask = AskSettings(
                    place=place_of(CHANNEL),
                    person=person.ref,
                    level=level,
                    locale=locale_of(request),
                )
            case _:
                raise Unreadable("level")
        try:
            async with asyncio.timeout(SCREEN_SECONDS):
                screen = await self._door.screen(ask)
        except TimeoutError:
            return refusal(503, say("web.not_read"))
        return web.json_response(settings(screen))

    async def save(self, request: web.Request) -> web.Response:
        """Change settings, all that are sent or none. The core decides whether the person may."""
        new = decoded(await request.read(), Settings)
        person = self._people.acting(new.person)
        if person is None:
            raise Unreadable(new.person)
        event = change(new, person, datetime.now(UTC), locale_of(request))
        return await answer(await self._handover.accept(event))

    def _person(self, request: web.Request) -> Person:
        person = self._people.acting(request.query.get("person", ""))
        if person is None:
            raise Unreadable("person")
        return person

    async def _where(self, request: web.Request) -> tuple[Person, str]:
        person, key = self._person(request), request.query.get("place", "")
        await self._handover.readable(person, key)
        return person, key
