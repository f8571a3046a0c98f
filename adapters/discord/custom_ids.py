"""What our buttons and forms carry beside the core's token.

A button has the slot of its message, and one that opens a form its number too. A form's fields have
their names, the first one the token as well.
"""

import re
from dataclasses import dataclass

from bot.events import ButtonToken
from bot.views import SlotId

MAX_CUSTOM_ID = 100
"""Characters (Discord's documentation of components)."""
REPLY = "reply"
"""The button that lets people go on where the bot may not read what they write."""

_FIRST_FIELD = re.compile(r"([a-z_]{1,32})/(.{1,97})", re.DOTALL)
_BUTTON = re.compile(r"b:([a-z0-9]{0,16}):(.{1,97})", re.DOTALL)
_FORM = re.compile(r"f:([a-z0-9]{0,16}):([0-9]{1,3})/([0-9]{1,3}):(.{1,93})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of ours that was pressed; `number` of `total` is the question of a form."""

    slot: SlotId | None
    token: ButtonToken
    number: int | None = None
    total: int | None = None

    @property
    def form(self) -> bool:
        return self.number is not None


def button(slot: SlotId | None, token: ButtonToken) -> str:
    """Without the slot where both together are too long."""
    whole = f"b:{slot or ''}:{token}"
    return whole if len(whole) <= MAX_CUSTOM_ID else f"b::{token}"


def form(slot: SlotId | None, token: ButtonToken, number: int, total: int) -> str:
    whole = f"f:{slot or ''}:{number}/{total}:{token}"
    return whole if len(whole) <= MAX_CUSTOM_ID else f"f::{number}/{total}:{token}"


def pressed(custom_id: str) -> Pressed | None:
    """None for whatever we never made."""
    if match := _BUTTON.fullmatch(custom_id):
        return Pressed(SlotId(match[1]) if match[1] else None, ButtonToken(match[2]))
    if match := _FORM.fullmatch(custom_id):
        slot = SlotId(match[1]) if match[1] else None
        return Pressed(slot, ButtonToken(match[4]), int(match[2]), int(match[3]))
    return None


def first_field(name: str, token: ButtonToken) -> str:
    """Of the first field of a form: what the form is about outlives a restart."""
    return f"{name}/{token}"


def opened(custom_id: str) -> tuple[str, ButtonToken] | None:
    """The name of a first field and its form's token; None for whatever we never made."""
    match = _FIRST_FIELD.fullmatch(custom_id)
    return (match[1], ButtonToken(match[2])) if match else None
