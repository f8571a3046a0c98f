"""The page's server: every request checked, every answer JSON or a stream of JSON lines."""

import sqlite3
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from string import Template

from aiohttp import web
from pydantic import JsonValue

from adapters.web.asking import Asking
from adapters.web.decode import (
    MAX_MESSAGE,
    Filled,
    FormAsk,
    NewMessage,
    Press,
    Pressed,
    Request,
    Unreadable,
    click,
    decoded,
    is_order,
    submission,
)
from adapters.web.feed import Feed
from adapters.web.guard import Handler, answer_in_sentences, guard, harden, refusal, too_long
from adapters.web.handover import Handover, NotHere
from adapters.web.languages import described, in_language, locale_of
from adapters.web.people import (
    CHANNEL,
    People,
    Person,
    private_of,
    root_of,
    shown_in,
    thread_key,
)
from adapters.web.playground import Message, Playground
from adapters.web.render import answer, form, told
from adapters.web.rendering import Rendering
from adapters.web.stream import Streams
from bot.adapter import Door, NotSaved
from bot.events import ButtonToken
from bot.strings import language, say
from bot.views import Quiz, ShownQuestion

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request: MAX_MESSAGE characters, each escaped as up to 12 bytes, and some more."""

MAX_SHOWN = 2_000
"""Messages of one place in one answer."""

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
"""Not `mimetypes`: on some machines a registry says that scripts are plain text."""


class Server:
    """The routes of the page, for one run of the adapter."""

    def __init__(
        self, *, playground: Playground, feed: Feed, door: Door, token: str, people: People
    ) -> None:
        self._playground = playground
        self._feed = feed
        self._door = door
        self._token = token
        self._people = people
        self._rendering = Rendering()
        self._streams = Streams(playground, feed, self._rendering)
        self._handover = Handover(playground, feed, door)
        self._asking = Asking(self._handover, door, people)
        self._files = {
            file.name: file.read_bytes()
            for file in files("adapters.web").joinpath("static").iterdir()
            if file.name.rpartition(".")[2] in {*_TYPES, "html"}
        }

    @property
    def handover(self) -> Handover:
        return self._handover

    def app(self, port: int) -> web.Application:
        """The application behind one port of this machine."""
        app = web.Application(
            middlewares=[in_language(), guard(self._token, port), answer_in_sentences],
            client_max_size=MAX_BODY,
        )
        app.on_response_prepare.append(harden)
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/api/page", self._page)
        app.router.add_get("/api/messages", self._handled(self._messages))
        app.router.add_get("/api/inspect", self._handled(self._asking.inspect))
        app.router.add_get("/api/assistants", self._handled(self._asking.assistants))
        app.router.add_get("/api/settings", self._handled(self._asking.settings))
        app.router.add_get("/api/events", self._handled(self._events))
        app.router.add_post("/api/message", self._handled(self._message))
        app.router.add_post("/api/settings", self._handled(self._asking.save))
        app.router.add_post("/api/click", self._handled(self._click))
        app.router.add_post("/api/form", self._handled(self._form))
        app.router.add_post("/api/submit", self._handled(self._submit))
        return app

    def _handled(self, handler: Handler) -> Handler:
        """Turn what can go wrong into a sentence and a status the page acts on."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except Unreadable:
                return refusal(400, say("web.unreadable"))
            except NotHere:
                return refusal(404, say("web.not_here"))
            except (NotSaved, sqlite3.Error):
                return refusal(503, say("web.not_saved"))

        return handle

    async def _index(self, _: web.Request) -> web.Response:
        page = Template(self._files["index.html"].decode())
        words = {
            "language": language(),
            "token": self._token,
            "title": say("web.title"),
            "no_script": say("web.no_script"),
        }
        text = page.substitute({name: escape(word) for name, word in words.items()})
        return web.Response(text=text, content_type="text/html")

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or name not in self._files:
            raise web.HTTPNotFound
        return web.Response(body=self._files[name], content_type=kind, charset="utf-8")

    async def _page(self, _: web.Request) -> web.Response:
        return web.json_response(described(self._people))

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._person(request.query.get("person", ""))
        key = request.query.get("place", "")
        await self._handover.readable(person, key)
        limit = _number(request.query.get("limit", ""), most=MAX_SHOWN)
        places = (key, private_of(person.user, key))
        newest = [*await self._playground.newest(places, limit + 1)]
        earlier = len(newest) > limit
        messages = newest[1:] if earlier else newest
        root = await self._playground.message(root_of(key) or "")
        if root is not None and root.accepted:
            messages = [root, *messages]
        shown: list[JsonValue] = [await self._rendering.message(one) for one in messages]
        return web.json_response({"place": key, "messages": shown, "earlier": earlier})

    async def _message(self, request: web.Request) -> web.Response:
        new = decoded(await request.read(), NewMessage)
        if len(new.text) > MAX_MESSAGE:
            return too_long()
        hear = self._handover.obey if is_order(new.text) else self._handover.say
        message, receipt = await hear(self._acting(new), new, locale_of(request))
        return web.json_response(
            {
                "message": await self._rendering.message(message) if message else None,
                "asked": message is None or message.asked,
                **await told(receipt),
            }
        )

    async def _click(self, request: web.Request) -> web.Response:
        press = decoded(await request.read(), Press)
        person = self._acting(press)
        place = await self._pressed_place(person, press)
        event = click(press, person, place, datetime.now(UTC), locale_of(request))
        return await answer(await self._handover.accept(event))

    async def _form(self, request: web.Request) -> web.Response:
        ask = decoded(await request.read(), FormAsk)
        person = self._acting(ask)
        question: ShownQuestion | None = None
        if ask.message is None:
            await self._handover.writable(person, ask.place or "")
        else:
            message = await self._clicked(person, ask.message)
            if isinstance(view := message.view, Quiz) and not ask.whisper:
                question = view.question
                if question is None or ask.token not in {one.token for one in question.actions}:
                    return refusal(409, say("web.moved_on"))
        opened = self._door.form(ButtonToken(ask.token), question)
        if opened is None:
            return refusal(409, say("web.moved_on"))
        return web.json_response(form(opened))

    async def _submit(self, request: web.Request) -> web.Response:
        filled = decoded(await request.read(), Filled)
        if sum(len(value) for value in filled.values.values()) > MAX_MESSAGE:
            return too_long()
        person = self._acting(filled)
        place = await self._pressed_place(person, filled)
        event = submission(filled, person, place, datetime.now(UTC), locale_of(request))
        return await answer(await self._handover.accept(event))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        person = self._person(request.query.get("person", ""))
        return await self._streams.serve(request, person)

    def _acting(self, ask: Request) -> Person:
        return self._person(ask.person)

    def _person(self, user: str) -> Person:
        person = self._people.acting(user)
        if person is None:
            raise Unreadable(user)
        return person

    async def _clicked(self, person: Person, message_id: str) -> Message:
        message = await self._playground.message(message_id)
        if message is None:
            raise NotHere(message_id)
        await self._handover.readable(person, message.place)
        return message

    async def _pressed_place(self, person: Person, pressed: Pressed) -> str:
        """Where what was pressed is shown, also if it was deleted while the person pressed."""
        if pressed.message is not None:
            return await self._clicked_place(person, pressed.message)
        place = pressed.place or ""
        await self._handover.writable(person, place)
        return place

    async def _clicked_place(self, person: Person, message_id: str) -> str:
        place = await self._playground.place_of(message_id)
        if place is None:
            raise NotHere(message_id)
        await self._handover.readable(person, place)
        return thread_key(message_id) if place == CHANNEL else shown_in(place)


def _number(text: str, *, most: int) -> int:
    return max(1, min(int(text), most)) if text.isdecimal() and len(text) < 6 else 100
