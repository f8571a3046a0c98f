"""`docent runs`: which there are, what one did, and what it does now."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from bot import objects
from bot.cli.terminal import as_json, console, facts, indented, plain, table, time
from bot.jsons import Json
from bot.looking import Looking, RunLook
from bot.store.database import is_running
from bot.store.records import RunStatus, Step, ToolCall
from bot.strings import say


def show_all(
    database: Path,
    *,
    limit: int,
    thread_id: str | None,
    status: RunStatus | None,
    json: bool,
) -> None:
    """The newest runs, newest first. Raises OperatorError."""
    seen = Looking(database).runs(limit=limit + 1, thread_id=thread_id, status=status)
    found, more = seen[:limit], len(seen) > limit
    if json:
        listed = objects.listing([objects.run(look) for look in found], has_more=more)
        typer.echo(as_json(listed))
        return
    if not found:
        typer.echo(say("looking.no_runs"))
        return
    rows = table(
        say("looking.run"),
        say("looking.status"),
        say("looking.created"),
        say("looking.assistant"),
        say("looking.tokens"),
        say("looking.place"),
    )
    for look in found:
        run = look.run
        name = run.snapshot.name if run.snapshot else ""
        tokens = str(run.usage.get("total_tokens", ""))
        cells = (run.id, look.status, time(run.created_at), name, tokens, run.place.id)
        rows.add_row(*map(plain, cells))
    out = console()
    out.print(rows)
    if more:
        out.print(say("looking.more", number=limit), style="dim")


def show(database: Path, run_id: str, *, steps: bool, json: bool) -> None:
    """One run, with its steps if asked for. Raises OperatorError."""
    look = Looking(database).run(run_id)
    if json:
        typer.echo(as_json(objects.run_with_steps(look) if steps else objects.run(look)))
        return
    out = console()
    _print_run(out, look)
    if steps:
        for step in look.steps:
            out.print()
            _print_step(out, look, step)


def follow(database: Path, run_id: str, *, json: bool) -> None:
    """The run and then every new status, and every step, once, until it ends or waits for people.

    As JSON: one object a line. Raises OperatorError.
    """
    looking, out = Looking(database), console()
    told: set[tuple[str, str]] = set()

    def is_news(thing: str, status: str) -> bool:
        new = (thing, status) not in told
        told.add((thing, status))
        return new

    if not looking.run(run_id).settled and not is_running(database):
        typer.echo(say("looking.not_running"), err=True)
    for look in looking.followed(run_id):
        for step in look.steps:
            if is_news(step.id, step.status):
                _tell_step(out, look, step, json=json)
        if is_news(look.run.id, look.run.status):
            _tell_run(out, look, json=json)


def _tell_step(out: Console, look: RunLook, step: Step, *, json: bool) -> None:
    if json:
        _line(objects.step(look, step))
    else:
        _print_step(out, look, step)


def _tell_run(out: Console, look: RunLook, *, json: bool) -> None:
    if json:
        _line(objects.run(look))
    elif look.settled:
        _print_run(out, look)
    else:
        out.print(plain(f"{look.run.id}  {look.status}", "bold"))


def _line(value: Json) -> None:
    typer.echo(as_json(value, indent=None))


def _print_run(out: Console, look: RunLook) -> None:
    out.print(_facts(look))
    if look.pending:
        out.print(say("looking.required_action"), style="bold")
    for call in look.pending:
        out.print(indented(f"{call.name}  {call.call_id}"))
        out.print(indented(call.arguments, "dim"))


def _facts(look: RunLook) -> Table:
    run, taken = look.run, look.run.snapshot
    usage = ", ".join(f"{name} {number}" for name, number in sorted(run.usage.items()))
    return facts(
        [
            (say("looking.run"), run.id),
            (say("looking.status"), look.status),
            (say("looking.last_error"), _pairs(run.last_error)),
            (say("looking.incomplete_details"), _pairs(run.incomplete_details)),
            (say("looking.thread"), run.thread_id),
            (say("looking.place"), run.place.id),
            (say("looking.asker"), run.asker.key),
            (say("looking.assistant"), f"{taken.name} ({taken.assistant_id})" if taken else ""),
            (say("looking.model"), f"{taken.model} ({taken.provider})" if taken else ""),
            (say("looking.instructions"), taken.additional_instructions if taken else ""),
            (say("looking.round"), "" if look.rounds is None else str(look.rounds)),
            (say("looking.usage"), usage),
            (say("looking.created"), time(run.created_at)),
            (say("looking.started"), time(run.started_at)),
            (say("looking.finished"), time(run.finished_at)),
            (say("looking.not_before"), time(run.not_before)),
            (say("looking.expires"), time(run.expires_at)),
            (say("looking.supersedes"), run.supersedes),
        ]
    )


def _pairs(details: Json | None) -> str:
    return ", ".join(f"{name}: {value}" for name, value in (details or {}).items())


def _print_step(out: Console, look: RunLook, step: Step) -> None:
    words = [step.type, step.status, _took(step), time(step.created_at), step.id]
    out.print(plain("  ".join(word for word in words if word), "bold"))
    call = look.call_of(step)
    if call is not None:
        _print_call(out, call)
    elif created := look.messages.get((step.round, step.idx)):
        out.print(indented(created))


def _print_call(out: Console, call: ToolCall) -> None:
    out.print(indented(f"{call.name}  {call.call_id}"))
    out.print(indented(f"{say('looking.arguments')}: {call.arguments}"))
    output = say("looking.no_output") if call.output is None else call.output
    out.print(indented(f"{say('looking.output')}: {output}"))


def _took(step: Step) -> str:
    if step.completed_at is None:
        return ""
    seconds = (step.completed_at - step.created_at).total_seconds()
    return say("looking.seconds", seconds=seconds)
