"""`audit`: who changed what in this workspace."""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from bot.acts.office import Office
from bot.adapter import AuditLine, Receipt
from bot.events import Order, WorkspaceId
from bot.store import audit as rows
from bot.store import choosing
from bot.store.audit import Entry
from bot.store.choosing import Usable
from bot.store.database import Tx
from bot.strings import say
from bot.text.visible import quoted, shortened

MOST = 10
MAX_VALUE = 60
"""Characters of a value; the shell shows the whole."""
MAX_ID = 80
MAX_NAME = 40
MAX_WHAT = 160
MOST_FIELDS = 5
ASSISTANT_ID = "assistant_id"
"""The field that says which assistant was set for a place or workspace."""
MAX_PAGE = 3_000
"""Characters of the whole, so that it fits one message everywhere after it was escaped."""

Names = Mapping[str, str]
"""The names of assistants by their ids."""


async def audit(office: Office, order: Order, _: str) -> Receipt:
    """The newest changes, for admins."""
    return await office.say(order, await office.store.read(_page, order.place.workspace))


def lines(tx: Tx, workspace: WorkspaceId) -> tuple[AuditLine, ...]:
    """The newest changes as a screen shows them, without markup."""
    found, names = _newest(tx, workspace)
    return tuple(
        AuditLine(
            at=entry.at,
            who=entry.who,
            text=": ".join([_what(entry, names), _changes(entry, names)]),
        )
        for entry in found
    )


def _newest(tx: Tx, workspace: WorkspaceId) -> tuple[list[Entry], Names]:
    """Changes, and of the assistants in them those that the workspace may know by name."""
    found = rows.newest(tx, limit=MOST, workspace=workspace)
    names: dict[str, str] = {}
    for entry in found:
        for fields in (entry.before or {}, entry.after or {}):
            if _of_assistant(entry) and isinstance(fields.get("name"), str):
                # The newest entry comes first; only of what is deleted it is the last word.
                names.setdefault(str(fields.get("id")), str(fields["name"]))
    ids = {each for entry in found for each in _assistants_in(entry)}
    for one in (usable for each in ids for usable in _usable(tx, workspace, each)):
        names[one.id] = one.name
    return found, names


def _usable(tx: Tx, workspace: WorkspaceId, assistant_id: str) -> list[Usable]:
    return choosing.usable(tx, {workspace}, most=1, only=assistant_id)


def _of_assistant(entry: Entry) -> bool:
    return entry.what.startswith("assistant.")


def _assistants_in(entry: Entry) -> Iterator[str]:
    """The ids of those that changed, or were set somewhere."""
    for fields in (entry.before or {}, entry.after or {}):
        value = fields.get("id" if _of_assistant(entry) else ASSISTANT_ID)
        if isinstance(value, str):
            yield value


def _page(tx: Tx, workspace: WorkspaceId) -> str:
    found, names = _newest(tx, workspace)
    if not found:
        return say("audit.nothing")
    told, room = [say("audit.head")], MAX_PAGE
    for entry in found:
        line = say(
            "audit.line",
            at=f"{entry.at:%Y-%m-%d %H:%M} UTC",
            who=quoted(shortened(entry.who, MAX_ID)),
            what=quoted(_what(entry, names)),
            changes=quoted(_changes(entry, names)),
        )
        room -= len(line)
        if room < 0:
            break
        told.append(line)
    return "\n".join(told)


def _what(entry: Entry, names: Names) -> str:
    """What happened to whom."""
    whose = str((entry.after or entry.before or {}).get("id") or "")
    if _of_assistant(entry):
        whose = _named(whose, names)
    return shortened(f"{entry.what} {whose}".strip(), MAX_WHAT)


def _changes(entry: Entry, names: Names) -> str:
    before, after = entry.before or {}, entry.after or {}
    changed = [name for name in {**before, **after} if name not in ("id", "version")]
    changes = [
        _new(name, after[name], names)
        if entry.before is None
        else say(
            "workspaces.from_to",
            name=name,
            before=_value(name, before.get(name), names),
            after=_value(name, after.get(name), names),
        )
        for name in changed[:MOST_FIELDS]
    ]
    return "; ".join(changes) or say("audit.no_fields")


def _new(name: str, value: JsonValue, names: Names) -> str:
    """Of what was not there before."""
    return say("audit.only", name=name, value=_value(name, value, names))


def _value(name: str, value: JsonValue, names: Names) -> str:
    if value is None or value in ("", [], {}):
        return say("workspaces.nothing_there")
    if name == ASSISTANT_ID and isinstance(value, str):
        return _named(value, names)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shortened(text, MAX_VALUE)


def _named(assistant_id: str, names: Names) -> str:
    shown, name = shortened(assistant_id, MAX_ID), shortened(names.get(assistant_id, ""), MAX_NAME)
    return say("audit.named", name=name, id=shown) if name else shown
