"""What the scripted model says: each message carries a number, and its script is looked up by it.

A response depends on its request alone, never on when it was asked, so that a story can be told
again. Faults are laid over it by `faults`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from bot.jsons import Json
from tests.sims.answers import Answer, Call, Part, Reasoning, Refused, Text
from tests.sims.openai import Asked

Kind = Literal[
    "text",
    "long text",
    "thought",
    "refusal",
    "nothing",
    "cut by length",
    "cut by filter",
    "quiz",
    "text and quiz",
    "thought and quiz",
    "two quizzes",
    "question",
    "immediate",
    "repeatable",
    "immediate beside a quiz",
    "three at once",
    "unknown function",
    "broken arguments",
    "one call id twice",
    "cut call",
]
"""What one round of a run brings."""
KINDS: tuple[Kind, ...] = get_args(Kind)

_NUMBER = re.compile(r"\bm(\d+)\b")
_PARAGRAPHS = 8


def marked(number: int) -> str:
    """What a person writes, as its script is found again: beside an open question it is an answer,
    or if it ends as a question what they are asked about."""
    return f"Please do m{number}" if number % 3 else f"Could you do m{number}?"


def number_of(item: Json) -> int | None:
    """The number of a person's message, and None for every other item."""
    if item.get("role") != "user":
        return None
    found = _NUMBER.search(str(item.get("content")))
    return None if found is None else int(found[1])


def rounds_after(items: Iterable[Json]) -> int:
    """How many batches of tool outputs stand behind the last message of a person."""
    rounds, before = 0, ""
    for item in items:
        kind = str(item.get("type"))
        if number_of(item) is not None:
            rounds = 0
        elif kind == "function_call_output" != before:
            rounds += 1
        before = kind
    return rounds


@dataclass(slots=True)
class Script:
    """The rounds that each message starts; what follows them is a plain text."""

    rounds: dict[int, tuple[Kind, ...]] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        numbers = [number_of(item) for item in asked.items]
        number = next(each for each in reversed(numbers) if each is not None)
        place = rounds_after(asked.items)
        planned = self.rounds[number]
        kind = planned[place] if place < len(planned) else "text"
        return _answer(kind, f"m{number} round {place}")


def _answer(kind: Kind, about: str) -> Answer:
    match kind:
        case "cut by length":
            return Answer((Text(f"Half of {about}"),), reason="max_output_tokens")
        case "cut by filter":
            return Answer((Text(f"Half of {about}"),), reason="content_filter")
        case "cut call":
            return Answer((Text(f"Let me, {about}"), _quiz(about)), reason="max_output_tokens")
        case _:
            return Answer(_parts(kind, about))


def _parts(kind: Kind, about: str) -> tuple[Part, ...]:
    calls = _calls(kind, about)
    if calls:
        thought = (Reasoning(f"thought of {about}"),) if "thought" in kind else ()
        said = (Text(f"Before {about}"),) if kind.startswith("text") else ()
        return (*thought, *said, *calls)
    match kind:
        case "long text":
            paragraph = f"More of {about}. " + "word " * 40
            return (Text("\n\n".join([paragraph] * _PARAGRAPHS).strip(), pieces=12),)
        case "thought":
            return (Reasoning(f"thought of {about}"), Text(f"Thought of {about}"))
        case "refusal":
            return (Refused(f"Not {about}"),)
        case "nothing":
            return ()
        case _:
            return (Text(f"Answer to {about}"),)


def _calls(kind: Kind, about: str) -> tuple[Call, ...]:
    slug = about.replace(" ", "_")
    bake = Call("bake", {"what": about}, f"bake_{slug}")
    look_up = Call("look_up", {"what": about}, f"look_{slug}")
    asked: Json = {"question": f"Which of {about}?", "choices": ["A", "B"]}
    calls: dict[Kind, tuple[Call, ...]] = {
        "quiz": (_quiz(about),),
        "text and quiz": (_quiz(about),),
        "thought and quiz": (_quiz(about),),
        "two quizzes": (_quiz(about), _quiz(f"{about} again")),
        "question": (Call("ask_person", asked, f"ask_{slug}"),),
        "immediate": (bake,),
        "repeatable": (look_up,),
        "immediate beside a quiz": (_quiz(about), bake),
        "three at once": (bake, _quiz(about), look_up),
        "unknown function": (Call("fly", {}, f"fly_{slug}"),),
        "broken arguments": (Call("display_quiz", "{broken", f"quiz_{slug}"),),
        "one call id twice": (replace(look_up, call_id="same"), replace(look_up, call_id="same")),
    }
    return calls.get(kind, ())


def _quiz(about: str) -> Call:
    body: Json = {
        "title": f"Quiz of {about}",
        "questions": [
            {"question_text": f"Why {about}?", "question_type": "FREE_RESPONSE"},
            {
                "question_text": f"Which {about}?",
                "question_type": "MULTIPLE_CHOICE",
                "choices": ["0", "1", "2"],
            },
        ],
    }
    return Call("display_quiz", body, f"quiz_{about.replace(' ', '_')}")
