"""Forms: one question and one field."""

from adapters.slack.markup import plain_lines
from adapters.slack.render import PRESS
from bot.jsons import Json
from bot.strings import say
from bot.views import Form

MAX_TITLE = 24
"""Characters of a form's title and of its buttons (docs.slack.dev, modal)."""
MAX_LABEL = 2_000
"""Characters of a field's label."""
MAX_INPUT = 3_000
"""Characters that a field may take."""
FIELD = "answer"
CALLBACK = "form"


def modal(form: Form, metadata: str) -> Json:
    """The form as Slack opens it."""
    label = plain_lines(form.label) or form.title
    if len(label) > MAX_LABEL:
        above = say("quiz.text_above")
        label = f"{label[: MAX_LABEL - len(above) - 2]}… {above}"
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": metadata,
        "title": _plain(form.title),
        "submit": _plain(form.submit),
        "close": _plain(say("slack.cancel")),
        "blocks": [
            {
                "type": "input",
                "block_id": FIELD,
                "label": {"type": "plain_text", "text": label, "emoji": False},
                "element": {
                    "type": "plain_text_input",
                    "action_id": f"{PRESS}.{FIELD}",
                    "multiline": True,
                    "focus_on_load": True,
                    "max_length": min(form.max_length, MAX_INPUT),
                },
            }
        ],
    }


def _plain(text: str) -> Json:
    shown = text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1]}…"
    return {"type": "plain_text", "text": shown, "emoji": False}
