"""View → JSON for the page: texts as node trees, buttons with their tokens."""

import asyncio
from collections import OrderedDict

from aiohttp import web
from pydantic import JsonValue

from adapters.web.guard import refusal
from adapters.web.markup import blocks, line
from adapters.web.people import CHANNEL, PEOPLE, PLATFORM, is_private, shown_in, thread_key
from adapters.web.playground import Message
from bot.adapter import Accepted, Duplicate, FieldError, Receipt
from bot.events import PersonRef
from bot.jsons import Json
from bot.strings import language, say
from bot.views import AnsweredLine, Button, Choice, Notice, Quiz, Reply, ShownQuestion, View

KEPT_BODIES = 1_000
"""Rendered messages kept in memory, so that a reload of the page does not parse them again."""


class Rendering:
    """Messages as the page gets them; texts are parsed in a thread, beside the event loop."""

    def __init__(self) -> None:
        self._bodies: OrderedDict[tuple[str, str], tuple[int, Json]] = OrderedDict()

    async def message(self, message: Message) -> Json:
        """The whole message, with our own words in the language spoken now.

        Several calls for the same version parse it once or, rarely, twice.
        """
        name = (language(), message.id)
        kept = self._bodies.get(name)
        if kept is None or kept[0] != message.version:
            kept = (message.version, await asyncio.to_thread(body, message))
            self._bodies[name] = kept
            while len(self._bodies) > KEPT_BODIES:
                self._bodies.popitem(last=False)
        self._bodies.move_to_end(name)
        return {
            "id": message.id,
            "seq": message.seq,
            "place": shown_in(message.place),
            "private": is_private(message.place),
            "version": message.version,
            "at": message.at.isoformat(),
            "author": message.author,
            "thread": thread_key(message.id) if message.place == CHANNEL else None,
            "replies": message.replies,
            "body": kept[1],
        }


def body(message: Message) -> Json:
    """What a message says: a person's words or the tutor's view."""
    if message.view is None:
        return {"kind": "person", "text": blocks(message.text)}
    return shown(message.view)


def shown(view: View) -> Json:
    """One view as the page draws it."""
    match view:
        case Reply():
            return _reply(view)
        case Quiz():
            return _quiz(view)
        case Notice():
            return notice(view)


def notice(view: Notice) -> Json:
    """A sentence from Docent itself, also as a whisper."""
    return {
        "kind": "notice",
        "tone": view.tone,
        "text": blocks(view.text),
        "actions": _buttons(view.actions),
    }


def _reply(view: Reply) -> Json:
    return {
        "kind": "reply",
        "text": blocks(view.text),
        "steps": [line(step) for step in view.steps],
        "actions": _buttons(view.actions),
        "live": view.live,
        "note": line(view.note),
        "shared_by": _user(view.shared_by) if view.shared_by else None,
    }


def _user(person: PersonRef) -> str:
    """Whom the page names; nobody for a stranger."""
    return person.user if person.scope == PLATFORM and person.user in PEOPLE else ""


def _quiz(view: Quiz) -> Json:
    return {
        "kind": "quiz",
        "title": line(view.title),
        "answered": [_answered(answered) for answered in view.answered],
        "question": _question(view.question) if view.question else None,
        "note": line(view.note),
    }


def _answered(answered: AnsweredLine) -> Json:
    return {
        "text": line(answered.text),
        "change": _button(answered.change) if answered.change else None,
    }


def _question(question: ShownQuestion) -> Json:
    return {
        "id": question.id,
        "progress": say("web.progress", number=question.number, total=question.total),
        "text": blocks(question.text),
        "choices": [_choice(choice) for choice in question.choices],
        "actions": _buttons(question.actions),
        "closes_at": question.closes_at.isoformat(),
    }


def _choice(choice: Choice) -> Json:
    return {"letter": choice.letter, "text": line(choice.text), "token": choice.token}


def _buttons(buttons: tuple[Button, ...]) -> list[JsonValue]:
    return [_button(button) for button in buttons]


def _button(button: Button) -> Json:
    return {
        "token": button.token,
        "label": button.label,
        "style": button.style,
        "form": button.form,
    }


def answer(receipt: Receipt) -> web.Response:
    """What the page gets for an act."""
    match receipt:
        case Accepted():
            private = notice(receipt.private) if receipt.private else None
            return web.json_response({"private": private})
        case FieldError():
            return refusal(422, receipt.text)
        case Duplicate():
            return web.json_response({"private": None})
