"""How a run came about, told privately to one person: what it did, how long it took, its tokens."""

from datetime import timedelta
from typing import NamedTuple

from bot.quiz import keyless
from bot.store import calls, items, runs
from bot.store.database import Tx
from bot.store.records import FINISHED, Run, Step, ToolCall
from bot.strings import say
from bot.text.visible import quoted, shortened

MAX_RECAP = 3_000
"""Characters of the whole, so that it fits one message everywhere after it was escaped."""
MAX_VALUE = 300
"""Characters of one argument list or output."""
MAX_NAME = 64


class Seen(NamedTuple):
    """A run and what it did."""

    run: Run
    steps: list[Step]
    calls: list[ToolCall]


def look(tx: Tx, run_id: str) -> Seen:
    """Raises KeyError where there is no such run."""
    run = runs.get(tx, run_id)
    if run is None:
        raise KeyError(run_id)
    return Seen(run, items.own_steps(tx, [run_id]), calls.of_runs(tx, [run_id]))


def told(seen: Seen, *, whole: bool) -> str:
    """The newest steps that fit, as Markdown.

    `whole` adds what went into the tool calls and came out of them. That may be what a person
    answered, so it is for the one who asked and for admins; everybody else reads names, times and
    tokens.
    """
    run = seen.run
    head = _head(run)
    by_place = {(call.round, call.idx): call for call in seen.calls}
    foot = [] if whole or not seen.calls else [say("steps.private")]
    if usage := _tokens(run):
        foot.append(usage)
    told_steps = [
        _step(run, number, step, by_place.get((step.round, step.idx)), whole=whole)
        for number, step in enumerate(seen.steps, 1)
    ]
    shown = _newest_that_fit(told_steps, MAX_RECAP - sum(map(len, [head, *foot])) - MAX_VALUE)
    nothing = say("steps.none" if run.status in FINISHED else "steps.none_yet")
    body = ["\n".join(shown) if shown else nothing]
    if left_out := len(told_steps) - len(shown):
        body.insert(0, say("steps.earlier", number=left_out))
    return "\n\n".join([head, *body, *foot])


def _newest_that_fit(lines: list[str], room: int) -> list[str]:
    start = len(lines)
    while start > 0 and len(lines[start - 1]) < room:
        start -= 1
        room -= len(lines[start]) + 1
    return lines[start:]


def _head(run: Run) -> str:
    status = say(f"steps.status_{run.status}")
    if run.started_at is None or run.finished_at is None:
        return say("steps.head", status=status)
    duration = _duration(run.finished_at - run.started_at)
    return say("steps.head_took", status=status, duration=duration)


def _tokens(run: Run) -> str:
    read, written = run.usage.get("input_tokens"), run.usage.get("output_tokens")
    if read is None or written is None:
        return ""
    return say("steps.tokens", read=read, written=written)


def _step(run: Run, number: int, step: Step, call: ToolCall | None, *, whole: bool) -> str:
    if call is None:
        line = say("steps.message")
    else:
        line = say("steps.call", name=quoted(shortened(call.name, MAX_NAME)))
    if step.completed_at is None:
        line = say("steps.unfinished", line=line)
    else:
        line = say("steps.took", line=line, duration=_duration(step.completed_at - step.created_at))
    lines = [f"{number}. {line}"]
    if call is not None and whole:
        lines += [f"   - {detail}" for detail in _details(run, call)]
    return "\n".join(lines)


def _details(run: Run, call: ToolCall) -> list[str]:
    arguments = say("steps.arguments", text=_code(keyless.arguments(run, call)))
    if call.output is None:
        return [arguments, say("steps.waiting")]
    return [arguments, say("steps.output", text=_code(call.output))]


def _code(text: str) -> str:
    """As a code span: nothing in it is a formula, a mention or a link."""
    return quoted(shortened(text, MAX_VALUE))


def _duration(took: timedelta) -> str:
    seconds = max(took.total_seconds(), 0.0)
    if seconds < 60:
        return say("steps.seconds", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return say("steps.minutes", minutes=minutes, seconds=rest)
    return say("steps.hours", hours=minutes // 60, minutes=minutes % 60)
