"""What a person is in a server, and which servers they share with the bot."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, field

import aiohttp
import discord
import structlog

from adapters.discord.places import server_of, user_of, workspace_of
from bot.adapter import Rights
from bot.events import PersonRef, WorkspaceId

ASKED = 200
"""Servers that are asked whether somebody is a member, those with the fewest members first."""
AT_ONCE = 10
PATIENCE = 3.0
"""Seconds for all of them."""
LASTING = 10.0
"""Seconds for which an answer serves: each letter that somebody types asks again, and Discord
grants the whole bot 50 requests a second."""
KEPT = 1_000
"""People whose answer is remembered."""

log = structlog.get_logger()


async def rights(client: discord.Client, person: PersonRef, workspace: WorkspaceId) -> Rights:
    """Roles as Discord says now; a learner without any, in doubt."""
    server, user = server_of(workspace), user_of(person)
    guild = None if server is None else client.get_guild(server)
    if guild is None or user is None:
        return Rights()
    member = await _member(guild, user)
    if member is None:
        return Rights()
    may = member.guild_permissions
    roles = frozenset(str(role.id) for role in member.roles if not role.is_default())
    return Rights(admin=may.administrator or may.manage_guild, groups=roles)


@dataclass(slots=True)
class _Shared:
    """What was found, and when that was."""

    found: tuple[WorkspaceId, ...] = ()
    at: float | None = None
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Sharing:
    """Which servers people share with the bot; for one person Discord is asked once at a time."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Shared] = OrderedDict()
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def of(self, client: discord.Client, person: PersonRef) -> Collection[WorkspaceId]:
        """Servers with the person and the bot, as far as Discord says so in time."""
        user = user_of(person)
        if user is None:
            return ()
        known = self._known.setdefault(user, _Shared())
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        async with known.asking:
            now = asyncio.get_running_loop().time()
            if known.at is None or now - known.at >= LASTING:
                known.found = await self._asked(client, user)
                known.at = asyncio.get_running_loop().time()
            return known.found

    async def _asked(self, client: discord.Client, user: int) -> tuple[WorkspaceId, ...]:
        guilds = sorted(client.guilds, key=lambda guild: guild.member_count or 0)[:ASKED]
        found: list[WorkspaceId] = []

        async def ask(guild: discord.Guild) -> None:
            async with self._gate:
                if await _member(guild, user) is not None:
                    found.append(workspace_of(guild.id))

        try:
            async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
                for guild in guilds:
                    tasks.create_task(ask(guild))
        except TimeoutError:
            log.warning("shared_servers_late", servers=len(guilds))
        return tuple(found)


async def _member(guild: discord.Guild, user: int) -> discord.Member | None:
    """Never from memory: without the members intent nobody tells us of changes."""
    try:
        return await guild.fetch_member(user)
    except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError) as error:
        log.info("member_not_found", server=guild.id, error=type(error).__name__)
        return None
