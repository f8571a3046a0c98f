"""Lets a tool act: in time, and with an output whatever happens."""

import asyncio

import structlog

from bot.store.records import Run, ToolCall
from bot.tools.outputs import FAILED, TOO_SLOW, capped, error_output
from bot.tools.port import BadArgumentsError, Call, Immediate

DEADLINE = 60.0
"""Seconds that a tool may take; its own limit may be shorter."""

log = structlog.get_logger()


async def acted(tool: Immediate, call: ToolCall, run: Run, person: str) -> str:
    """The tool's output, or an error that the model can read. `person` is the asker's pseudonym."""
    try:
        async with asyncio.timeout(DEADLINE):
            return capped(await tool.act(call.arguments, _identified(call, run, person)))
    except BadArgumentsError as error:
        return error_output(str(error))
    except TimeoutError:
        log.warning("tool_too_slow", run=call.run_id, call=call.id, name=call.name)
        return TOO_SLOW
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Nobody cancelled this run: something inside the tool did, which is the tool's affair.
        log.exception("tool_cancelled_itself", run=call.run_id, call=call.id, name=call.name)
        return FAILED
    except (Exception, SystemExit):  # a tool that calls sys.exit must not end the bot
        log.exception("tool_failed", run=call.run_id, call=call.id, name=call.name)
        return FAILED


def _identified(call: ToolCall, run: Run, person: str) -> Call:
    return Call(
        id=call.id,
        run_id=run.id,
        thread_id=run.thread_id,
        assistant_id=run.snapshot.assistant_id if run.snapshot else "",
        person=person,
    )
