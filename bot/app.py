"""The composition root: the only module that knows which adapters there are."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack

from bot import offline, open_files
from bot.adapter import Adapter, Finding
from bot.clock import SystemClock
from bot.engine import Engine, Model, open_engine
from bot.health.measuring import Meters
from bot.health.server import serve
from bot.limits import Limits
from bot.settings import Settings, SettingsError
from bot.strings import say
from bot.tools.installed import open_tools

# Each adapter is imported where it is enabled: their libraries are large.
# ruff: noqa: PLC0415


async def run(
    settings: Settings,
    *,
    claim: Callable[[], socket.socket],
    ready: Callable[[Meters], None],
    beside: Coroutine[None, None, None],
) -> None:
    """The bot on every platform that is set up, until cancelled. Raises OperatorError.

    `claim` takes the address of the health pages, once the database is ours: of two starts by
    mistake the second is told of the first, not of its port. `beside` is run with it and must not
    raise.
    """
    async with AsyncExitStack() as stack:
        stack.callback(beside.close)  # if it comes to no start
        engine = await _engine(stack, settings, _adapters(settings), _configured(settings))
        await stack.enter_async_context(serve(engine.pulse, claim()))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run())
            tasks.create_task(beside)
            ready(engine.meters)


async def demo(
    settings: Settings,
    sock: socket.socket,
    *,
    live: bool,
    learners: int,
    ready: Callable[[], None],
) -> None:
    """The playground with the offline tutor, or with the real model, and so many learners beside
    those who are always there, until cancelled.

    Raises OperatorError.
    """
    from adapters.web.adapter import WebAdapter

    async with AsyncExitStack() as stack:
        if live:
            model = _configured(settings)
        else:
            base_url = await stack.enter_async_context(offline.serve())
            model = Model(base_url=base_url, api_key="", name=offline.MODEL)
        adapter = WebAdapter(settings.docent_home, sock, switch=True, learners=learners)
        engine = await _engine(stack, settings, [adapter], model)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(engine.run())
            await adapter.opened()
            ready()


async def look_at_platforms(settings: Settings) -> AsyncIterator[tuple[str, Finding]]:
    """What each platform that is set up says of its tokens, with its name."""
    if settings.slack_bot_token and settings.slack_app_token:
        from adapters.slack import install as slack

        for finding in await slack.check(
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            api_url=settings.slack_api_url,
        ):
            yield "slack", finding
    if settings.discord_bot_token:
        from adapters.discord import install as discord

        for finding in await discord.check(
            bot_token=settings.discord_bot_token.get_secret_value(),
            api_url=settings.discord_api_url,
            message_content=settings.discord_message_content,
        ):
            yield "discord", finding


def next_steps(settings: Settings) -> Iterator[str]:
    """What is to be done on the platforms once their tokens are right."""
    if settings.has_slack:
        from adapters.slack import install as slack

        yield slack.next_step()
    if settings.has_discord:
        from adapters.discord import install as discord

        yield discord.next_step()


async def _engine(
    stack: AsyncExitStack, settings: Settings, adapters: list[Adapter], model: Model
) -> Engine:
    installed = await stack.enter_async_context(open_tools(settings.webhooks_path))
    return await stack.enter_async_context(
        open_engine(
            settings.database_path,
            adapters,
            model,
            installed.tools,
            SystemClock(),
            limits=open_files.fit(_limits(settings)),
            admins=settings.docent_admins,
        )
    )


def _adapters(settings: Settings) -> list[Adapter]:
    """One for each platform that is set up."""
    adapters: list[Adapter] = []
    if settings.slack_bot_token and settings.slack_app_token:
        from adapters.slack.adapter import SlackAdapter

        adapters.append(
            SlackAdapter(
                bot_token=settings.slack_bot_token.get_secret_value(),
                app_token=settings.slack_app_token.get_secret_value(),
                api_url=settings.slack_api_url,
            )
        )
    if settings.discord_bot_token:
        from adapters.discord.adapter import DiscordAdapter

        adapters.append(
            DiscordAdapter(
                bot_token=settings.discord_bot_token.get_secret_value(),
                api_url=settings.discord_api_url,
                gateway_url=settings.discord_gateway_url,
                message_content=settings.discord_message_content,
            )
        )
    return adapters


def _limits(settings: Settings) -> Limits:
    """As chosen; in the settings 0 is no limit."""
    return Limits(
        max_executing=settings.docent_max_runs,
        runs_per_minute=settings.docent_runs_per_minute or None,
        tokens_per_day=settings.docent_tokens_per_day or None,
    )


def _configured(settings: Settings) -> Model:
    key = settings.openai_api_key
    revealed = "" if key is None else key.get_secret_value()
    if not (revealed.isascii() and revealed.isprintable()):
        raise SettingsError(say("doctor.key_unusable"))
    return Model(
        base_url=settings.openai_base_url, api_key=revealed, name=settings.docent_model or ""
    )
