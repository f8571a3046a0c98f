"""Socket Mode: slack-bolt's app with our listeners, on a socket that is watched."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.handover import Handover
from adapters.slack.identity import Identity

CONNECT_SECONDS = 20.0
"""How long one attempt to connect may take before it is begun anew."""
WATCH_SECONDS = 30.0
"""Between two looks at the socket: the SDK's own reconnects have left sockets deaf."""
AGAIN_SECONDS = 5.0
CLOSE_SECONDS = 3.0
ANYTHING = re.compile(".*", re.DOTALL)

Answer = TypeVar("Answer")

log = structlog.get_logger()


def _bolt_log() -> logging.Logger:
    """Its warnings are about settings that it looks for in the environment, where they are ours."""
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.ERROR)
    return logger


class Connection:
    """One workspace's socket; `run` keeps it open until cancelled."""

    def __init__(
        self, client: AsyncWebClient, app_token: str, identity: Identity, handover: Handover
    ) -> None:
        self._client = client
        self._app_token = app_token
        self._busy: set[asyncio.Task[Any]] = set()
        self._handler: AsyncSocketModeHandler | None = None
        self._app = self._listening(identity, handover)

    @property
    def is_open(self) -> bool:
        """Whether the socket is open now; one that went deaf is found out by `_watch`."""
        client = None if self._handler is None else self._handler.client
        session = None if client is None else client.current_session
        return session is not None and not session.closed

    async def run(self, connected: Callable[[], None]) -> None:
        try:
            while True:
                async with self._opened() as handler:
                    if await self._connect(handler):
                        connected()
                        await self._watch(handler)
                await asyncio.sleep(AGAIN_SECONDS)
        finally:
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[AsyncSocketModeHandler]:
        client = AsyncWebClient(
            token=self._app_token,
            base_url=self._client.base_url,
            session=self._client.session,
            retry_handlers=[],
        )
        handler = AsyncSocketModeHandler(self._app, self._app_token, web_client=client)
        self._handler = handler
        try:
            yield handler
        finally:
            self._handler = None
            with suppress(Exception):  # it is thrown away
                async with asyncio.timeout(CLOSE_SECONDS):
                    await handler.client.close()  # type: ignore[no-untyped-call]

    async def _connect(self, handler: AsyncSocketModeHandler) -> bool:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await handler.client.connect()  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            log.warning("slack_not_connected", error=type(error).__name__)
            return False
        log.info("slack_connected")
        return True

    async def _watch(self, handler: AsyncSocketModeHandler) -> None:
        """Return when the socket is dead; the SDK gets one interval to renew it by itself."""
        missed = 0
        while missed < 2:
            await asyncio.sleep(WATCH_SECONDS)
            missed = 0 if await handler.client.is_connected() else missed + 1
        log.warning("slack_socket_dead")

    def _listening(self, identity: Identity, handover: Handover) -> AsyncApp:
        async def authorize() -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None,
                team_id=identity.team_id,
                bot_user_id=identity.user_id,
                bot_id=identity.bot_id,
                bot_token=self._client.token,
            )

        app = AsyncApp(
            name="docent",
            logger=_bolt_log(),
            client=AsyncWebClient(  # without a token: that comes with the authorization
                base_url=self._client.base_url, session=self._client.session, retry_handlers=[]
            ),
            authorize=authorize,
            process_before_response=True,
            attaching_conversation_kwargs_enabled=False,
        )

        async def heard(body: dict[str, Any]) -> BoltResponse:
            return await self._owned(handover.hear(body))

        async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._owned(handover.press(ack, body))

        async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._owned(handover.submit(ack, body))

        async def obeyed(ack: AsyncAck, body: dict[str, Any]) -> None:
            await self._owned(handover.obey(ack, body))

        async def ignored(ack: AsyncAck) -> None:
            """What nobody handles is acknowledged all the same, or Slack would send it again."""
            await ack()

        app.event("app_mention")(heard)
        app.event("message")(heard)
        app.event(ANYTHING)(ignored)
        app.action(ANYTHING)(pressed)
        app.view_submission(ANYTHING)(submitted)
        app.view_closed(ANYTHING)(ignored)
        app.command(ANYTHING)(obeyed)
        app.shortcut(ANYTHING)(ignored)
        app.options(ANYTHING)(ignored)
        return app

    async def _owned(self, work: Awaitable[Answer]) -> Answer:
        """The SDK starts a task per delivery and forgets it; here it is cancelled at the end."""
        task = asyncio.current_task()
        if task is None:
            return await work
        self._busy.add(task)
        try:
            return await work
        finally:
            self._busy.discard(task)
