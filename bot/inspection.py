"""Looking inside: the runs of a place with their steps, tool calls and usage."""

from dataclasses import replace
from itertools import groupby

from bot.adapter import CallInfo, Inspection, RunInfo, StepInfo
from bot.events import PersonRef, PlaceRef
from bot.looking import required_action, status_of
from bot.quiz import keyless
from bot.store import calls, items, runs
from bot.store.database import Tx
from bot.store.records import Run, Step, ToolCall
from bot.strings import say
from bot.threads import bound

NEWEST = 20
"""Runs on one screen."""


def inspect(tx: Tx, place: PlaceRef, person: PersonRef) -> tuple[Inspection, Inspection]:
    """The thread of the place: the person's, where each has one of their own.

    As any learner may see it, and whole as instructors and admins do: what went into the tool calls
    of somebody else's run may be what they answered, and instructions are no learner's business.
    """
    thread_id = bound(tx, place, person)
    if thread_id is None:
        nothing = Inspection(thread_id=None, runs=())
        return nothing, nothing
    newest = runs.newest(tx, thread_id, NEWEST)
    ids = [run.id for run in newest]
    steps = {
        run_id: list(group)
        for run_id, group in groupby(items.own_steps(tx, ids), lambda step: step.run_id)
    }
    tool_calls = {
        run_id: list(group)
        for run_id, group in groupby(calls.of_runs(tx, ids), lambda call: call.run_id)
    }
    whole = [_info(run, steps.get(run.id, []), tool_calls.get(run.id, [])) for run in newest]
    theirs = [
        _for_learners(info, asked=run.asker == person)
        for info, run in zip(whole, newest, strict=True)
    ]
    return (
        Inspection(thread_id=thread_id, runs=tuple(theirs)),
        Inspection(thread_id=thread_id, runs=tuple(whole)),
    )


def _for_learners(info: RunInfo, *, asked: bool) -> RunInfo:
    calls = info.calls if asked else tuple(map(_covered, info.calls))
    return replace(info, calls=calls, additional_instructions="")


def _covered(call: CallInfo) -> CallInfo:
    output = None if call.output is None else ""
    return replace(call, arguments=say("steps.private"), output=output)


def _info(run: Run, steps: list[Step], tool_calls: list[ToolCall]) -> RunInfo:
    error, incomplete = run.last_error or {}, run.incomplete_details or {}
    return RunInfo(
        id=run.id,
        status=status_of(run),
        assistant=run.snapshot.name if run.snapshot else "",
        model=run.snapshot.model if run.snapshot else "",
        round=run.round,
        created_at=run.created_at,
        started_at=run.started_at,
        completed_at=run.finished_at,
        error=str(error["code"]) if "code" in error else None,
        usage=run.usage,
        steps=tuple(
            StepInfo(
                type=step.type,
                status=step.status,
                detail=str(step.details.get("name") or ""),
                created_at=step.created_at,
                completed_at=step.completed_at,
            )
            for step in steps
        ),
        calls=tuple(
            CallInfo(
                call_id=call.call_id,
                name=call.name,
                arguments=keyless.arguments(run, call),
                state=call.state,
                output=call.output,
            )
            for call in tool_calls
        ),
        incomplete=str(incomplete["reason"]) if incomplete.get("reason") else None,
        required_action=tuple(call.name for call in required_action(run, tool_calls)),
        expires_at=run.expires_at,
        additional_instructions=run.snapshot.additional_instructions if run.snapshot else "",
    )
