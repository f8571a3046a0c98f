"""What a run did, as rows for whoever looks inside and as lines for whoever waits."""

from datetime import datetime

from bot.ids import new_id
from bot.outcomes import Outcome
from bot.store.records import Run, Step
from bot.strings import say
from bot.text.cleaning import one_line


def of_round(run: Run, outcome: Outcome, now: datetime) -> list[Step]:
    """One step per message and per tool call, at the index of its item."""
    by_index = {call.idx: call for call in outcome.calls}
    steps = []
    for item in outcome.items:
        call = by_index.get(item.idx)
        if call is None and item.type != "message":
            continue
        open_call = call is not None and call.state != "done"
        steps.append(
            Step(
                id=new_id("step"),
                run_id=run.id,
                round=run.round,
                idx=item.idx,
                type="message_creation" if call is None else "tool_calls",
                status="in_progress" if open_call else "completed",
                details={} if call is None else {"call_id": call.call_id, "name": call.name},
                created_at=outcome.begun.get(item.idx, now),
                completed_at=None if open_call else now,
            )
        )
    return steps


def line(name: str) -> str:
    """A tool call as people see it while the model still writes its arguments."""
    match name:
        case "display_quiz":
            return say("run.step_display_quiz")
        case "ask_person":
            return say("run.step_ask_person")
        case _:
            return say("run.step_tool", name=one_line(name, 40))
