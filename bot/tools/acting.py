"""Lets a tool act: in time, and with an output whatever happens."""

import asyncio

import structlog

from bot.store.records import ToolCall
from bot.tools.outputs import FAILED, TOO_SLOW, error_output
from bot.tools.port import BadArgumentsError, Immediate

DEADLINE = 60.0
"""Seconds that a tool may take."""

log = structlog.get_logger()


async def acted(tool: Immediate, call: ToolCall) -> str:
    """The tool's output, or an error that the model can read."""
    try:
        async with asyncio.timeout(DEADLINE):
            return await tool.act(call.arguments)
    except BadArgumentsError as error:
        return error_output(str(error))
    except TimeoutError:
        return TOO_SLOW
    except Exception:
        log.exception("tool_failed", run=call.run_id, call=call.call_id, name=call.name)
        return FAILED
