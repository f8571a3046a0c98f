"""What a finished response means for its run, before anything of it is stored. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.ids import new_id
from bot.jsons import Json
from bot.messages import message, text_of
from bot.responses import Finished
from bot.store.records import CallState, Item, Run, ToolCall
from bot.tools.outputs import error_output, no_function
from bot.tools.port import Asking, BadArgumentsError, Interactive, Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`asked` holds the questions of each waiting call, by the call's id; `begun` when the items
    were first heard of, by their index."""

    status: Literal["completed", "incomplete"]
    reason: str | None
    usage: dict[str, int]
    text: str
    items: tuple[Item, ...]
    calls: tuple[ToolCall, ...] = ()
    asked: dict[str, Asking] = field(default_factory=dict)
    begun: Mapping[int, datetime] = field(default_factory=dict)


def read(
    run: Run, finished: Finished, tools: Tools, taken: Iterable[str], now: datetime
) -> Outcome:
    """`taken` are the call ids on the thread so far; a repeated one gets a new name."""
    text = joined(text_of(body) for body in finished.items if _says(body))
    if finished.status == "incomplete" or any(_is_cut_call(body) for body in finished.items):
        return Outcome(
            status="incomplete",
            reason=finished.reason,
            usage=finished.usage,
            text=text,
            items=cut_text(run, text),
        )
    used = set(taken)
    items, calls, asked = [], [], {}
    for idx, body in enumerate(finished.items):
        item = _item(run, idx, body, used)
        items.append(item)
        if item.type == "function_call":
            call, asking = _call(run, item, tools, now)
            calls.append(call)
            if asking is not None:
                asked[call.id] = asking
    return Outcome(
        status="completed",
        reason=None,
        usage=finished.usage,
        text=text,
        items=tuple(items),
        calls=tuple(calls),
        asked=asked,
    )


def cut_text(run: Run, text: str) -> tuple[Item, ...]:
    """A cut round as plain assistant text, without ids, reasoning or calls."""
    if not text.strip():
        return ()
    body = message("assistant", text)
    return (
        Item(
            run_id=run.id,
            round=run.round,
            idx=0,
            type="message",
            body=body,
            status="incomplete",
        ),
    )


def spoken(run: Run, items: Iterable[Item]) -> str:
    """What the run's current reply says so far: the text of its earlier rounds."""
    return joined(
        text_of(item.body)
        for item in items
        if item.type == "message" and run.first_round <= item.round < run.round
    )


def cut_off(run: Run, items: Iterable[Item]) -> str:
    """What an earlier try of the present round had written when it was cut."""
    return joined(
        text_of(item.body)
        for item in items
        if item.round == run.round and item.status == "incomplete"
    )


def joined(texts: Iterable[str]) -> str:
    """Several messages of one reply, as one."""
    return "\n\n".join(text.strip() for text in texts if text.strip())


def _says(body: Json) -> bool:
    return body.get("type") == "message"


def _is_cut_call(body: Json) -> bool:
    """A call that may lack its name or the end of its arguments, whatever its response says."""
    return body.get("type") == "function_call" and body.get("status") == "incomplete"


def _item(run: Run, idx: int, body: Json, used: set[str]) -> Item:
    call_id = body.get("call_id")
    if isinstance(call_id, str):
        while call_id in used:
            call_id += "_"
        used.add(call_id)
        body = body | {"call_id": call_id}
    return Item(
        run_id=run.id,
        round=run.round,
        idx=idx,
        type=str(body["type"]),
        call_id=call_id if isinstance(call_id, str) else None,
        body=body,
    )


def _call(run: Run, item: Item, tools: Tools, now: datetime) -> tuple[ToolCall, Asking | None]:
    name, arguments = str(item.body["name"]), str(item.body["arguments"])
    state: CallState = "pending"
    output: str | None = None
    asking: Asking | None = None
    tool = tools.get(name)
    if tool is None:
        output = no_function(name)
    elif isinstance(tool, Interactive):
        try:
            state, asking = "waiting", tool.ask(arguments)
        except BadArgumentsError as error:
            output = error_output(str(error))
    if output is not None:
        state = "done"
    call = ToolCall(
        id=new_id("call"),
        run_id=run.id,
        round=run.round,
        idx=item.idx,
        call_id=item.call_id or "",
        name=name,
        arguments=arguments,
        state=state,
        output=output,
        created_at=now,
        completed_at=now if state == "done" else None,
    )
    return call, asking
