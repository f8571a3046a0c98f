"""What a run looks like once what a person wrote and answered in it is forgotten."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.jsons import Json
from bot.quiz import forgotten
from bot.quiz.forgotten import OnlyTheirs
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

IN_ITEMS = frozenset(
    {"type", "id", "call_id", "role", "status", "name", "phase", "encrypted_content"}
)
"""What a provider reads by its letter; no person wrote it."""
IN_VIEWS = frozenset(
    {"kind", "tone", "token", "style", "id", "closes_at", "letter", "label", "scope", "user"}
)


def changes(traces: Traces, thread: Thread, quotes: Quotes) -> Changes:
    """Of some whole runs of a thread, with those that they go on from; nothing if that was done
    before.

    The person's messages and answers themselves stay for now: without them nobody would know
    what to look for, should this be cut off.
    """
    found = Changes()
    outputs = _outputs(traces, thread, quotes)
    for _, of_run in groupby(traces.items, lambda item: item.run_id):
        _items(found, list(of_run), thread, quotes, outputs)
    for call in traces.calls:
        _call(found, call, quotes, outputs)
    for question in traces.questions:
        _question(found, question, quotes)
    for quiz in traces.quizzes:
        if (title := quotes.without(quiz.title, REMOVED)) != quiz.title:
            found.titles[quiz.id] = title
    for run_id, shown in groupby(traces.views, lambda view: view.run_id):
        asked = [question for question in traces.questions if question.run_id == run_id]
        with speaking(thread.languages[run_id]):
            _views(found, list(shown), asked, thread, quotes)
    return found


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What becomes of the outputs of calls, by call id, which a run that goes on from another
    shares with it: `theirs` were made of what they answered themselves; `only_theirs` is what they
    wrote in quizzes that others take too."""

    theirs: Collection[str]
    only_theirs: Mapping[str, OnlyTheirs]
    quotes: Quotes

    def cleaned(self, call_id: str, output: str) -> str:
        if call_id in self.theirs:
            return REMOVED
        if call_id in self.only_theirs:
            output = forgotten.without_answers(output, self.only_theirs[call_id], REMOVED)
        return self.quotes.without_json(output, REMOVED)


def _outputs(traces: Traces, thread: Thread, quotes: Quotes) -> _Outputs:
    interactive = {
        question.tool_call_id for question in traces.questions if question.run_id in thread.theirs
    }
    theirs, only_theirs = set[str](), dict[str, OnlyTheirs]()
    for call in traces.calls:
        written = [answer for answer in traces.written if answer.call_id == call.id]
        if call.id in interactive:
            theirs.add(call.call_id)
        elif found := forgotten.only_theirs(written, thread.person):
            only_theirs[call.call_id] = found
    return _Outputs(theirs, only_theirs, quotes)


def _items(
    found: Changes,
    items: Sequence[TracedItem],
    thread: Thread,
    quotes: Quotes,
    outputs: _Outputs,
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
        if isinstance(output := body.get("output"), str):
            new["output"] = outputs.cleaned(str(body.get("call_id")), output)
        cleaned = quotes.without_value(new, REMOVED, kept=IN_ITEMS)
        if isinstance(cleaned, dict) and cleaned != body:
            found.bodies[item.number] = cleaned


def _call(found: Changes, call: TracedCall, quotes: Quotes, outputs: _Outputs) -> None:
    arguments = quotes.without_json(call.arguments, REMOVED)
    if arguments != call.arguments:
        found.arguments[call.id] = arguments
    if call.output is not None:
        output = outputs.cleaned(call.call_id, call.output)
        if output != call.output:
            found.outputs[call.id] = output


def _question(found: Changes, question: TracedQuestion, quotes: Quotes) -> None:
    def known(text: str | None) -> str | None:
        return None if text is None else quotes.without(text, REMOVED)

    new = replace(
        question,
        title=quotes.without(question.title, REMOVED),
        text=quotes.without(question.text, REMOVED),
        options=[quotes.without(option, REMOVED) for option in question.options],
        answer=known(question.answer),
        hint=known(question.hint),
        explanation=known(question.explanation),
    )
    if new != question:
        found.questions[question.id] = new


def _views(
    found: Changes,
    shown: Sequence[TracedView],
    asked: Sequence[TracedQuestion],
    thread: Thread,
    quotes: Quotes,
) -> None:
    instead = say("forget.removed")
    new: dict[str, Json] = {}
    for row in shown:
        view, is_theirs = row.view, row.run_id in thread.theirs
        if is_theirs and row.shared and view.get("kind") == "reply":
            new[row.slot] = view | {"text": instead, "steps": [], "note": "", "shared_by": None}
            continue
        if view.get("kind") == "quiz":
            here = {one.position + 1: one for one in asked if one.slot_no == row.slot_no}
            if is_theirs and all(one.audience == "asker" for one in here.values()):
                view = forgotten.unanswered(view, here, quotes, instead)
            else:
                view = forgotten.without_winner(view, here, thread.person, quotes, instead)
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
