"""View → JSON for the page: texts as node trees, buttons with their tokens."""

import asyncio

from aiohttp import web
from pydantic import JsonValue

from adapters.web.guard import refusal
from adapters.web.markup import blocks, line
from adapters.web.people import PEOPLE, PLATFORM
from adapters.web.playground import Message
from bot.adapter import Accepted, FieldError, Receipt
from bot.events import PersonRef
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import clean
from bot.views import (
    AnsweredLine,
    Button,
    Choice,
    Field,
    Form,
    Lobby,
    Notice,
    Private,
    Quiz,
    Reply,
    Roll,
    RollLine,
    ShownQuestion,
    View,
)


def body(message: Message) -> Json:
    """What a message says: a person's words or the tutor's view."""
    if message.view is None:
        return {"kind": "person", "text": blocks(message.text)}
    return shown(message.view)


def shown(view: View | Private) -> Json:
    """One view as the page draws it, as a message or as a whisper."""
    match view:
        case Reply():
            return _reply(view)
        case Quiz():
            return _quiz(view)
        case Notice():
            return _notice(view)
        case Lobby():
            return _lobby(view)
        case Roll():
            return _roll(view)


def _notice(view: Notice) -> Json:
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


def _lobby(view: Lobby) -> Json:
    return {
        "kind": "lobby",
        "title": line(view.title),
        "questions": view.questions,
        "started": view.started,
        "finished": view.finished,
        "closes_at": view.closes_at.isoformat(),
        "closed": view.closed,
        "actions": _buttons(view.actions),
        "note": line(view.note),
    }


def _roll(view: Roll) -> Json:
    return {
        "kind": "roll",
        "title": line(view.title),
        "lines": [_roll_line(each) for each in view.lines],
        "actions": _buttons(view.actions),
        "note": line(view.note),
    }


def _roll_line(each: RollLine) -> Json:
    return {"person": _user(each.person), "text": line(each.text)}


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
        "mark": answered.mark,
        "detail": blocks(answered.detail),
        "person": _user(answered.person) if answered.person else None,
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
    return {
        "letter": choice.letter,
        "text": line(choice.text),
        "token": choice.token,
        "chosen": choice.chosen,
    }


def _buttons(buttons: tuple[Button, ...]) -> list[JsonValue]:
    return [_button(button) for button in buttons]


def _button(button: Button) -> Json:
    return {
        "token": button.token,
        "label": button.label,
        "style": button.style,
        "form": button.form,
    }


def form(opened: Form) -> Json:
    """A form as the page opens it."""
    return {
        "token": opened.token,
        "title": clean(opened.title),
        "submit": opened.submit,
        "fields": [_field(field) for field in opened.fields],
    }


def _field(field: Field) -> Json:
    choices: list[JsonValue] = [
        {"value": value, "label": clean(label)} for value, label in field.choices
    ]
    return {
        "name": field.name,
        "label": clean(field.label),
        "value": clean(field.value),
        "choices": choices,
        "max_length": field.max_length,
        "long": field.long,
        "required": field.required,
    }


async def answer(receipt: Receipt) -> web.Response:
    """What the page gets for an act."""
    if isinstance(receipt, FieldError):
        return refusal(422, receipt.text, field=receipt.field)
    return web.json_response(await told(receipt))


async def told(receipt: Receipt) -> Json:
    """What the person alone is shown: a view, where it goes, and a form that opens at once.

    The view is drawn beside the event loop: long hostile texts take some 500 ms.
    """
    saved = receipt if isinstance(receipt, Accepted) else Accepted()
    return {
        "private": await asyncio.to_thread(shown, saved.private) if saved.private else None,
        "in_place": saved.in_place,
        "form": form(saved.form) if saved.form else None,
    }
