"""The composition root: the only module that knows which adapters there are."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

from bot import offline, open_files
from bot.clock import SystemClock
from bot.engine import Model, open_engine
from bot.limits import Limits
from bot.settings import Settings
from bot.tools.installed import open_tools


async def demo(
    settings: Settings, sock: socket.socket, *, live: bool, ready: Callable[[], None]
) -> None:
    """The playground with the offline tutor, or with the real model, until cancelled.

    Raises OperatorError.
    """
    from adapters.web.adapter import WebAdapter  # noqa: PLC0415 - only what is enabled is loaded

    async with AsyncExitStack() as stack:
        if live:
            model = _configured(settings)
        else:
            base_url = await stack.enter_async_context(offline.serve())
            model = Model(base_url=base_url, api_key="", name=offline.MODEL)
        installed = await stack.enter_async_context(open_tools(settings.webhooks_path))
        adapter = WebAdapter(settings.docent_home, sock, switch=True)
        engine = await stack.enter_async_context(
            open_engine(
                settings.database_path,
                [adapter],
                model,
                installed.tools,
                SystemClock(),
                limits=open_files.fit(_limits(settings)),
                admins=settings.docent_admins,
            )
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run())
            await adapter.opened()
            ready()


def _limits(settings: Settings) -> Limits:
    """As chosen; in the settings 0 is no limit."""
    return Limits(
        max_executing=settings.docent_max_runs,
        runs_per_minute=settings.docent_runs_per_minute or None,
        tokens_per_day=settings.docent_tokens_per_day or None,
    )


def _configured(settings: Settings) -> Model:
    key = settings.openai_api_key
    return Model(
        base_url=settings.openai_base_url,
        api_key="" if key is None else key.get_secret_value(),
        name=settings.docent_model or "",
    )
