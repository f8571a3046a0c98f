"""Who uses the playground: two learners and an admin, named in the strings."""

from dataclasses import dataclass

from bot.adapter import Rights
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.strings import say

PLATFORM = "web"
WORKSPACE = WorkspaceId("web:playground")
CHANNEL = "channel"
TUTOR = "tutor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the playground; `user` is stored with what they write."""

    user: str
    admin: bool = False

    @property
    def name(self) -> str:
        return say(f"web.person_{self.user}")

    @property
    def ref(self) -> PersonRef:
        return PersonRef(scope=PLATFORM, user=self.user)

    @property
    def dm(self) -> str:
        return dm_of(self.user)


PEOPLE = {
    person.user: person
    for person in (Person(user="ada"), Person(user="ben"), Person(user="admin", admin=True))
}
FIRST = PEOPLE["ada"]


def dm_of(user: str) -> str:
    """The key of somebody's direct messages with the tutor."""
    return f"dm/{user}"


def present(switch: bool) -> tuple[Person, ...]:
    """Whom the page may act as: everybody under the demo, else the first learner alone."""
    return tuple(PEOPLE.values()) if switch else (FIRST,)


def acting(user: str, *, switch: bool) -> Person | None:
    """The person a request acts as: without the switch the first learner, whatever it says."""
    return PEOPLE.get(user) if switch else FIRST


def rights_of(person: PersonRef, workspace: WorkspaceId, *, switch: bool) -> Rights:
    """Admin for the admin of this playground; everyone and everything else is a learner."""
    known = PEOPLE.get(person.user)
    if known is None or person.scope != PLATFORM or workspace != WORKSPACE or not switch:
        return Rights()
    return Rights(admin=known.admin)


def thread_key(root: str) -> str:
    """The key of the thread below a message of the channel."""
    return f"{CHANNEL}/{root}"


def root_of(key: str) -> str | None:
    """The message a thread hangs on, or None where the key is no thread's."""
    prefix, _, root = key.partition("/")
    return root if prefix == CHANNEL and root else None


def place_of(key: str) -> PlaceRef:
    """The place behind a key of ours."""
    direct = key.startswith("dm/")
    parent = CHANNEL if root_of(key) else None
    return PlaceRef(platform=PLATFORM, workspace=WORKSPACE, key=key, direct=direct, parent=parent)


def owner_of(key: str) -> str | None:
    """The only person who may read a place, or None where everybody may."""
    return key.removeprefix("dm/") if key.startswith("dm/") else None
