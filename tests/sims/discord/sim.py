"""A scripted Discord on loopback, and the people who use it.

    async with DiscordSim() as discord:
        asked = await discord.write("<@1000001> What is 7*8?", by="ada")
        … run the bot against discord.api_url and discord.gateway_url …
        await discord.said("56", channel=asked.id)

A request that nobody serves, or that Discord's OpenAPI file or its limits refuse, fails the test
when the simulator is left; not where the test is about such requests (`forgiving`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web
from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.discord import forms, world
from tests.sims.discord.rest import BASE, Rest
from tests.sims.discord.state import Interaction, State
from tests.sims.discord.world import BOT, CHANNEL, PEOPLE, SERVER, Post, snowflake

ME = f"<@{BOT}>"
READY = "READY"


@dataclass(slots=True)
class DiscordSim(State):
    """The platform; what people do on it."""

    forgiving: bool = False
    url: str = ""
    _runner: web.AppRunner | None = None
    _tokens: int = 0

    @property
    def api_url(self) -> str:
        return f"{self.url}{BASE}"

    @property
    def gateway_url(self) -> str:
        return f"{self.url.replace('http', 'ws', 1)}/gateway"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        Rest(self, lambda: self.gateway_url).add_to(app)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.gateway.url = self.gateway_url
        self.gateway.hello = [
            {"t": READY, "d": _ready()},
            {"t": "GUILD_CREATE", "d": self._server()},
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.drop(1001)
        assert self._runner is not None
        await self._runner.cleanup()
        if error is None and self.complaints and not self.forgiving:
            raise AssertionError("\n".join(self.complaints))

    @property
    def connected(self) -> bool:
        return any(session.socket is not None for session in self.gateway.sessions.values())

    async def write(
        self,
        text: str,
        *,
        by: str = "ada",
        channel: int = CHANNEL,
        everyone: bool = False,
        ping: bool = True,
        under: int | None = None,
    ) -> Post:
        """Somebody writes a message, or a reply `under` one; those who are named in it or replied
        to are mentioned."""
        named = ME in text or (under is not None and self.posts[under].author == BOT)
        post = Post(
            snowflake(),
            channel,
            PEOPLE[by],
            text,
            mentions=(BOT,) if ping and named else (),
            roles=(world.BOT_ROLE,) if f"<@&{world.BOT_ROLE}>" in text else (),
            everyone=everyone,
            under=under,
        )
        self.posts[post.id] = post
        await self.announce(post)
        return post

    async def write_directly(self, text: str, *, by: str = "ada", under: int | None = None) -> Post:
        return await self.write(text, by=by, channel=self.dm(by), under=under)

    def dm(self, by: str) -> int:
        """The direct channel of somebody with the bot."""
        return self.dms.setdefault(PEOPLE[by], snowflake())

    async def again(self, post: Post) -> None:
        """The gateway delivers a message once more."""
        await self.announce(post)

    async def said(self, text: str, channel: int, within: float = 15.0) -> Post:
        """Wait for a message of the bot with that text that is not being written any more."""

        def found() -> list[Post]:
            return [
                post
                for post in self.shown(channel)
                if text in post.content and "Stop" not in post.labels
            ]

        await self.until(lambda: bool(found()), within)
        return found()[-1]

    async def press(self, post: Post, label: str, *, by: str = "ada") -> Interaction:
        """A press of the button whose label begins so; returns once the bot has responded."""
        custom_id = post.button(label)["custom_id"]
        return await self.press_id(post, str(custom_id), by=by)

    async def press_id(self, post: Post, custom_id: str, *, by: str = "ada") -> Interaction:
        """A press of whatever that person says the message has."""
        assert post.only in {None, PEOPLE[by]}
        data: Json = {"component_type": 2, "custom_id": custom_id, "id": 1}
        return await self.interact(3, data, by, post.channel, on=post)

    async def fill(
        self,
        opened: Interaction,
        given: str | Mapping[str, str],
        *,
        by: str = "ada",
        user_install: bool = False,
    ) -> Interaction:
        """Somebody sends the form that they have opened: what they write in its first field, or
        what they write and choose by the labels."""
        assert opened.kind == 9, opened.response
        data: Json = {
            "custom_id": opened.data["custom_id"],
            "components": forms.filled(opened.data["components"], given),
        }
        return await self.interact(
            5, data, by, opened.channel, on=opened.message, user_install=user_install
        )

    async def command(
        self,
        word: str,
        argument: str = "",
        *,
        by: str = "ada",
        channel: int = CHANNEL,
        top: str = "tutor",
        user_install: bool = False,
    ) -> Interaction:
        """`/tutor word argument`."""
        data = self._command(top, word, argument)
        return await self.interact(2, data, by, channel, user_install=user_install)

    async def type(self, word: str, typed: str, *, by: str = "ada") -> Interaction:
        """Somebody types the argument of a command that offers what it can be."""
        data = self._command("tutor", word, typed, focused=True)
        return await self.interact(4, data, by, CHANNEL)

    def _command(self, top: str, word: str, argument: str, *, focused: bool = False) -> Json:
        argued: list[JsonValue] = (
            [{"name": "text", "type": 3, "value": argument, "focused": focused}]
            if argument or focused
            else []
        )
        subcommand: Json = {"name": word, "type": 1, "options": argued}
        return {"id": "1", "name": top, "type": 1, "options": [subcommand]}

    async def interact(
        self,
        kind: int,
        data: Json,
        by: str,
        channel: int,
        *,
        on: Post | None = None,
        user_install: bool = False,
    ) -> Interaction:
        self._tokens += 1
        known = Interaction(
            snowflake(),
            f"interaction.{self._tokens}",
            PEOPLE[by],
            channel,
            message=on,
            is_form=kind == 5,
        )
        self.interactions[known.token] = known
        payload = self._payload(known, kind, data, user_install=user_install)
        if on is not None:
            payload["message"] = self.seen_by(on, None)
        for session in self.gateway.sessions.values():
            await self.gateway.dispatch("INTERACTION_CREATE", payload, session)
        await self.until(lambda: known.response is not None)
        return known

    def _payload(self, known: Interaction, kind: int, data: Json, *, user_install: bool) -> Json:
        channel = known.channel
        payload: Json = {
            "id": str(known.id),
            "application_id": str(BOT),
            "type": kind,
            "token": known.token,
            "version": 1,
            "data": data,
            "locale": "en-US",
            "app_permissions": str(self.bot_may),
            "entitlements": [],
            "attachment_size_limit": 10_000_000,
            "channel_id": str(channel),
        }
        if self.is_dm(channel):
            owners: Json = {"0": "0"}
            return payload | {
                "channel": world.dm_channel(channel, known.user),
                "user": world.user(known.user),
                "context": 1,
                "authorizing_integration_owners": owners,
            }
        owners = {"1": str(known.user)} if user_install else {"0": str(SERVER)}
        place = (
            world.thread(self.threads[channel])
            if channel in self.threads
            else world.channel(channel)
        )
        return payload | {
            "guild_id": str(SERVER),
            "guild": {"id": str(SERVER), "features": [], "locale": "en-US"},
            "guild_locale": "en-US",
            "channel": place,
            "member": world.member(known.user) | {"permissions": "0"},
            "context": 0,
            "authorizing_integration_owners": owners,
        }

    def _server(self) -> Json:
        everyone = world.VIEW | world.SEND | world.HISTORY
        members = [world.member(BOT)]
        return {
            "id": str(SERVER),
            "name": "School",
            "owner_id": "1",
            "member_count": 4,
            "large": False,
            "unavailable": False,
            "channels": [world.channel(CHANNEL)],
            "threads": [],
            "roles": [
                world.role(SERVER, everyone),
                world.role(world.BOT_ROLE, self.bot_may, bot=True),
                world.role(world.TEACHERS, world.MANAGE_SERVER),
            ],
            "members": [*members],
            "emojis": [],
            "stickers": [],
            "features": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "verification_level": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "system_channel_flags": 0,
        }


def _ready() -> Json:
    return {
        "v": 10,
        "user": world.user(BOT),
        "guilds": [{"id": str(SERVER), "unavailable": True}],
        "application": {"id": str(BOT), "flags": 0},
        "shard": [0, 1],
    }
