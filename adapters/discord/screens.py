"""Forms and lists as Discord opens them, and what a form needs out of the clicked message."""

from datetime import datetime

from pydantic import JsonValue

from adapters.discord.custom_ids import Pressed
from adapters.discord.escaping import escaped, lines_escaped
from adapters.discord.render import EPHEMERAL, MAX_CONTENT, NOBODY, SUPPRESS_EMBEDS
from bot.adapter import AssistantOptions
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import ELLIPSIS, clean, length, one_line
from bot.text.splitting import split
from bot.views import Form, QuestionId, ShownQuestion

FORM = "form"
REPLY_FORM = "reply-form"
"""Fixed ids: what a form is about is in its input, so that it outlives a restart."""
MAX_TITLE = 45
MAX_FIELD_LABEL = 45
MAX_TEXT_DISPLAY = 2_000
MAX_INPUT = 4_000
MAX_CHOICES = 25
MAX_CHOICE = 100
"""Characters and numbers of Discord's documentation of components and of autocomplete."""

_SMALL = "-# "


def question_in(content: str, pressed: Pressed, at: datetime) -> ShownQuestion:
    """The open question of a message as it was rendered: between its lines in small print."""
    lines = content.split("\n")
    borders = [index for index, each in enumerate(lines) if each.startswith(_SMALL)]
    first, last = [*borders, len(lines), len(lines)][:2]
    return ShownQuestion(
        id=QuestionId(pressed.token),
        number=pressed.number or 1,
        total=pressed.total or 1,
        text="\n".join(lines[first + 1 : last]).strip(),
        closes_at=at,
    )


def form(shown: Form) -> Json:
    """The core's form; its label is the question, which is longer than a field's label may be."""
    above = clean(shown.label).strip()[:MAX_TEXT_DISPLAY]
    text: list[JsonValue] = [{"type": 10, "content": above}] if above else []
    field = _field(shown.token, say("discord.your_answer"), shown.max_length)
    return _modal(FORM, shown.title, [*text, field])


def reply_form() -> Json:
    field = _field(REPLY_FORM, say("discord.your_message"), MAX_INPUT)
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


def _field(custom_id: str, label: str, longest: int) -> Json:
    return {
        "type": 18,
        "label": one_line(label, MAX_FIELD_LABEL),
        "component": {
            "type": 4,
            "custom_id": custom_id,
            "style": 2,
            "max_length": min(longest, MAX_INPUT),
            "required": True,
        },
    }


def _modal(custom_id: str, title: str, components: list[JsonValue]) -> Json:
    data: Json = {
        "custom_id": custom_id,
        "title": one_line(title, MAX_TITLE),
        "components": components,
    }
    return {"type": 9, "data": data}
