"""What the playground keeps: people's and the tutor's messages, as the page shows them."""

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import aiosqlite
from pydantic import Field, TypeAdapter

from adapters.web.clean import cleaned
from adapters.web.people import (
    CHANNEL,
    PEOPLE,
    PLATFORM,
    TUTOR,
    is_private,
    owner_of,
    root_of,
    shown_in,
    thread_key,
)
from bot.adapter import MessageRef, Seen
from bot.errors import OperatorError
from bot.strings import say
from bot.views import SlotId, View

_VIEW: TypeAdapter[View] = TypeAdapter(Annotated[View, Field(discriminator="kind")])

_SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    place TEXT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    text TEXT NOT NULL DEFAULT '',
    asked INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 1,
    slot TEXT,
    view TEXT,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_by_place ON messages (place, seq);
CREATE INDEX IF NOT EXISTS messages_waiting ON messages (seq) WHERE accepted = 0;
"""

_SELECT = f"""
SELECT m.*, (SELECT count(*) FROM messages r
             WHERE r.place = '{CHANNEL}/' || m.id AND r.deleted = 0 AND r.accepted = 1) AS replies
FROM messages m
"""  # noqa: S608 - a constant of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as stored. `view` is set for the tutor's, `text` for people's.

    `asked` says that it was meant for the tutor, `accepted` that the tutor has it; until then
    nobody sees it. `replies` counts the messages of the thread below it.
    """

    seq: int
    id: str
    place: str
    author: str
    at: datetime
    version: int = 1
    text: str = ""
    asked: bool = False
    accepted: bool = True
    view: View | None = None
    replies: int = 0


class Playground:
    """People, places and messages in one SQLite file; every write is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: aiosqlite.Connection | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep the file open. Raises OperatorError where it cannot be read or written."""
        async with AsyncExitStack() as stack:
            try:
                db = await stack.enter_async_context(
                    aiosqlite.connect(self._path, isolation_level=None, timeout=5)
                )
                db.row_factory = sqlite3.Row
                await db.execute("PRAGMA journal_mode = WAL")
                await db.execute("PRAGMA synchronous = FULL")
                await db.executescript(_SCHEMA)
            except sqlite3.Error as error:
                reason = str(error)
                raise OperatorError(
                    say("web.store_unusable", path=self._path, reason=reason)
                ) from error
            self._db = db
            try:
                yield
            finally:
                self._db = None

    async def save(self, message: Message) -> Message:
        """Store a person's message; one with the same id is returned as it was stored first."""
        await self._write(
            "INSERT INTO messages (id, place, author, at, text, asked, accepted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            message.id,
            message.place,
            message.author,
            _stamp(message.at),
            message.text,
            message.asked,
            message.accepted,
        )
        stored = await self.message(message.id)
        return stored or message

    async def mark_accepted(self, message: str) -> None:
        """The tutor has it: from now on people see it."""
        await self._write("UPDATE messages SET accepted = 1 WHERE id = ?", message)

    async def forget(self, message: str) -> None:
        """Take back a message that the tutor did not get; its author still has the text."""
        await self._write("DELETE FROM messages WHERE id = ? AND accepted = 0", message)

    async def waiting(self) -> Sequence[Message]:
        """Messages for the tutor that it does not have yet, oldest first."""
        rows = await self._read(_SELECT + "WHERE m.accepted = 0 AND m.deleted = 0 ORDER BY m.seq")
        return [_message(row) for row in rows]

    async def post(self, ref: str, place: str, slot: SlotId, view: View, at: datetime) -> None:
        """Store a message of the tutor, whether or not the slot has been posted before."""
        await self._write(
            "INSERT INTO messages (id, place, author, at, slot, view) VALUES (?, ?, ?, ?, ?, ?)",
            ref,
            place,
            TUTOR,
            _stamp(at),
            slot,
            _encoded(view),
        )

    async def redraw(self, ref: str, view: View) -> bool:
        """Replace a message's view; False where the message is gone."""
        changed = await self._write(
            "UPDATE messages SET version = version + (view IS NOT ?1), view = ?1"
            " WHERE id = ?2 AND author = ?3 AND deleted = 0",
            _encoded(view),
            ref,
            TUTOR,
        )
        return changed == 1

    async def remove(self, ref: str) -> bool:
        """Delete a message of the tutor; False where there was none to delete."""
        changed = await self._write(
            "UPDATE messages SET deleted = 1 WHERE id = ? AND author = ? AND deleted = 0",
            ref,
            TUTOR,
        )
        return changed == 1

    async def message(self, ref: str) -> Message | None:
        """A message that has not been deleted, shown or still waiting."""
        rows = await self._read(_SELECT + "WHERE m.id = ? AND m.deleted = 0", ref)
        return _message(rows[0]) if rows else None

    async def place_of(self, ref: str) -> str | None:
        """Where a message is or, when it was deleted, was."""
        rows = await self._read("SELECT place FROM messages WHERE id = ?", ref)
        return str(rows[0]["place"]) if rows else None

    async def has(self, key: str) -> bool:
        """Whether a place exists."""
        if is_private(key):
            where = shown_in(key)
            within = where == CHANNEL or root_of(where) is not None
            return owner_of(key) in PEOPLE and within and await self.has(where)
        root = root_of(key)
        if root is None:
            return key == CHANNEL or key in {person.dm for person in PEOPLE.values()}
        message = await self.message(root)
        return message is not None and message.place == CHANNEL

    async def newest(self, places: tuple[str, str], limit: int) -> Sequence[Message]:
        """The newest messages of two places that people see, oldest first."""
        rows = await self._read(
            _SELECT + "WHERE m.place IN (?, ?) AND m.deleted = 0 AND m.accepted = 1"
            " ORDER BY m.seq DESC LIMIT ?",
            *places,
            limit,
        )
        return [_message(row) for row in reversed(rows)]

    async def posted(self, place: str, since: datetime, limit: int) -> Sequence[Seen]:
        """The tutor's messages of a place since a time, oldest first."""
        rows = await self._read(
            "SELECT id, slot, at FROM messages WHERE place = ? AND author = ? AND at >= ?"
            " AND deleted = 0 ORDER BY seq LIMIT ?",
            place,
            TUTOR,
            _stamp(since),
            limit,
        )
        return [_seen(row) for row in rows]

    async def speakers(self, root: str) -> frozenset[str] | None:
        """Who wrote in a thread besides the tutor, or None where the tutor was never asked."""
        rows = await self._read(
            "SELECT author, max(asked) AS asked FROM messages"
            " WHERE (place = ? OR id = ?) AND author <> ? AND deleted = 0 GROUP BY author",
            thread_key(root),
            root,
            TUTOR,
        )
        asked = any(row["asked"] for row in rows)
        return frozenset(str(row["author"]) for row in rows) if asked else None

    async def _read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        async with self._open().execute(sql, values) as cursor:
            return list(await cursor.fetchall())

    async def _write(self, sql: str, *values: object) -> int:
        async with self._open().execute(sql, values) as cursor:
            return cursor.rowcount

    def _open(self) -> aiosqlite.Connection:
        if self._db is None:
            raise sqlite3.OperationalError("the playground is not open")
        return self._db


def _encoded(view: View) -> str:
    return json.dumps(cleaned(_VIEW.dump_python(view, mode="json")))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _seen(row: sqlite3.Row) -> Seen:
    slot = row["slot"]
    return Seen(
        message=MessageRef(platform=PLATFORM, key=str(row["id"])),
        slot=SlotId(str(slot)) if slot is not None else None,
        at=datetime.fromisoformat(str(row["at"])),
    )


def _message(row: sqlite3.Row) -> Message:
    view = row["view"]
    return Message(
        seq=int(row["seq"]),
        id=str(row["id"]),
        place=str(row["place"]),
        author=str(row["author"]),
        at=datetime.fromisoformat(str(row["at"])),
        version=int(row["version"]),
        text=str(row["text"]),
        asked=bool(row["asked"]),
        accepted=bool(row["accepted"]),
        view=_VIEW.validate_json(view) if view is not None else None,
        replies=int(row["replies"]),
    )
