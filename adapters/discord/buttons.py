"""Buttons in rows, and choices on them."""

from collections.abc import Sequence

from pydantic import JsonValue

from adapters.discord import custom_ids
from bot.jsons import Json
from bot.strings import say
from bot.text.cleaning import one_line
from bot.text.math import find
from bot.text.plain import plain
from bot.views import Button, Choice, ShownQuestion, SlotId

MAX_LABEL = 80
"""Characters of a button's label (Discord's documentation of components)."""
SHORT_CHOICE = 20
"""Characters of a choice that still reads well on a button, behind its letter and the sign of what
was chosen: phones show 24 beside others."""
MANY_CHOICES = 5
"""Choices in a row; more read better as a list above letters."""
ROW = 5
ROWS = 5
STYLES = {"primary": 1, "plain": 2, "danger": 4}
SUCCESS = 3
CHOSEN = "●"


def button(
    shown: Button,
    slot: SlotId | None,
    *,
    label: str = "",
    question: ShownQuestion | None = None,
) -> Json:
    if shown.form:
        number, total = (question.number, question.total) if question else (1, 1)
        custom_id = custom_ids.form(slot, shown.token, number, total)
    else:
        custom_id = custom_ids.button(slot, shown.token)
    text = one_line(label or shown.label, MAX_LABEL) or "…"
    return {"type": 2, "style": STYLES[shown.style], "label": text, "custom_id": custom_id}


def reply() -> Json:
    """The button that lets people go on where the bot may not read what they write."""
    label = say("discord.reply")
    return {"type": 2, "style": STYLES["plain"], "label": label, "custom_id": custom_ids.REPLY}


def as_letters(choices: Sequence[Choice]) -> bool:
    """Whether labels cannot hold them: they show neither Markdown nor formulas."""
    return len(choices) > MANY_CHOICES or not all(map(_is_short, choices))


def _is_short(choice: Choice) -> bool:
    text = choice.text
    return len(text) <= SHORT_CHOICE and plain(text) == text and not find(text)


def choice(shown: Choice, slot: SlotId | None, *, letters: bool) -> Json:
    label = shown.letter if letters else f"{shown.letter} {shown.text}"
    found = button(Button(token=shown.token, label=f"{sign(shown)}{label}"), slot)
    return found | {"style": SUCCESS} if shown.chosen else found


def sign(shown: Choice) -> str:
    """Not everybody sees the colour of what is chosen."""
    return f"{CHOSEN} " if shown.chosen else ""


def rows(*groups: Sequence[Json]) -> list[Json]:
    """Each group begins a row, as long as there are rows enough."""
    parted = [row for group in groups for row in _cut(group)]
    if len(parted) > ROWS:
        parted = _cut([each for group in groups for each in group])[:ROWS]
    return [{"type": 1, "components": row} for row in parted]


def has_room(buttons: Sequence[Json]) -> bool:
    return len(buttons) < ROW * ROWS


def _cut(buttons: Sequence[Json]) -> list[list[JsonValue]]:
    return [list(buttons[start : start + ROW]) for start in range(0, len(buttons), ROW)]
