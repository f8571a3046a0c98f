"""The core's screens as JSON for the page: runs, settings, assistants to choose from."""

import json
from contextlib import suppress
from datetime import datetime

from pydantic import JsonValue

from bot.adapter import (
    AssistantOptions,
    CallInfo,
    Inspection,
    RunInfo,
    SettingField,
    SettingsScreen,
    StepInfo,
)
from bot.jsons import Json
from bot.text.cleaning import clean

MAX_DETAIL = 20_000
"""Characters of one argument or output on the screen; the rest is one click away in the store."""

_USAGE = ("input_tokens", "output_tokens", "total_tokens", "cached_tokens", "reasoning_tokens")
"""The order in which people compare them; the store keeps none."""


def inspection(seen: Inspection) -> Json:
    """The thread and its newest runs, oldest first."""
    return {"thread": seen.thread_id, "runs": [_run(run) for run in seen.runs]}


def settings(screen: SettingsScreen) -> Json:
    """Settings as a form, and the newest changes of them."""
    audit: list[JsonValue] = [
        {"at": _time(line.at), "who": clean(line.who), "text": clean(line.text)}
        for line in screen.audit
    ]
    return {
        "fields": [_field(field) for field in screen.fields],
        "may_change": screen.may_change,
        "audit": audit,
    }


def assistants(found: AssistantOptions) -> Json:
    """Assistants to choose from."""
    options: list[JsonValue] = [
        {"id": one.id, "name": clean(one.name), "description": clean(one.description)}
        for one in found.options
    ]
    return {"options": options, "answering": found.answering}


def _field(field: SettingField) -> Json:
    choices: list[JsonValue] = [
        {"value": value, "label": clean(label)} for value, label in field.choices
    ]
    return {
        "name": field.name,
        "label": clean(field.label),
        "help": clean(field.help),
        "value": None if field.value is None else clean(field.value),
        "inherited": clean(field.inherited),
        "choices": choices,
        "max_length": field.max_length,
        "may_change": field.may_change,
    }


def _run(run: RunInfo) -> Json:
    return {
        "id": run.id,
        "status": run.status,
        "assistant": run.assistant,
        "model": run.model,
        "round": run.round,
        "created_at": _time(run.created_at),
        "started_at": _time(run.started_at),
        "completed_at": _time(run.completed_at),
        "expires_at": _time(run.expires_at),
        "error": run.error,
        "incomplete": run.incomplete,
        "required_action": [clean(name) for name in run.required_action],
        "additional_instructions": clean(run.additional_instructions)[:MAX_DETAIL],
        "usage": {name: run.usage[name] for name in sorted(run.usage, key=_rank)},
        "steps": [_step(step) for step in run.steps],
        "calls": [_call(call) for call in run.calls],
    }


def _rank(name: str) -> tuple[int, str]:
    return (_USAGE.index(name) if name in _USAGE else len(_USAGE), name)


def _step(step: StepInfo) -> Json:
    return {
        "type": step.type,
        "status": step.status,
        "detail": clean(step.detail),
        "created_at": _time(step.created_at),
        "completed_at": _time(step.completed_at),
    }


def _call(call: CallInfo) -> Json:
    return {
        "id": call.call_id,
        "name": clean(call.name),
        "arguments": pretty(call.arguments),
        "state": call.state,
        "output": pretty(call.output) if call.output is not None else None,
    }


def pretty(text: str) -> str:
    """JSON with indents; anything else, and what is too deep for JSON, as it is."""
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    text = clean(text)
    return text if len(text) <= MAX_DETAIL else text[:MAX_DETAIL] + "…"


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
