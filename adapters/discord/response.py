"""The response to one interaction: at once, or deferred and then told."""

import asyncio

import discord

from adapters.discord.render import drawn
from adapters.discord.send import Sending
from bot.jsons import Json
from bot.views import Private

REQUEST = 10.0
QUIET: Json = {"type": 6}
"""Nothing to see: the message with the button stays as it is."""


class Response:
    """What a person gets to see for what they did; they alone.

    Raises Refused, Unknown and Gone, and TimeoutError.
    """

    def __init__(self, sending: Sending, interaction: discord.Interaction) -> None:
        self._sending = sending
        self._interaction = interaction

    async def send(self, body: Json, whole: str | None = None) -> None:
        """The one response, within three seconds of what they did."""
        asked = self._interaction
        async with asyncio.timeout(REQUEST):
            await self._sending.respond(asked.id, asked.token, body, whole)

    async def show(self, private: Private, *, in_place: bool) -> None:
        """As the response itself. With `in_place` the message that they acted on becomes it, if
        they alone see that one: one of everybody's never does."""
        whole = await drawn(private)
        if in_place and self._is_on_own:
            await self.send({"type": 7, "data": whole.json}, whole.whole)
        else:
            await self.send({"type": 4, "data": whole.private}, whole.whole)

    async def follow(self, private: Private, *, in_place: bool) -> None:
        """The same after a deferred response."""
        whole = await drawn(private)
        token = self._interaction.token
        async with asyncio.timeout(REQUEST):
            if in_place and self._is_on_own:
                await self._sending.edit_pressed(token, whole)
            else:
                await self._sending.follow_up(token, whole)

    @property
    def _is_on_own(self) -> bool:
        message = self._interaction.message
        return message is not None and message.flags.ephemeral
