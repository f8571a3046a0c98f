"""The end of a round: what it said and asked for, and the outputs that start the next one."""

from datetime import datetime

from bot import replies, steps
from bot.adapter import Capabilities
from bot.outcomes import Outcome, joined, spoken
from bot.quiz import counting, next_steps, opening, sheet, tally, typed
from bot.store import calls, deliveries, items, questions, quizzes, runs, spending
from bot.store.database import Tx
from bot.store.records import Item, Run, ToolCall
from bot.strings import say
from bot.tools.outputs import INTERRUPTED, error_output
from bot.tools.port import Interactive, Tools


class StoppedError(Exception):
    """The run left `in_progress` while it was worked on."""


def store(
    tx: Tx, run: Run, outcome: Outcome, before: str, *, limits: Capabilities, now: datetime
) -> None:
    """T4: what a response brought, and what people see of it. `before` is the reply so far.

    Raises StoppedError.
    """
    items.drop_cut(tx, run)
    items.insert_many(tx, outcome.items, now)
    spending.add(tx, run, outcome.usage, now)
    calls.insert_many(tx, outcome.calls)
    items.insert_steps(tx, steps.of_round(run, outcome, now))
    runs.add_usage(tx, run, outcome.usage)
    text = joined([before, outcome.text])
    if outcome.asked:
        free_slot = replies.put(tx, run, text, limits, followed=True)
        for call in outcome.calls:
            if call.id in outcome.asked:
                asking = outcome.asked[call.id]
                free_slot = opening.ask(
                    tx, run, call, asking, limits=limits, now=now, free_slot=free_slot
                )
    elif not outcome.calls:
        _store_end(tx, run, outcome, text, limits=limits, now=now)
    elif all(call.state == "done" for call in outcome.calls):
        start_next(tx, run, now)


def _store_end(
    tx: Tx, run: Run, outcome: Outcome, text: str, *, limits: Capabilities, now: datetime
) -> None:
    cut = outcome.status == "incomplete"
    ended = runs.move(
        tx,
        run.id,
        source=["in_progress"],
        target=outcome.status,
        now=now,
        incomplete={"reason": outcome.reason} if cut else None,
    )
    if not ended:
        raise StoppedError(run.id)
    if text:
        note = _why_cut(outcome.reason) if cut else ""
        # Others may have gone on while it waited for people.
        newest = run.round == 1 or runs.is_newest(tx, run)
        again = (replies.regenerate_button(run.id),) if newest else ()
        onward = next_steps.buttons(tx, run) if newest else ()
        actions = (*typed.ways_back(tx, run, limits, now), *onward, *again)
        replies.put(tx, run, text, limits, note=note, actions=actions)
        if run.supersedes and (replaced := runs.get(tx, run.supersedes)) is not None:
            _mark_replaced(tx, run, replaced)
    else:
        after = replies.put(tx, run, "", limits, followed=True)
        deliveries.put(tx, run, after, replies.problem(run, say("run.empty_reply")))


def _mark_replaced(tx: Tx, run: Run, replaced: Run) -> None:
    """What the run goes on from still stands, also where it is in one message with what came of
    the round that is asked anew."""
    if run.own_from == 1:
        replies.mark_replaced(tx, replaced)
    elif not spoken(replaced, items.own(tx, replaced.id)):
        replies.mark_replaced(tx, replaced, first_slot=replaced.first_slot)


def _why_cut(reason: str | None) -> str:
    match reason:
        case "max_output_tokens":
            return say("run.cut_off")
        case "content_filter":
            return say("run.cut_filtered")
        case _:
            return say("run.cut_short")


def finish_call(tx: Tx, run: Run, call: ToolCall, output: str, now: datetime) -> bool:
    """Store one output; True when it was the round's last, so that the next round may start."""
    if not calls.finish(tx, call.id, output, now):
        return False
    items.close_steps(tx, run.id, "completed", now, idx=call.idx)
    if calls.unfinished(tx, run.id):
        return False
    start_next(tx, run, now)
    return True


def start_next(tx: Tx, run: Run, now: datetime) -> None:
    """All calls of the round have outputs. Text after a question is a new message below it."""
    _store_outputs(tx, run, now)
    asked = questions.of_run(tx, run.id)
    here = {call.id for call in calls.of_runs(tx, [run.id]) if call.round == run.round}
    below = None
    if any(question.tool_call_id in here for question in asked):
        below = deliveries.next_slot_no(tx, run.id)
    runs.next_round(tx, run.id, first_slot=below)


def abandon_calls(
    tx: Tx, run: Run, tools: Tools, reason: str, *, limits: Capabilities, now: datetime
) -> None:
    """Answer what is open so that no call dangles, and close its questions."""
    open_calls = [call for call in calls.of_runs(tx, [run.id]) if call.state != "done"]
    for call in open_calls:
        calls.finish(tx, call.id, _partial_output(tx, call, tools, reason, limits), now)
    if open_calls:
        _store_outputs(tx, run, now)
    questions.close(tx, run.id)
    items.close_steps(tx, run.id, reason, now)


def _partial_output(tx: Tx, call: ToolCall, tools: Tools, reason: str, limits: Capabilities) -> str:
    """What was answered until then, for a later "what was my answer?"; else only the reason."""
    if call.state == "running":
        return INTERRUPTED  # nobody knows how far it came
    quiz = quizzes.get(tx, call.id)
    if quiz is not None and quiz.audience != "asker":
        anybody = counting.of(tx, quiz).started
        return tally.output(tx, quiz) if anybody else error_output(reason)
    tool = tools.get(call.name)
    asked = sheet.load(tx, call, limits)
    if isinstance(tool, Interactive) and asked.answers:
        return tool.output(asked.answered)
    return error_output(reason)


def _store_outputs(tx: Tx, run: Run, now: datetime) -> None:
    """The round's outputs as items, in the order of the calls and behind them."""
    own = [item for item in items.own(tx, run.id) if item.round == run.round]
    first = max((item.idx for item in own), default=-1) + 1
    done = [call for call in calls.of_runs(tx, [run.id]) if call.round == run.round]
    outputs = [
        Item(
            run_id=run.id,
            round=run.round,
            idx=first + number,
            type="function_call_output",
            call_id=call.call_id,
            body={
                "type": "function_call_output",
                "call_id": call.call_id,
                "output": call.output or "",
            },
        )
        for number, call in enumerate(done)
    ]
    items.insert_many(tx, outputs, now)
