"""Forms: fields to write in, and fields to choose from."""

from pydantic import JsonValue

from adapters.slack.blocks import PRESS
from adapters.slack.markup import plain_lines
from bot.jsons import Json
from bot.strings import say, speaking
from bot.text.cleaning import one_line
from bot.views import Field, Form

MAX_TITLE = 24
"""Characters of a form's title and of its buttons (docs.slack.dev, modal)."""
MAX_LABEL = 2_000
"""Characters of a field's label."""
MAX_INPUT = 3_000
"""Characters that a field may take."""
MAX_OPTIONS = 100
MAX_OPTION = 75
"""Characters of what can be chosen (docs.slack.dev, option object)."""
CALLBACK = "form"


def modal(form: Form, metadata: str) -> Json:
    """The form as Slack opens it; its fields come back under their names."""
    with speaking(form.language):
        return {
            "type": "modal",
            "callback_id": CALLBACK,
            "private_metadata": metadata,
            "title": _plain(form.title),
            "submit": _plain(form.submit),
            "close": _plain(say("slack.cancel")),
            "blocks": [
                _block(field, form.title, focus=number == 0)
                for number, field in enumerate(form.fields)
            ],
        }


def _block(field: Field, title: str, *, focus: bool) -> Json:
    label = plain_lines(field.label) or title
    if len(label) > MAX_LABEL:
        above = say("quiz.text_above")
        label = f"{label[: MAX_LABEL - len(above) - 2]}… {above}"
    return {
        "type": "input",
        "block_id": field.name,
        "label": {"type": "plain_text", "text": label, "emoji": False},
        "optional": not field.required,
        "element": (_select(field) if field.choices else _text(field))
        | {"action_id": f"{PRESS}.{field.name}", "focus_on_load": focus},
    }


def _text(field: Field) -> Json:
    most = min(field.max_length, MAX_INPUT)
    element: Json = {"type": "plain_text_input", "multiline": field.long, "max_length": most}
    return element | {"initial_value": field.value[:most]} if field.value else element


def _select(field: Field) -> Json:
    options = {value: _option(value, label) for value, label in field.choices[:MAX_OPTIONS]}
    listed: list[JsonValue] = [*options.values()]
    element: Json = {"type": "static_select", "options": listed}
    chosen = options.get(field.value)
    return element if chosen is None else element | {"initial_option": chosen}


def _option(value: str, label: str) -> Json:
    text = one_line(label, MAX_OPTION) or "…"
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value}


def _plain(text: str) -> Json:
    shown = text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1]}…"
    return {"type": "plain_text", "text": shown, "emoji": False}
