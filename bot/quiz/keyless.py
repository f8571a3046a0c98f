"""What a call says, as it can be shown while people are still to answer it."""

import json

from pydantic import JsonValue

from bot.store.records import FINISHED, Run, ToolCall

OF_QUIZ = frozenset({"title", "audience", "time_limit_seconds"})
OF_QUESTION = frozenset({"question_text", "question_type", "choices"})
"""What those read who answer it. All else may say what is right, also under a name that the model
made up."""


def arguments(run: Run, call: ToolCall) -> str:
    """The arguments as the model wrote them; of a quiz, as long as the run goes on, without what
    those who are to answer it must not know. Who asked for it may be one of them, and a call that
    was refused says the same as the one that came after it."""
    if call.name != "display_quiz" or run.status in FINISHED:
        return call.arguments
    try:
        whole: JsonValue = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return "…"
    if not isinstance(whole, dict):
        return "…"
    shown = _only(whole, OF_QUIZ)
    if isinstance(asked := whole.get("questions"), list):
        shown["questions"] = [_only(each, OF_QUESTION) for each in asked if isinstance(each, dict)]
    return json.dumps(shown, ensure_ascii=False)


def _only(whole: dict[str, JsonValue], names: frozenset[str]) -> dict[str, JsonValue]:
    return {name: _plain(value) for name, value in whole.items() if name in names}


def _plain(value: JsonValue) -> JsonValue:
    """Nothing that has names of its own."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return None if isinstance(value, dict) else value
