"""What the simulated workspace holds: people, channels, messages, forms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.slack.rules import buttons

TEAM, BOT, BOT_ID = "T1", "UBOT", "BBOT"
PING = re.compile(r"<(?:!(?:channel|here|everyone|subteam)[^>]*|@[UW][A-Z0-9]+[^>]*)>")


@dataclass(slots=True, eq=False)
class Message:
    """One message as people see it; one for a person alone has that person in `only`."""

    channel: str
    ts: str
    user: str
    text: str
    thread: str | None = None
    blocks: list[JsonValue] = field(default_factory=list)
    metadata: Json | None = None
    bot: bool = False
    only: str | None = None
    edits: int = 0
    deleted: bool = False

    def change(self, arguments: Json) -> None:
        """Show another content."""
        self.text = str(arguments.get("text") or "")
        self.blocks = blocks_of(arguments)
        self.edits += 1

    @property
    def shown(self) -> str:
        """All words on the screen, as Slack shows escaped signs."""
        return "\n".join(_words(self.blocks)) if self.blocks else _decoded(self.text)

    @property
    def buttons(self) -> list[Json]:
        return buttons(self.blocks)

    @property
    def labels(self) -> list[str]:
        return [label_of(button) for button in self.buttons]

    @property
    def pings(self) -> list[str]:
        """Whom the message would notify; plain text elements ping nobody."""
        live = [self.text, *_live(self.blocks)]
        return [ping for text in live for ping in PING.findall(text)]

    @property
    def markdown(self) -> list[str]:
        return [
            str(block["text"])
            for block in self.blocks
            if isinstance(block, dict) and _is_markdown(block)
        ]

    @property
    def small(self) -> list[str]:
        """The words outside markdown blocks."""
        return _words([block for block in self.blocks if not _is_markdown(block)])

    def json(self, *, metadata: bool) -> Json:
        """As the histories have it."""
        said: Json = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        if self.thread is not None:
            said["thread_ts"] = self.thread
        if self.bot:
            said["bot_id"] = BOT_ID
        if metadata and self.metadata is not None:
            said["metadata"] = self.metadata
        return said | {"blocks": translated(self.blocks)}


def blocks_of(arguments: Json) -> list[JsonValue]:
    blocks = arguments.get("blocks")
    return [*blocks] if isinstance(blocks, list) else []


def _is_markdown(block: JsonValue) -> bool:
    return isinstance(block, dict) and block["type"] == "markdown"


def label_of(button: Json) -> str:
    text = button["text"]
    return str(text["text"]) if isinstance(text, dict) else ""


def translated(blocks: Sequence[JsonValue]) -> list[JsonValue]:
    """Slack gives markdown blocks back in another form: nobody can read them again."""
    return [
        {"type": "rich_text", "elements": []} if _is_markdown(block) else block for block in blocks
    ]


@dataclass(slots=True)
class WayBack:
    """A response URL: where it leads, and how often it was used. `pressed` is the message with the
    button that brought it."""

    channel: str
    user: str
    pressed: Message | None = None
    uses: int = 0


def _words(blocks: list[JsonValue]) -> list[str]:
    words: list[str] = []
    for block in blocks:
        if isinstance(block, dict):
            words += [_text_of(block.get("text")), *map(_text_of, _elements(block))]
    return [word for word in words if word]


def _elements(block: Json) -> list[JsonValue]:
    elements = block.get("elements")
    return elements if block["type"] == "context" and isinstance(elements, list) else []


def _text_of(value: JsonValue) -> str:
    if isinstance(value, str):
        return _decoded(value)
    if not isinstance(value, dict):
        return ""
    text = str(value["text"])
    return text if value["type"] == "plain_text" else _decoded(text)


def _live(blocks: list[JsonValue]) -> list[str]:
    """The texts in which Slack reads its own marks."""
    found: list[str] = []
    for block in blocks:
        if not isinstance(block, dict):
            continue
        values = [block.get("text"), *_elements(block)]
        found += [value for value in values if isinstance(value, str)]
        found += [
            str(value["text"])
            for value in values
            if isinstance(value, dict) and value["type"] == "mrkdwn"
        ]
    return found


def _decoded(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
