"""View → the blocks of a message, and its text for notifications and screen readers."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from adapters.slack.markup import escaped, markdown, plain_lines
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import one_line
from bot.views import Button, Choice, Notice, Quiz, Reply, ShownQuestion, View

MAX_MARKDOWN = 12_000
"""Characters of all markdown blocks of a message (docs.slack.dev, markdown block)."""
MAX_SECTION = 3_000
"""Characters of a section's text (docs.slack.dev, section block)."""
MAX_BLOCKS = 50
MAX_ELEMENTS = 25
"""Buttons of one actions block."""
MAX_LABEL = 75
"""Characters on a button."""
MAX_CONTEXT = 300
"""Characters of one line of small print; Slack takes more, nobody reads more."""
MAX_STEPS = 10
"""Elements of a context block."""
MAX_TEXT = 3_000
"""Characters of the text beside the blocks; Slack advises to stay below 4,000."""
LONG_CHOICE = 30
"""Characters of a choice that still reads well on a button."""
MANY_CHOICES = 5
"""Choices beyond which their texts read better as a list above letters."""

PRESS, FORM = "press", "form"
"""How the id of a button's action begins: what a press of it does. Behind its number comes the
channel that a private message belongs to."""

_STYLES = {"plain": None, "primary": "primary", "danger": "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as Slack takes it."""

    blocks: tuple[Json, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds a view: the channel it was asked in privately, the name of who shared it."""

    origin: str | None = None
    shared: bool = False
    sharer: str = ""


def rendered(view: View, frame: Frame = Frame(), *, simple: bool = False) -> Rendered:
    """The message that shows the whole view.

    `simple` uses only what Slack has always taken, for where it refuses markdown blocks.
    """
    blocks = _Blocks(simple=simple, origin=frame.origin)
    if frame.origin is not None:
        blocks.marked(say("slack.asked_in", channel=f"<#{frame.origin}>"))
    match view:
        case Reply():
            _reply(blocks, view, frame)
        case Quiz():
            _quiz(blocks, view)
        case Notice():
            blocks.text(_toned(view))
            blocks.buttons(view.actions)
    if not simple and blocks.size > MAX_MARKDOWN:
        return rendered(view, frame, simple=True)
    return Rendered(blocks=tuple(blocks.done()), text=escaped(_spoken(view)[:MAX_TEXT]))


def _reply(blocks: "_Blocks", view: Reply, frame: Frame) -> None:
    if frame.shared:
        blocks.small([say("slack.shared_by", name=frame.sharer or say("slack.somebody"))])
    if view.text.strip():
        blocks.text(view.text)
    elif view.live and not view.steps:
        blocks.small([say("slack.writing")])
    blocks.small(view.steps[-MAX_STEPS:])
    if view.note:
        blocks.text(view.note)
    blocks.buttons(view.actions)


def _quiz(blocks: "_Blocks", view: Quiz) -> None:
    blocks.text(f"**{' '.join(view.title.split())}**")
    for line in view.answered:
        blocks.line(line.text, line.change)
    if view.question is not None:
        _question(blocks, view.question)
    if view.note:
        blocks.text(view.note)


def _question(blocks: "_Blocks", question: ShownQuestion) -> None:
    blocks.small([_progress(question)])
    blocks.text(question.text)
    letters = _as_letters(question.choices)
    if letters:
        blocks.text("\n".join(f"- {one.letter}: {one.text}" for one in question.choices))
    choices = tuple(_choice(choice, letters=letters) for choice in question.choices)
    blocks.buttons((*choices, *question.actions))
    blocks.marked(say("slack.open_until", time=_time(question.closes_at)))


def _as_letters(choices: tuple[Choice, ...]) -> bool:
    return len(choices) > MANY_CHOICES or any(
        len(one.text) > LONG_CHOICE or any(sign in one.text for sign in "\\`*_$[<\n")
        for one in choices
    )


def _choice(choice: Choice, *, letters: bool) -> Button:
    label = choice.letter if letters else f"{choice.letter} {choice.text}"
    return Button(token=choice.token, label=label)


def _progress(question: ShownQuestion) -> str:
    return say("slack.progress", number=question.number, total=question.total)


def _time(at: datetime) -> str:
    """In the reader's own time zone and language, which only their Slack knows."""
    fallback = at.strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def _toned(view: Notice) -> str:
    return f"⚠️ {view.text}" if view.tone == "problem" else view.text


def _spoken(view: View) -> str:
    match view:
        case Reply():
            return plain_lines(view.text) or say("slack.writing")
        case Notice():
            return plain_lines(_toned(view))
        case Quiz():
            return _spoken_quiz(view)


def _spoken_quiz(view: Quiz) -> str:
    if view.question is None:
        return plain_lines(view.title)
    # A form opens from this alone: the question is all that follows the first line.
    return f"{_progress(view.question)}\n{plain_lines(view.question.text)}"


class _Blocks:
    """The blocks of one message, in order."""

    def __init__(self, *, simple: bool, origin: str | None) -> None:
        self.simple = simple
        self._tail = "" if origin is None else f".{origin}"
        self.size = 0
        self._blocks: list[Json] = []
        self._buttons = 0

    def done(self) -> list[Json]:
        return self._blocks[:MAX_BLOCKS]

    def text(self, text: str) -> None:
        if self.simple:
            said = plain_lines(text)
            for start in range(0, len(said), MAX_SECTION):
                self._blocks.append(_section(said[start : start + MAX_SECTION]))
            return
        shown = markdown(text)
        if shown.strip():
            self.size += len(shown)
            self._blocks.append({"type": "markdown", "text": shown})

    def line(self, text: str, button: Button | None) -> None:
        section = _section(plain_lines(text)[:MAX_SECTION] or "…")
        if button is not None:
            section["accessory"] = self._button(button)
        self._blocks.append(section)

    def small(self, lines: tuple[str, ...] | list[str]) -> None:
        elements: list[JsonValue] = [
            _plain(one_line(line, MAX_CONTEXT) or "…") for line in lines if line.strip()
        ]
        if elements:
            self._blocks.append({"type": "context", "elements": elements})

    def marked(self, text: str) -> None:
        """A sentence of ours with Slack's own marks in it."""
        element: Json = {"type": "mrkdwn", "text": text, "verbatim": True}
        self._blocks.append({"type": "context", "elements": [element]})

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


def _section(text: str) -> Json:
    return {"type": "section", "text": _plain(text)}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
