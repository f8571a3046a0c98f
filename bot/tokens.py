"""What a button carries: an action, the id it acts on and, for some, a small number."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.events import ButtonToken
from bot.strings import ENGLISH, LANGUAGES

Action = Literal[
    "choose",
    "write",
    "unknown",
    "skip",
    "change",
    "hint",
    "start",
    "see",
    "close",
    "result",
    "learners",
    "make_quiz",
    "missed",
    "harder",
    "explain",
    "continue",
    "use",
    "ask",
    "stop",
    "retry",
    "regenerate",
    "share",
    "assistant",
    "assistant_everywhere",
    "inherit",
    "forget",
]

_LETTERS: dict[str, Action] = {
    # of a question
    "c": "choose",
    "w": "write",
    "u": "unknown",
    "s": "skip",
    "g": "change",
    "t": "hint",
    "e": "see",
    # of a quiz, by the id of its tool call
    "j": "start",
    "l": "close",
    "m": "result",
    "p": "learners",
    # of a run
    "d": "missed",
    "o": "harder",
    "k": "explain",
    "v": "continue",
    "y": "use",
    "q": "ask",
    "x": "stop",
    "r": "retry",
    "n": "regenerate",
    "h": "share",
    # of others
    "z": "make_quiz",
    "a": "assistant",
    "b": "assistant_everywhere",
    "i": "inherit",
    "f": "forget",
}
_ACTIONS = {action: letter for letter, action in _LETTERS.items()}
_NUMBERED = re.compile(r"([cmp])\.([a-z0-9_]{1,40})\.(0|[1-9][0-9]{0,2})")
_OTHER = re.compile(r"([wusgtejldokvyqxrnhzif])\.([a-z0-9_]{1,40})")
_FORM = re.compile(rf"([wz])\.([a-z0-9_]{{1,40}})\.({'|'.join(LANGUAGES[1:])})")
_ASSISTANT = re.compile(r"([ab])\.(asst_[A-Za-z0-9_-]{1,64})")


@dataclass(frozen=True, slots=True)
class Press:
    """A decoded token. `target` is the id of a question, a tool call, a run or an assistant, or a
    word, and may name nothing at all. `option` is the index of a choice, or the number of a page
    from 0 on. `language` is that of the message with the button, where a form opens behind it: that
    is made without looking anything up."""

    action: Action
    target: str
    option: int | None = None
    language: str = ENGLISH


def encode(
    action: Action, target: str, option: int | None = None, *, language: str = ENGLISH
) -> ButtonToken:
    """Only `write` and `make_quiz` have a language, only `choose` and what has pages an option."""
    tail = "" if option is None else f".{option}"
    if language != ENGLISH:
        tail = f".{language}"
    return ButtonToken(f"{_ACTIONS[action]}.{target}{tail}")


def decode(token: ButtonToken) -> Press | None:
    """None for whatever we never made."""
    if match := _NUMBERED.fullmatch(token):
        return Press(_LETTERS[match[1]], match[2], int(match[3]))
    if match := _FORM.fullmatch(token):
        return Press(_LETTERS[match[1]], match[2], language=match[3])
    if match := _OTHER.fullmatch(token) or _ASSISTANT.fullmatch(token):
        return Press(_LETTERS[match[1]], match[2])
    return None
