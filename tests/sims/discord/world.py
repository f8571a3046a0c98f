"""Who and what there is on the scripted Discord: one server, its people, channels and messages."""

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import JsonValue

from bot.jsons import Json

BOT = 1_000_001
SERVER = 2_000_001
BOT_ROLE = 2_000_002
TEACHERS = 2_000_003
CHANNEL = 3_000_001
PEOPLE = {"ada": 4_000_001, "ben": 4_000_002, "robin": 4_000_003, "mallory": 4_000_009}
"""Robin manages the server; mallory is in none."""
NAMES = {number: name for name, number in PEOPLE.items()} | {BOT: "tutor"}
TOKEN = "MTAwMDAwMQ.scripted.token-that-opens-only-the-simulator"  # noqa: S105 - opens nothing but the simulator

VIEW = 1 << 10
SEND = 1 << 11
HISTORY = 1 << 16
CREATE_THREADS = 1 << 35
SEND_IN_THREADS = 1 << 38
MANAGE_SERVER = 1 << 5
TALK = VIEW | SEND | HISTORY | SEND_IN_THREADS

EPHEMERAL = 1 << 6
HAS_THREAD = 1 << 5
EPOCH = 1_420_070_400_000  # milliseconds, Discord's own

_numbers = itertools.count()


def snowflake() -> int:
    """A new id, which says when it was made."""
    return (int(time.time() * 1000) - EPOCH) << 22 | next(_numbers) % (1 << 12)


def iso(number: int) -> str:
    return datetime.fromtimestamp(((number >> 22) + EPOCH) / 1000, UTC).isoformat()


@dataclass(slots=True, eq=False)
class Post:
    """One message. `only` is the person who alone sees it, `token` that of their interaction."""

    id: int
    channel: int
    author: int
    content: str
    mentions: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False
    components: list[JsonValue] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    under: int | None = None
    allowed: JsonValue = None
    only: int | None = None
    token: str = ""
    edits: int = 0
    deleted: bool = False
    files: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[Json]:
        rows = [row for row in self.components if isinstance(row, dict)]
        return [
            button
            for row in rows
            if isinstance(inner := row["components"], list)
            for button in inner
            if isinstance(button, dict)
        ]

    @property
    def labels(self) -> list[str]:
        return [str(button["label"]) for button in self.buttons]

    def button(self, label: str) -> Json:
        return next(each for each in self.buttons if str(each["label"]).startswith(label))


@dataclass(slots=True, eq=False)
class Thread:
    id: int
    parent: int
    name: str
    owner: int = BOT


def user(number: int) -> Json:
    return {
        "id": str(number),
        "username": NAMES.get(number, "somebody"),
        "discriminator": "0",
        "avatar": None,
        "global_name": NAMES.get(number, "somebody").title(),
        "bot": number == BOT,
        "flags": 0,
        "public_flags": 0,
    }


def role(number: int, permissions: int, *, bot: bool = False) -> Json:
    found: Json = {
        "id": str(number),
        "name": {SERVER: "@everyone", BOT_ROLE: "tutor"}.get(number, "teachers"),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0 if number == SERVER else 1,
        "permissions": str(permissions),
        "managed": bot,
        "mentionable": True,
        "flags": 0,
    }
    return found | ({"tags": {"bot_id": str(BOT)}} if bot else {})


def member(number: int) -> Json:
    roles = {BOT: [BOT_ROLE], PEOPLE["robin"]: [TEACHERS]}.get(number, [])
    return {
        "user": user(number),
        "nick": None,
        "roles": [str(each) for each in roles],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def channel(number: int, *, may: str = "0") -> Json:
    return {
        "id": str(number),
        "type": 0,
        "guild_id": str(SERVER),
        "name": "math",
        "position": 0,
        "permission_overwrites": [],
        "nsfw": False,
        "topic": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "permissions": may,
    }


def thread(known: Thread) -> Json:
    return {
        "id": str(known.id),
        "type": 11,
        "guild_id": str(SERVER),
        "parent_id": str(known.parent),
        "owner_id": str(known.owner),
        "name": known.name,
        "last_message_id": None,
        "message_count": 0,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "flags": 0,
        "total_message_sent": 0,
        "permissions": "0",
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 1440,
            "archive_timestamp": "2026-01-01T00:00:00+00:00",
            "locked": False,
            "create_timestamp": "2026-01-01T00:00:00+00:00",
        },
    }


def dm_channel(number: int, person: int) -> Json:
    return {
        "id": str(number),
        "type": 1,
        "last_message_id": None,
        "flags": 0,
        "recipients": [user(person)],
    }


def message(post: Post, *, server: bool, readable: bool, with_nonce: bool) -> Json:
    """What the bot gets to see of a message."""
    found: Json = {
        "id": str(post.id),
        "channel_id": str(post.channel),
        "author": user(post.author),
        "content": post.content if readable else "",
        "timestamp": iso(post.id),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": post.everyone,
        "mentions": [user(number) for number in post.mentions],
        "mention_roles": [str(number) for number in post.roles],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0 if post.under is None else 19,
        "components": post.components if readable else [],
        "flags": post.flags,
    }
    if server:
        found["guild_id"] = str(SERVER)
        found["member"] = {
            key: value for key, value in member(post.author).items() if key != "user"
        }
    if with_nonce and post.nonce is not None:
        found["nonce"] = post.nonce
    if post.under is not None:
        found["message_reference"] = {
            "message_id": str(post.under),
            "channel_id": str(post.channel),
        }
    return found
