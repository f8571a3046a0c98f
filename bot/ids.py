"""New ids: short, unguessable text with a prefix that says what they name."""

import secrets
import string

from bot.views import QuestionId, SlotId

_ALPHABET = string.ascii_lowercase + string.digits
_LENGTH = 24  # about 124 bits; the length of OpenAI's own ids
_SLOT_LENGTH = 14  # about 72 bits; a Discord nonce takes 25 characters


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """`prefix_…`, for threads, runs, steps, tool calls and assistants."""
    return f"{prefix}_{_random(_LENGTH)}"


def new_slot() -> SlotId:
    return SlotId(_random(_SLOT_LENGTH))


def new_question() -> QuestionId:
    """Short enough for a button token of 100 characters beside an action and an index."""
    return QuestionId(_random(_LENGTH))
