"""`audit`: who changed what in this workspace."""

import json
from collections.abc import Sequence

from pydantic import JsonValue

from bot.acts.office import Office
from bot.adapter import AuditLine, Receipt
from bot.events import Order, WorkspaceId
from bot.store import audit as rows
from bot.store.audit import Entry
from bot.store.database import Tx
from bot.strings import say
from bot.text.visible import quoted, shortened

MOST = 10
MAX_VALUE = 60
"""Characters of a value; the shell shows the whole."""
MAX_ID = 80
MAX_PAGE = 3_000
"""Characters of the whole, so that it fits one message everywhere after it was escaped."""


async def audit(office: Office, order: Order, _: str) -> Receipt:
    """The newest changes, for admins."""
    found = await office.store.read(rows.newest, limit=MOST, workspace=order.place.workspace)
    return await office.say(order, _page(found))


def lines(tx: Tx, workspace: WorkspaceId) -> tuple[AuditLine, ...]:
    """The newest changes as a screen shows them, without markup."""
    return tuple(
        AuditLine(at=entry.at, who=entry.who, text=": ".join([_what(entry), _changes(entry)]))
        for entry in rows.newest(tx, limit=MOST, workspace=workspace)
    )


def _page(found: Sequence[Entry]) -> str:
    if not found:
        return say("audit.nothing")
    told, room = [say("audit.head")], MAX_PAGE
    for entry in found:
        line = say(
            "audit.line",
            at=f"{entry.at:%Y-%m-%d %H:%M} UTC",
            who=quoted(shortened(entry.who, MAX_ID)),
            what=quoted(_what(entry)),
            changes=quoted(_changes(entry)),
        )
        room -= len(line)
        if room < 0:
            break
        told.append(line)
    return "\n".join(told)


def _what(entry: Entry) -> str:
    """What happened to whom."""
    whose = (entry.after or entry.before or {}).get("id")
    return shortened(f"{entry.what} {whose or ''}".strip(), MAX_ID)


def _changes(entry: Entry) -> str:
    before, after = entry.before or {}, entry.after or {}
    names = [name for name in {**before, **after} if name not in ("id", "version")]
    changes = [
        say(
            "workspaces.from_to",
            name=name,
            before=_value(before.get(name)),
            after=_value(after.get(name)),
        )
        for name in names[:5]
    ]
    return "; ".join(changes) or say("audit.no_fields")


def _value(value: JsonValue) -> str:
    if value is None:
        return say("workspaces.nothing_there")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(text, MAX_VALUE)
