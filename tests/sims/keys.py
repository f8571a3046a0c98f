"""Whether something is shown that nobody may read yet.

Tests that ask for it write `KEY-3` into the answer or the explanation of the third question, and
`HINT-3` into its hint. A choice may be called so: it is there for all to read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.views import AnsweredLine, Lobby, Notice, Private, Quiz, Reply, Roll, View

SECRET = re.compile(r"\b(KEY|HINT)-(\w+)")
_NUMBERED = re.compile(r"([0-9]+)\. ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where something is shown: whether a quiz for everyone is open there, the numbers of the
    questions that are open to all, whether one person alone reads it, and what they pressed."""

    class_is_open: bool = False
    asked: frozenset[str] = frozenset()
    privately: bool = False
    pressed: str = ""


def may_tell(view: View | Private) -> bool:
    """Whether there is anything in it that somebody may not be allowed to read yet."""
    written = repr(
        view
    )  # where a line end is a backslash and an n, so that no word begins behind it
    return "KEY-" in written or "HINT-" in written


def leaks(view: View | Private, scene: Scene) -> list[str]:
    """What a view tells too early, each as a sentence."""
    match view:
        case Reply():
            return []  # what the model writes is not ours to hide
        case Notice(text=text):
            return [*_told(text, scene)]
        case Roll(title=title, lines=lines, note=note):
            return [*_never("the list", title, note, *(line.text for line in lines))]
        case Lobby(title=title, note=note):
            return [*_never("the lobby", title, note)]
        case Quiz():
            return [*_in_quiz(view, scene)]


def _told(text: str, scene: Scene) -> Iterator[str]:
    for kind, name in SECRET.findall(text):
        if kind == "HINT":
            if not (scene.privately and scene.pressed.startswith("t.")):
                yield f"HINT-{name} without a press of Hint"
        elif scene.class_is_open or name in scene.asked:
            yield f"KEY-{name} in a sentence, while it can still be answered"


def _never(where: str, *texts: str) -> Iterator[str]:
    for text in texts:
        for kind, name in SECRET.findall(text):
            yield f"{kind}-{name} in {where}"


def _in_quiz(view: Quiz, scene: Scene) -> Iterator[str]:
    yield from _never("a quiz", view.title, view.note)
    if (shown := view.question) is not None:
        labels = [button.label for button in shown.actions]
        yield from _never(f"question {shown.number}", shown.text, *labels)
    for line in view.answered:
        yield from _on(line, scene)


def _on(line: AnsweredLine, scene: Scene) -> Iterator[str]:
    if scene.privately and scene.class_is_open and line.mark is not None:
        yield f"a mark before the quiz is closed: {line.text}"
    number = _NUMBERED.match(line.text)
    for kind, name in SECRET.findall(line.detail):
        if kind == "HINT" or (scene.privately and scene.class_is_open):
            yield f"{kind}-{name} on a line, while it can still be answered"
        elif number is not None and name.isdecimal() and number[1] != name:
            yield f"KEY-{name} on the line of another question: {line.text}"
