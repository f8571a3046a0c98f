"""Forms and lists as Discord opens them, and what a form needs out of the clicked message."""

from datetime import datetime

from pydantic import JsonValue

from adapters.discord import custom_ids
from adapters.discord.custom_ids import Pressed
from adapters.discord.escaping import escaped, lines_escaped
from adapters.discord.message import EPHEMERAL, MAX_CONTENT, NOBODY, SUPPRESS_EMBEDS
from adapters.discord.quizzes import progress
from bot.adapter import AssistantOptions
from bot.jsons import Json
from bot.strings import LANGUAGES, say, speaking
from bot.text.cleaning import ELLIPSIS, clean, length, one_line
from bot.text.splitting import split
from bot.views import Field, Form, QuestionId, ShownQuestion

FORM = "form"
REPLY_FORM = "reply-form"
"""Fixed ids: what a form is about is in its first field, so that it outlives a restart."""
MAX_TITLE = 45
MAX_FIELD_LABEL = 45
MAX_TEXT_DISPLAY = 2_000
MAX_INPUT = 4_000
MAX_CHOICES = 25
MAX_CHOICE = 100
"""Characters and numbers of Discord's documentation of components and of autocomplete."""
SHORT, PARAGRAPH = 1, 2
"""How a text field looks."""

_SMALL = "-# "


def question_in(content: str, pressed: Pressed, at: datetime) -> ShownQuestion | None:
    """The open question of a message as it was rendered: between the line that counts it, in
    whatever language, and the small print at the end. None where the message shows none."""
    number, total = pressed.number or 1, pressed.total or 1
    counted = set()
    for language in LANGUAGES:
        with speaking(language):
            counted.add(progress(number, total))
    lines = content.split("\n")
    first = next((index for index, each in enumerate(lines) if each in counted), None)
    if first is None:
        return None
    end = len(lines)
    while lines[end - 1].startswith(_SMALL) and end > first + 1:
        end -= 1
    return ShownQuestion(
        id=QuestionId(pressed.token),
        number=number,
        total=total,
        text="\n".join(lines[first + 1 : end]).strip(),
        closes_at=at,
    )


def form(shown: Form) -> Json:
    """The core's form. Where its only field has a label as long as a question, that is text above
    the field."""
    with speaking(shown.language):
        first, *others = shown.fields
        above = clean(first.label).strip()[:MAX_TEXT_DISPLAY]
        text: list[JsonValue] = []
        label = first.label
        if not others and one_line(above, MAX_FIELD_LABEL) != above:
            text, label = [{"type": 10, "content": above}], say("discord.your_answer")
        fields: list[JsonValue] = [
            _labelled(label, _component(first, custom_ids.first_field(first.name, shown.token))),
            *(_labelled(each.label, _component(each, each.name)) for each in others),
        ]
        return _modal(FORM, shown.title, [*text, *fields])


def reply_form() -> Json:
    written = Field(name=REPLY_FORM, label="", max_length=MAX_INPUT, long=True)
    field = _labelled(say("discord.your_message"), _component(written, REPLY_FORM))
    return _modal(REPLY_FORM, say("discord.reply_title"), [field])


def options(found: AssistantOptions | None) -> Json:
    """Assistants to pick from; none where they could not be read in time."""
    choices: list[JsonValue] = [
        {
            "name": one_line(option.name, MAX_CHOICE) or option.id[:MAX_CHOICE],
            "value": option.id[:MAX_CHOICE],
        }
        for option in (found.options if found else ())[:MAX_CHOICES]
    ]
    return {"type": 8, "data": {"choices": choices}}


def echo(user: int, written: str) -> Json:
    """What somebody wrote in a form, for everybody in the place to see."""
    person = f"<@{user}>"
    room = MAX_CONTENT - length(say("discord.wrote", person=person, text=""), "utf16")
    told = say("discord.wrote", person=person, text=_quoted(written, room))
    data: Json = {"content": told, "allowed_mentions": NOBODY, "flags": SUPPRESS_EMBEDS}
    return {"type": 4, "data": data}


def asked(question: str) -> Json:
    """What somebody asks with a command, for them alone: the answer comes below it."""
    room = MAX_CONTENT - length(say("discord.asked", question=""), "utf16")
    told = say("discord.asked", question=_quoted(question, room))
    flags = SUPPRESS_EMBEDS | EPHEMERAL
    return {"type": 4, "data": {"content": told, "allowed_mentions": NOBODY, "flags": flags}}


def _quoted(written: str, room: int) -> str:
    """As much of it as fits once it is escaped."""
    whole = lines_escaped(escaped(clean(written).strip()))
    parts = split(whole, room - len(ELLIPSIS), "utf16") or [ELLIPSIS]
    return parts[0] if len(parts) == 1 else f"{parts[0]}{ELLIPSIS}"


def _labelled(label: str, component: Json) -> Json:
    return {"type": 18, "label": one_line(label, MAX_FIELD_LABEL) or "…", "component": component}


def _component(field: Field, custom_id: str) -> Json:
    common: Json = {"custom_id": custom_id, "required": field.required}
    if field.choices:
        offered: list[JsonValue] = [
            {
                "label": one_line(label, MAX_CHOICE) or "…",
                "value": value,
                "default": value == field.value,
            }
            for value, label in field.choices[:MAX_CHOICES]
        ]
        return common | {"type": 3, "options": offered}
    most = min(field.max_length, MAX_INPUT)
    style = PARAGRAPH if field.long else SHORT
    written: Json = {"value": field.value[:most]} if field.value else {}
    return common | {"type": 4, "style": style, "max_length": most} | written


def _modal(custom_id: str, title: str, components: list[JsonValue]) -> Json:
    data: Json = {
        "custom_id": custom_id,
        "title": one_line(title, MAX_TITLE),
        "components": components,
    }
    return {"type": 9, "data": data}
