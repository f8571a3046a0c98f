"""What the scripted Discord remembers, shared by its REST API and its gateway."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import JsonValue

from bot.jsons import Json
from tests.sims.discord import world
from tests.sims.discord.gateway import MESSAGE_CONTENT, Gateway, Session
from tests.sims.discord.world import Post, Thread

WITHIN = 15.0  # seconds that a test waits for what should happen soon


@dataclass(slots=True)
class Fault:
    """What happens to the next creates, before or after the message was taken."""

    status: int
    code: int = 0
    taken: bool = False
    retry_after: float = 0.1


@dataclass(slots=True, eq=False)
class Interaction:
    """What somebody did with a command, button or form; `response` is the bot's callback.

    `message` is what they pressed, also by the form behind it, and `original` what the response
    made or changed. With `is_form` they sent a form.
    """

    id: int
    token: str
    user: int
    channel: int
    message: Post | None = None
    original: Post | None = None
    is_form: bool = False
    at: float = field(default_factory=time.monotonic)
    response: Json | None = None
    filled: bool = False
    ended: bool = False

    @property
    def kind(self) -> int | None:
        number = None if self.response is None else self.response.get("type")
        return number if isinstance(number, int) else None

    @property
    def data(self) -> Json:
        data = None if self.response is None else self.response.get("data")
        return data if isinstance(data, dict) else {}

    @property
    def text(self) -> str:
        return str(self.data.get("content", ""))


@dataclass(slots=True)
class State:
    """The server, its messages and what the bot asked for, `sent` are the bodies of its requests.
    Attributes may change while it runs."""

    gateway: Gateway = field(init=False)
    posts: dict[int, Post] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    dms: dict[int, int] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    commands: list[JsonValue] = field(default_factory=list)
    commands_set: int = 0
    faults: list[Fault] = field(default_factory=list)
    closed_dms: set[int] = field(default_factory=set)
    threads_refused: bool = False
    nonces_forgotten: bool = False
    bot_may: int = world.TALK | world.CREATE_THREADS
    application_flags: int = 0
    requests: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    limited: int = 0
    complaints: list[str] = field(default_factory=list)
    buckets: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.gateway = Gateway(world.TOKEN, self.tell)

    async def until(self, happened: Callable[[], bool], within: float = WITHIN) -> None:
        """Wait for a state. Raises TimeoutError."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(happened)

    async def tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def shown(self, channel: int) -> list[Post]:
        """The bot's messages of a channel, those for one person too."""
        return [
            post
            for post in self.posts.values()
            if post.channel == channel and post.author == world.BOT and not post.deleted
        ]

    def private(self, by: str, channel: int = world.CHANNEL) -> list[Post]:
        """What one person alone sees there."""
        return [post for post in self.shown(channel) if post.only == world.PEOPLE[by]]

    def is_dm(self, channel: int) -> bool:
        return channel in self.dms.values()

    def has_channel(self, channel: int) -> bool:
        return channel == world.CHANNEL or channel in self.threads or self.is_dm(channel)

    def seen_by(self, post: Post, session: Session | None, *, nonce: bool = False) -> Json:
        """A message as the bot gets it: without its content where the intent is missing."""
        intents = self.gateway.granted if session is None else session.intents
        readable = (
            bool(intents & MESSAGE_CONTENT)
            or post.author == world.BOT
            or self.is_dm(post.channel)
            or world.BOT in post.mentions
            or world.BOT_ROLE in post.roles
        )
        server = not self.is_dm(post.channel)
        return world.message(post, server=server, readable=readable, with_nonce=nonce)

    async def announce(self, post: Post) -> None:
        """MESSAGE_CREATE to every session that hears of the channel."""
        for session in self.gateway.sessions.values():
            await self.gateway.dispatch(
                "MESSAGE_CREATE", self.seen_by(post, session, nonce=True), session
            )

    async def opened(self, known: Thread) -> None:
        for session in self.gateway.sessions.values():
            data = world.thread(known) | {"newly_created": True}
            await self.gateway.dispatch("THREAD_CREATE", data, session)
