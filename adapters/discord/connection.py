"""One login at Discord: its addresses, its intents, and whoever hears what happens."""

import logging
from collections.abc import Callable
from functools import wraps

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

API = "https://discord.com/api/v10"
GATEWAY = "wss://gateway.discord.gg/"
VERSION = "/api/v10"
LONGEST_WAIT = 30.0
"""Seconds that discord.py may wait for a limit by itself, the least that it takes."""

VITAL = frozenset({"READY", "RESUMED"})
"""Events without which there is no session."""

Parser = Callable[[dict[str, object]], None]

log = structlog.get_logger()

# Its warnings quote addresses, and those of private answers hold a token.
logging.getLogger("discord.http").setLevel(logging.ERROR)
# Nothing here speaks, so that libraries for voice are not missed.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def point_api(api_url: str | None) -> None:
    """Where all requests of this process go; before the first of them."""
    base = (api_url or API).rstrip("/")
    Route.BASE = base if base.endswith(VERSION) else f"{base.removesuffix('/api')}{VERSION}"


def point_gateway(gateway_url: str | None) -> None:
    """Where all logins of this process listen; before the first of them."""
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url or GATEWAY)


def intents(*, message_content: bool) -> discord.Intents:
    """None that Discord has to grant, unless the operator wants what people write read."""
    return discord.Intents(
        guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
    )


class Connection(discord.AutoShardedClient):
    """discord.py's client; what it hears goes to the two callbacks."""

    def __init__(
        self,
        *,
        message_content: bool,
        heard: Callable[[discord.Message], None],
        done: Callable[[discord.Interaction], None],
    ) -> None:
        super().__init__(
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self._heard = heard
        self._done = done
        # What discord.py cannot read would end the whole session, and others' events with it.
        parsers: dict[str, Parser] = self._connection.parsers
        for name, parse in parsers.items():
            if name not in VITAL:
                parsers[name] = _tolerant(name, parse)

    @property
    def is_open(self) -> bool:
        """Whether every part of the gateway is open and has said what there is."""
        open_ = [not shard.is_closed() for shard in self.shards.values()]
        return self.is_ready() and bool(open_) and all(open_)

    async def on_message(self, message: discord.Message) -> None:
        self._heard(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self._done(interaction)


def _tolerant(name: str, parse: Parser) -> Parser:
    @wraps(parse)
    def tolerant(data: dict[str, object]) -> None:
        try:
            parse(data)
        except Exception:
            log.exception("event_unreadable", name=name)

    return tolerant
