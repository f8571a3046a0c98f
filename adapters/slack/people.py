"""Who somebody is, as the workspace says: rights, groups, language, name."""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.slack.places import PLATFORM
from adapters.slack.send import WebApi
from bot.adapter import Gone, Refused, Rights, Unknown
from bot.events import PersonRef, WorkspaceId
from bot.text.likeness import seen
from bot.text.visible import shortened

KEPT_SECONDS = 3600.0
"""How long a language and a name are remembered; people rarely change them."""
MAX_KEPT = 10_000
GROUPS_KEPT_SECONDS = 30.0
"""How long the members of groups are remembered: Slack gives lists of groups 20 times a minute,
and classes press buttons together."""
MAX_NAME = 80
"""Characters of a name (docs.slack.dev, users.profile.set)."""
LOOK_UP_SECONDS = 0.5
"""How long a message waits to learn its author's language, before it is taken without."""

log = structlog.get_logger()


class _Profile(BaseModel):
    display_name: str = ""
    real_name: str = ""


class User(BaseModel):
    """What users.info says; guests and people of other workspaces are never admins."""

    model_config = ConfigDict(frozen=True)

    id: str
    team_id: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    is_primary_owner: bool = False
    is_stranger: bool = False
    locale: str = ""
    profile: _Profile = _Profile()

    @property
    def name(self) -> str:
        """As it is shown: nothing in it turns the line around that it stands in."""
        return shortened(self.profile.display_name or self.profile.real_name, MAX_NAME)


class _Group(BaseModel):
    id: str
    users: list[str] = []


class _UserAnswer(BaseModel):
    user: User


class _GroupsAnswer(BaseModel):
    usergroups: list[_Group]


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    locale: str
    name: str


class People:
    """The members of one workspace."""

    def __init__(self, api: WebApi, team: str) -> None:
        self._api = api
        self._team = team
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._quiet_until = 0.0
        self._groups: list[_Group] = []
        self._groups_until = 0.0

    async def rights(self, person: PersonRef, workspace: WorkspaceId) -> Rights:
        """Asked now; a learner where Slack does not say otherwise."""
        if workspace != self._team or person.scope != f"{PLATFORM}:{self._team}":
            return Rights()
        try:
            user = await self._user(person.user)
        except (Refused, Unknown, Gone) as error:
            log.warning("rights_unknown", person=person.key, reason=str(error))
            return Rights()
        if user.deleted or user.is_bot or user.is_stranger or user.team_id != self._team:
            return Rights()
        admin = user.is_admin or user.is_owner or user.is_primary_owner
        return Rights(admin=admin, groups=await self._groups_of(person.user))

    async def locale(self, person: PersonRef) -> str:
        """The person's language as Slack names it, empty where it is not known soon enough."""
        return (await self._about(person.user, LOOK_UP_SECONDS)).locale

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """What people are called, by their id; empty where that is not known."""
        asked = sorted(set(users))
        found = await asyncio.gather(*(self._about(user, LOOK_UP_SECONDS * 4) for user in asked))
        return {user: kept.name for user, kept in zip(asked, found, strict=True)}

    async def told_apart(self, users: Iterable[str]) -> dict[str, str]:
        """The same, with their ids where names look alike or are not known."""
        names = await self.names(users)
        looks = {user: seen(name) for user, name in names.items()}
        often = Counter(looks.values())
        return {
            user: user
            if not look
            else names[user]
            if often[look] == 1
            else f"{names[user]} ({user})"
            for user, look in looks.items()
        }

    async def _about(self, user: str, seconds: float) -> _Kept:
        now = time.monotonic()
        kept = self._kept.get(user)
        if kept is not None and kept.until > now:
            return kept
        if self._quiet_until > now:
            return _Kept(now, "", "")
        try:
            async with asyncio.timeout(seconds):
                found = await self._user(user)
        except Refused as refused:
            wait = refused.retry_after.total_seconds() if refused.retry_after else seconds
            self._quiet_until = now + wait
            return _Kept(now, "", "")
        except (Unknown, Gone, TimeoutError):
            return _Kept(now, "", "")
        kept = self._kept[user] = _Kept(now + KEPT_SECONDS, found.locale, found.name)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return kept

    async def _user(self, user: str) -> User:
        params = {"user": user, "include_locale": "true"}
        answer = await self._api.call("users.info", params=params, verb="GET")
        try:
            return _UserAnswer.model_validate(answer).user
        except ValidationError as error:
            raise Unknown("users.info") from error

    async def _groups_of(self, user: str) -> frozenset[str]:
        now = time.monotonic()
        if self._groups_until <= now:
            try:
                params = {"include_users": "true"}
                answer = await self._api.call("usergroups.list", params=params, verb="GET")
                self._groups = _GroupsAnswer.model_validate(answer).usergroups
            except (Refused, Unknown, Gone, ValidationError) as error:
                # A plan without groups, or a scope that is missing: then nobody is in one.
                log.warning("groups_unknown", reason=type(error).__name__)
                self._groups = []
            self._groups_until = now + GROUPS_KEPT_SECONDS
        return frozenset(group.id for group in self._groups if user in group.users)
