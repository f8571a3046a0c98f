"""Who uses the playground, where, and who may see what.

A private place, `private/ada/channel/<root>`, is what one person sees in a place that others see
too. It is shown in that place, to them alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.adapter import Rights
from bot.events import PersonRef, PlaceRef, WorkspaceId
from bot.strings import say

PLATFORM = "web"
WORKSPACE = WorkspaceId("web:playground")
CHANNEL = "channel"
TUTOR = "tutor"
TUTORS = "tutors"
"""A group, as platforms have them, so that instructors can be chosen by group."""

LEARNERS = 30
"""The most learners that a playground takes beside those who are always there: a school class."""

_DIRECT = "dm/"
_PRIVATE = "private/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of the playground; `user` is stored with what they write. `number` is that of one
    learner among many, who have no names of their own."""

    user: str
    number: int = 0
    admin: bool = False
    groups: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        if self.number:
            return say("web.learner", number=self.number)
        return say(f"web.person_{self.user}")

    @property
    def ref(self) -> PersonRef:
        return ref_of(self.user)

    @property
    def dm(self) -> str:
        return dm_of(self.user)


PEOPLE = {
    person.user: person
    for person in (
        Person(user="ada"),
        Person(user="ben", groups=frozenset({TUTORS})),
        Person(user="admin", admin=True),
        *(Person(user=f"learner-{number}", number=number) for number in range(1, LEARNERS + 1)),
    )
}
"""Everybody who can ever have been here: what they said keeps their name when they are not."""
FIRST = PEOPLE["ada"]


class People:
    """Whom the page may act as: everybody under the demo, `learners` of the many among them;
    without `switch` the first learner alone."""

    def __init__(self, *, switch: bool, learners: int) -> None:
        everybody = [one for one in PEOPLE.values() if one.number <= learners]
        self._switch = switch
        self._present = {one.user: one for one in (everybody if switch else [FIRST])}

    def __iter__(self) -> Iterator[Person]:
        return iter(self._present.values())

    def acting(self, user: str) -> Person | None:
        """The person a request acts as: without the switch the first learner, whatever it says."""
        return self._present.get(user) if self._switch else FIRST

    def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """What a person of this playground is; everyone and everything else is a learner."""
        known = self._present.get(person.user)
        if known is None or person.scope != PLATFORM or workspace != WORKSPACE:
            return Rights()
        return Rights(admin=known.admin, groups=known.groups)


def ref_of(user: str) -> PersonRef:
    """A person of the playground as everyone else names them."""
    return PersonRef(scope=PLATFORM, user=user)


def dm_of(user: str) -> str:
    """The key of somebody's direct messages with the tutor."""
    return f"{_DIRECT}{user}"


def thread_key(root: str) -> str:
    """The key of the thread below a message of the channel."""
    return f"{CHANNEL}/{root}"


def root_of(key: str) -> str | None:
    """The message a thread hangs on, or None where the key is no thread's."""
    prefix, _, root = key.partition("/")
    return root if prefix == CHANNEL and root else None


def private_of(user: str, where: str) -> str:
    """The key of what one person alone sees in a place; direct messages are private themselves."""
    return where if where.startswith(_DIRECT) else f"{_PRIVATE}{user}/{where}"


def shown_in(key: str) -> str:
    """The place on whose screen a place is: a private one is within another, all others are it."""
    return key.split("/", 2)[2] if is_private(key) else key


def is_private(key: str) -> bool:
    """Whether a place is a private one, within a place that others see too."""
    return key.startswith(_PRIVATE) and key.count("/") >= 2


def place_of(key: str) -> PlaceRef:
    """The place behind a key of ours."""
    private = is_private(key)
    return PlaceRef(
        platform=PLATFORM,
        workspace=WORKSPACE,
        key=key,
        direct=key.startswith(_DIRECT),
        parent=CHANNEL if private or root_of(key) else None,
        private=private,
    )


def owner_of(key: str) -> str | None:
    """The only person who may read a place, or None where everybody may."""
    if is_private(key):
        return key.split("/", 2)[1]
    return key.removeprefix(_DIRECT) if key.startswith(_DIRECT) else None
