"""What a run looks like once what a person wrote and answered in it is forgotten."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from pydantic import JsonValue

from bot.jsons import Json
from bot.quizzes import LINE
from bot.quotes import Quotes
from bot.responses import without_reasoning
from bot.store.forgetting import REMOVED, Thread
from bot.store.traces import (
    Changes,
    TracedCall,
    TracedItem,
    TracedQuestion,
    TracedView,
    Traces,
)
from bot.strings import say, speaking
from bot.text.cleaning import one_line

IN_ITEMS = frozenset(
    {"type", "id", "call_id", "role", "status", "name", "phase", "encrypted_content"}
)
"""What a provider reads by its letter; no person wrote it."""
IN_VIEWS = frozenset(
    {"kind", "tone", "token", "style", "id", "closes_at", "letter", "label", "scope", "user"}
)

_NUMBERED = re.compile(r"([0-9]+)\. ")


def changes(traces: Traces, thread: Thread, quotes: Quotes) -> Changes:
    """Of some whole runs of a thread; nothing if that was done before.

    The person's messages and answers themselves stay for now: without them nobody would know
    what to look for, should this be cut off.
    """
    found = Changes()
    interactive = {
        question.tool_call_id for question in traces.questions if question.run_id in thread.theirs
    }
    answered = {(call.run_id, call.call_id) for call in traces.calls if call.id in interactive}
    for _, of_run in groupby(traces.items, lambda item: item.run_id):
        _items(found, list(of_run), thread, quotes, answered)
    for call in traces.calls:
        _call(found, call, quotes, is_answered=call.id in interactive)
    for question in traces.questions:
        _question(found, question, quotes)
    for run_id, shown in groupby(traces.views, lambda view: view.run_id):
        asked = [question for question in traces.questions if question.run_id == run_id]
        with speaking(thread.languages[run_id]):
            _views(found, list(shown), asked, quotes, is_theirs=run_id in thread.theirs)
    return found


def _items(
    found: Changes,
    items: Sequence[TracedItem],
    thread: Thread,
    quotes: Quotes,
    answered: set[tuple[str, str]],
) -> None:
    """What the model thought after it had read them goes too: nobody else can read it."""
    is_later, is_theirs = items[0].run_id in thread.later, items[0].run_id in thread.theirs
    thought = is_later and any(item.body.get("type") == "reasoning" for item in items)
    for item in items:
        body, role = item.body, item.body.get("role")
        if (thought and body.get("type") == "reasoning") or (is_theirs and role == "developer"):
            found.dropped.append(item.number)
            continue
        if role == "user":
            continue
        new = {**(without_reasoning((body,))[0] if thought else body)}
        if (item.run_id, str(body.get("call_id"))) in answered and "output" in body:
            new["output"] = REMOVED
        cleaned = quotes.without_value(new, REMOVED, kept=IN_ITEMS)
        if isinstance(cleaned, dict) and cleaned != body:
            found.bodies[item.number] = cleaned


def _call(found: Changes, call: TracedCall, quotes: Quotes, *, is_answered: bool) -> None:
    arguments = quotes.without_json(call.arguments, REMOVED)
    if arguments != call.arguments:
        found.arguments[call.id] = arguments
    if call.output is not None:
        output = REMOVED if is_answered else quotes.without_json(call.output, REMOVED)
        if output != call.output:
            found.outputs[call.id] = output


def _question(found: Changes, question: TracedQuestion, quotes: Quotes) -> None:
    title, text = (quotes.without(each, REMOVED) for each in (question.title, question.text))
    options = [quotes.without(option, REMOVED) for option in question.options]
    if (title, text, options) != (question.title, question.text, [*question.options]):
        found.questions[question.id] = title, text, options


def _views(
    found: Changes,
    shown: Sequence[TracedView],
    asked: Sequence[TracedQuestion],
    quotes: Quotes,
    *,
    is_theirs: bool,
) -> None:
    instead = say("forget.removed")
    new: dict[str, Json] = {}
    for row in shown:
        view = row.view
        if is_theirs and row.shared and view.get("kind") == "reply":
            new[row.slot] = view | {"text": instead, "steps": [], "note": "", "shared_by": None}
            continue
        if is_theirs and view.get("kind") == "quiz":
            here = {one.position + 1: one for one in asked if one.slot_no == row.slot_no}
            view = _unanswered(view, here, quotes, instead)
        cleaned = quotes.without_value(view, instead, kept=IN_VIEWS)
        new[row.slot] = cleaned if isinstance(cleaned, dict) else view
    _mend(shown, new, quotes, instead)
    found.views.update({row.slot: new[row.slot] for row in shown if new[row.slot] != row.view})


def _mend(shown: Sequence[TracedView], new: dict[str, Json], quotes: Quotes, instead: str) -> None:
    """A long reply is several messages, and a quote may begin in one and end in the next."""
    for (_, kind), rows in groupby(shown, lambda row: (row.place_id, row.view.get("kind"))):
        slots = [row.slot for row in rows] if kind == "reply" else []
        texts = [str(new[slot].get("text", "")) for slot in slots]
        for slot, text in zip(slots, quotes.across(texts, instead), strict=True):
            if text != new[slot].get("text"):
                new[slot] = new[slot] | {"text": text}


def _unanswered(
    view: Json, asked: Mapping[int, TracedQuestion], quotes: Quotes, instead: str
) -> Json:
    """A quiz whose answered questions are there, but not the answers."""
    lines = view.get("answered")
    if not isinstance(lines, list):
        return view
    cleaned: list[JsonValue] = []
    for line in lines:
        text = str(line.get("text", "")) if isinstance(line, dict) else ""
        match = _NUMBERED.match(text)
        number = match[0] if match is not None and int(match[1]) in asked else ""
        only = asked.get(int(match[1])) if number and match else next(iter(asked.values()), None)
        question = "" if only is None else quotes.without(only.text, instead)
        cleaned.append({"text": _line(number, question, instead), "change": None})
    return view | {"answered": cleaned}


def _line(number: str, question: str, instead: str) -> str:
    room = LINE - len(number) - len(instead) - len(" — ")
    return f"{number}{one_line(question, room)} — {instead}"
