"""The blocks of one message, within what Slack takes."""

from dataclasses import dataclass

from pydantic import JsonValue

from adapters.slack.markup import markdown, unmarked
from bot.jsons import Json
from bot.text.cleaning import one_line
from bot.views import Button

MAX_MARKDOWN = 12_000
"""Characters of all markdown blocks of a message (docs.slack.dev, markdown block)."""
MAX_SECTION = 3_000
"""Characters of a section's text (docs.slack.dev, section block)."""
MAX_HEADER = 150
MAX_BLOCKS = 50
MAX_ELEMENTS = 25
"""Buttons of one actions block."""
MAX_LABEL = 75
"""Characters on a button."""
MAX_CONTEXT = 300
"""Characters of one line of small print; Slack takes more, nobody reads more."""

PRESS, FORM = "press", "form"
"""How the id of a button's action begins: what a press of it does. Behind its number comes the
channel that a private message belongs to."""

_STYLES = {"plain": None, "primary": "primary", "danger": "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as Slack takes it."""

    blocks: tuple[Json, ...]
    text: str


class Blocks:
    """The blocks of one message, in order.

    `simple` ones use only what Slack has always taken, for where it refuses markdown blocks;
    `origin` is the channel that a private message has come from.
    """

    def __init__(self, *, simple: bool, origin: str | None) -> None:
        self.simple = simple
        self._tail = "" if origin is None else f".{origin}"
        self._markdown = 0
        self._blocks: list[Json] = []
        self._buttons = 0

    @property
    def are_too_many(self) -> bool:
        return self._markdown > MAX_MARKDOWN or len(self._blocks) > MAX_BLOCKS

    def done(self) -> tuple[Json, ...]:
        """All of them; where they are too many, texts give way to buttons, the last ones first."""
        over = len(self._blocks) - MAX_BLOCKS
        texts = [
            number
            for number, block in enumerate(self._blocks)
            if block["type"] != "actions" and "accessory" not in block
        ]
        left_out = set(texts[-over:]) if over > 0 else set()
        kept = (block for number, block in enumerate(self._blocks) if number not in left_out)
        return tuple(kept)[:MAX_BLOCKS]

    def title(self, text: str) -> None:
        if self.simple:
            header = _plain(one_line(text, MAX_HEADER) or "…")
            self._blocks.append({"type": "header", "text": header})
        else:
            self.text(f"**{' '.join(text.split())}**")

    def text(self, text: str) -> None:
        """Markdown."""
        if self.simple:
            for piece in unmarked(text, MAX_SECTION):
                if piece.code:
                    self._blocks.append(_section(_mrkdwn(piece.text)))
                else:
                    self.lines(piece.text)
            return
        shown = markdown(text)
        if shown.strip():
            self._markdown += len(shown)
            self._blocks.append({"type": "markdown", "text": shown})

    def line(self, text: str, button: Button | None) -> None:
        """Text as it is, and a button beside it."""
        section = _section(_plain(text[:MAX_SECTION] or "…"))
        if button is not None:
            section["accessory"] = self._button(button)
        self._blocks.append(section)

    def lines(self, text: str) -> None:
        """Text as it is, in the same block as such text above it where that has room."""
        for start in range(0, len(text), MAX_SECTION):
            part = text[start : start + MAX_SECTION]
            above = _open_text(self._blocks[-1]) if self._blocks else None
            if above is not None and len(above) + len(part) < MAX_SECTION:
                self._blocks[-1] = _section(_plain(f"{above}\n{part}"))
            else:
                self._blocks.append(_section(_plain(part)))

    def small(self, lines: tuple[str, ...] | list[str]) -> None:
        elements: list[JsonValue] = [
            _plain(one_line(line, MAX_CONTEXT) or "…") for line in lines if line.strip()
        ]
        if elements:
            self._blocks.append({"type": "context", "elements": elements})

    def marked(self, text: str) -> None:
        """A sentence of ours with Slack's own marks in it."""
        self._blocks.append({"type": "context", "elements": [_mrkdwn(text)]})

    def buttons(self, buttons: tuple[Button, ...]) -> None:
        for start in range(0, len(buttons), MAX_ELEMENTS):
            some = buttons[start : start + MAX_ELEMENTS]
            elements: list[JsonValue] = [self._button(button) for button in some]
            self._blocks.append({"type": "actions", "elements": elements})

    def _button(self, button: Button) -> Json:
        # Slack wants the ids of a message's actions to differ from each other.
        self._buttons += 1
        element: Json = {
            "type": "button",
            "action_id": f"{FORM if button.form else PRESS}.{self._buttons}{self._tail}",
            "value": button.token,
            "text": _plain(one_line(button.label, MAX_LABEL) or "…"),
        }
        style = _STYLES[button.style]
        return element if style is None else element | {"style": style}


def _open_text(block: Json) -> str | None:
    """The text of a section that more plain text can be added to."""
    text = block.get("text")
    if block["type"] != "section" or "accessory" in block or not isinstance(text, dict):
        return None
    return str(text["text"]) if text["type"] == "plain_text" else None


def _section(text: Json) -> Json:
    return {"type": "section", "text": text}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
