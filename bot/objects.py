"""Threads, messages, runs and steps as JSON, close to the objects of the Assistants API.

Ids are Docent's; times are Unix seconds, as there. What that API did not have comes last.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import JsonValue

from bot.jsons import Json
from bot.looking import Message, RunLook, ThreadLook
from bot.store.looking import SeenThread
from bot.store.records import Run, Step, ToolCall


def listing(objects: Sequence[Json], *, has_more: bool = False) -> Json:
    """Objects in the order given."""
    return {
        "object": "list",
        "data": [*objects],
        "first_id": objects[0]["id"] if objects else None,
        "last_id": objects[-1]["id"] if objects else None,
        "has_more": has_more,
    }


def thread(seen: SeenThread) -> Json:
    return {
        "id": seen.id,
        "object": "thread",
        "created_at": _time(seen.created_at),
        "metadata": {},
        "tool_resources": None,
        "workspace": seen.workspace_id,
        "place": seen.place_id,
        "runs": seen.runs,
        "status": seen.status,
        "last_activity": _time(seen.last_activity),
    }


def thread_with_messages(look: ThreadLook) -> Json:
    """The thread and its newest messages, oldest first."""
    said = [message(look.thread.id, one) for one in look.messages]
    return {**thread(look.thread), "messages": listing(said, has_more=look.earlier)}


def message(thread_id: str, one: Message) -> Json:
    at = _time(one.row.created_at)
    whole = one.row.status == "completed"
    return {
        "id": one.id,
        "object": "thread.message",
        "created_at": at,
        "thread_id": thread_id,
        "status": one.row.status,
        "incomplete_details": None,
        "completed_at": at if whole else None,
        "incomplete_at": None if whole else at,
        "role": one.role,
        "content": [{"type": "text", "text": {"value": one.text, "annotations": []}}],
        "assistant_id": one.row.assistant_id if one.role == "assistant" else None,
        "run_id": one.run_id if one.role == "assistant" else None,
        "attachments": [],
        "metadata": {},
    }


def run(look: RunLook) -> Json:
    one = look.run
    return {
        "id": one.id,
        "object": "thread.run",
        "created_at": _time(one.created_at),
        "thread_id": one.thread_id,
        "assistant_id": one.snapshot.assistant_id if one.snapshot else None,
        "status": one.status,
        "required_action": _required_action(look.pending),
        "last_error": one.last_error,
        "expires_at": _time(one.expires_at),
        "started_at": _time(one.started_at),
        **_ends(one.status, one.finished_at),
        "incomplete_details": one.incomplete_details,
        **_snapshot(one),
        "usage": _usage(one.usage),
        "metadata": {},
        "turn": one.turn,
        "round": look.rounds,
        "finished_at": _time(one.finished_at),
        "supersedes": one.supersedes,
        "workspace": one.place.workspace,
        "place": one.place.id,
        "asker": one.asker.key,
    }


def run_with_steps(look: RunLook) -> Json:
    return {**run(look), "steps": listing([step(look, one) for one in look.steps])}


def step(look: RunLook, one: Step) -> Json:
    return {
        "id": one.id,
        "object": "thread.run.step",
        "created_at": _time(one.created_at),
        "run_id": one.run_id,
        "assistant_id": look.run.snapshot.assistant_id if look.run.snapshot else None,
        "thread_id": look.run.thread_id,
        "type": one.type,
        "status": one.status,
        **_ends(one.status, one.completed_at),
        "last_error": None,
        "step_details": _details(look, one),
        "usage": None,
        "metadata": {},
        "round": one.round,
    }


def _details(look: RunLook, one: Step) -> Json:
    if one.type == "message_creation":
        created = look.messages.get((one.round, one.idx))
        return {"type": one.type, "message_creation": {"message_id": created}}
    call = look.call_of(one)
    calls: list[JsonValue] = [] if call is None else [_call(call, {"output": call.output})]
    return {"type": one.type, "tool_calls": calls}


def _required_action(pending: Sequence[ToolCall]) -> Json | None:
    if not pending:
        return None
    calls: list[JsonValue] = [_call(call, {}) for call in pending]
    return {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": calls}}


def _call(call: ToolCall, more: Json) -> Json:
    function: Json = {"name": call.name, "arguments": call.arguments, **more}
    return {"id": call.call_id, "type": "function", "function": function}


def _snapshot(one: Run) -> Json:
    """What the run was asked with; null before its first start."""
    taken = one.snapshot
    if taken is None:
        return {"model": None, "instructions": None, "tools": []}
    return {
        "model": taken.model,
        "instructions": taken.instructions,
        "additional_instructions": taken.additional_instructions or None,
        "tools": [*taken.tools],
        "temperature": taken.temperature,
        "top_p": taken.top_p,
        "max_prompt_tokens": taken.max_prompt_tokens,
        "max_completion_tokens": taken.max_output_tokens,
        "truncation_strategy": taken.truncation_strategy,
        "tool_choice": taken.tool_choice,
        "parallel_tool_calls": taken.parallel_tool_calls,
        "response_format": taken.response_format,
    }


def _usage(usage: dict[str, int]) -> Json | None:
    if not usage:
        return None
    return {
        "prompt_tokens": usage.get("input_tokens"),
        "completion_tokens": usage.get("output_tokens"),
        "total_tokens": usage.get("total_tokens"),
        "prompt_token_details": {"cached_tokens": usage.get("cached_tokens")},
        "completion_tokens_details": {"reasoning_tokens": usage.get("reasoning_tokens")},
    }


def _ends(status: str, at: datetime | None) -> Json:
    """The one of the three times that fits how it ended."""
    ends = ("cancelled", "failed", "completed")
    return {f"{end}_at": _time(at) if status == end else None for end in ends}


def _time(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
