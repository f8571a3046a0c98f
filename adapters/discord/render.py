"""View → a message as Discord takes it: text and rows of buttons, and a file where it is long."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from adapters.discord import custom_ids
from adapters.discord.markup import blocks, line
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import length, one_line
from bot.text.math import find
from bot.text.plain import plain
from bot.text.splitting import MIN_LIMIT, split
from bot.views import Button, Choice, Notice, Quiz, Reply, ShownQuestion, SlotId, View

MAX_CONTENT = 2_000
"""Characters of a bot's message (Discord's error 50035; its OpenAPI file says 4,000)."""
MAX_LABEL = 80
"""Characters of a button's label (Discord's documentation of components)."""
SHORT_CHOICE = 34
"""Characters of a label that phones show whole."""
ROW = 5
ROWS = 5
SMALL = 200
"""Characters of a line in small print."""
SUPPRESS_EMBEDS = 1 << 2
"""The message's flag: no previews, so that a reader's client asks no server of a hostile link."""
EPHEMERAL = 1 << 6
STYLES = {"primary": 1, "plain": 2, "danger": 4}
NOBODY: Json = {"parse": []}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is sent; `whole` is the text as a file where the message holds its beginning only."""

    content: str
    rows: Sequence[Json] = ()
    whole: str | None = None

    @property
    def json(self) -> Json:
        return {
            "content": self.content,
            "components": list(self.rows),
            "allowed_mentions": NOBODY,
            "flags": SUPPRESS_EMBEDS,
        }


def shown(view: View, slot: SlotId | None, *, reply_button: bool = False) -> Shown:
    """One view. With `reply_button` a finished reply gets one, where only mentions are read."""
    match view:
        case Reply():
            return _reply(view, slot, reply_button=reply_button and not view.live)
        case Quiz():
            return _quiz(view, slot)
        case Notice():
            mark = "⚠️ " if view.tone == "problem" else ""
            buttons = [_button(button, slot) for button in view.actions]
            return _fitted([], f"{mark}{blocks(view.text)}", [], view.text, _rows(buttons))


def small(text: str) -> str:
    """One line in small print."""
    return f"-# {line(one_line(text, SMALL))}"


def _reply(view: Reply, slot: SlotId | None, *, reply_button: bool) -> Shown:
    head = [small(step) for step in view.steps]
    if view.shared_by is not None:
        head.insert(0, f"-# {say('discord.shared_by', person=f'<@{view.shared_by.user}>')}")
    text = blocks(view.text)
    if view.live and not text:
        text = f"*{say('discord.writing')}*"
    tail = [small(view.note)] if view.note else []
    buttons = [_button(button, slot) for button in view.actions]
    if reply_button and len(buttons) < ROW * ROWS:
        label = say("discord.reply")
        buttons.append({"type": 2, "style": 2, "label": label, "custom_id": custom_ids.REPLY})
    return _fitted(head, text, tail, view.text, _rows(buttons))


def _quiz(view: Quiz, slot: SlotId | None) -> Shown:
    head = [f"**{line(one_line(view.title, SMALL))}**"] if view.title else []
    head += [f"✓ {line(answered.text)}" for answered in view.answered]
    tail = [small(view.note)] if view.note else []
    changes = [answered.change for answered in view.answered if answered.change is not None]
    buttons = [
        [
            _button(change, slot, label=f"{change.label} {number}" if len(changes) > 1 else "")
            for number, change in enumerate(changes, 1)
        ]
    ]
    if (question := view.question) is None:
        return _fitted(head, "", tail, "", _rows(*buttons))
    head.append(f"-# {say('discord.progress', number=question.number, total=question.total)}")
    tail.insert(0, f"-# {say('discord.open_until', time=_time(question))}")
    lettered = not all(_is_short(choice) for choice in question.choices)
    text = blocks(question.text)
    if lettered:
        lines = (f"**{choice.letter}** {line(choice.text)}" for choice in question.choices)
        text = "\n".join([text, *lines])
    buttons.append([_choice(choice, slot, lettered=lettered) for choice in question.choices])
    buttons.append([_button(button, slot, question=question) for button in question.actions])
    return _fitted(head, text, tail, question.text, _rows(*buttons))


def _time(question: ShownQuestion) -> str:
    """Each reader's own time (Discord's timestamps)."""
    return f"<t:{int(question.closes_at.timestamp())}:f>"


def _is_short(choice: Choice) -> bool:
    """Whether a label can hold it: labels show neither Markdown nor formulas."""
    text = choice.text
    return len(text) <= SHORT_CHOICE and plain(text) == text and not find(text)


def _choice(choice: Choice, slot: SlotId | None, *, lettered: bool) -> Json:
    label = choice.letter if lettered else f"{choice.letter} {choice.text}"
    return _button(Button(token=choice.token, label=label), slot)


def _button(
    button: Button,
    slot: SlotId | None,
    *,
    label: str = "",
    question: ShownQuestion | None = None,
) -> Json:
    if button.form:
        number, total = (question.number, question.total) if question else (1, 1)
        custom_id = custom_ids.form(slot, button.token, number, total)
    else:
        custom_id = custom_ids.button(slot, button.token)
    text = one_line(label or button.label, MAX_LABEL) or "…"
    return {"type": 2, "style": STYLES[button.style], "label": text, "custom_id": custom_id}


def _rows(*groups: Sequence[Json]) -> list[Json]:
    """Each group begins a row, as long as there are rows enough."""
    parted = [row for group in groups for row in _cut(group)]
    if len(parted) > ROWS:
        parted = _cut([button for group in groups for button in group])[:ROWS]
    return [{"type": 1, "components": row} for row in parted]


def _cut(buttons: Sequence[Json]) -> list[list[JsonValue]]:
    return [list(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]


def _fitted(
    head: Sequence[str], text: str, tail: Sequence[str], whole: str, rows: Sequence[Json]
) -> Shown:
    """Escapes and addresses make a text longer: what does not fit is in the file as a whole."""
    content = _joined([*head, text, *tail])
    if length(content, "utf16") <= MAX_CONTENT:
        return Shown(content, rows)
    around = _joined([*head, *tail, small(say("discord.whole_text"))])
    room = MAX_CONTENT - length(around, "utf16") - 1
    if room >= MIN_LIMIT and text:
        part = split(text, room, "utf16")[0]
        content = _joined([*head, part, *tail, small(say("discord.whole_text"))])
        return Shown(content, rows, whole or text)
    part = split(content, MAX_CONTENT, "utf16")[0]
    return Shown(part, rows, content if not whole else f"{whole}\n\n{content}")


def _joined(lines: Sequence[str]) -> str:
    """Never nothing: Discord refuses an empty message (50006)."""
    return "\n".join(filter(None, lines)) or "…"
