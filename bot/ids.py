"""New ids: short, unguessable text with a prefix that says what they name."""

import secrets
from base64 import b32encode

from bot.views import QuestionId, SlotId

_LENGTH = 24  # 120 bits; the length of OpenAI's own ids
_SLOT_LENGTH = 14  # 70 bits; a Discord nonce takes 25 characters


def _random(length: int) -> str:
    # Five bits a character; letter by letter it would be a third of what an accepted message costs.
    return b32encode(secrets.token_bytes(_LENGTH)).decode().lower()[:length]


def new_id(prefix: str) -> str:
    """`prefix_…`, for threads, runs, steps, tool calls and assistants."""
    return f"{prefix}_{_random(_LENGTH)}"


def new_slot() -> SlotId:
    return SlotId(_random(_SLOT_LENGTH))


def new_question() -> QuestionId:
    """Short enough for a button token of 100 characters beside an action and an index."""
    return QuestionId(_random(_LENGTH))
