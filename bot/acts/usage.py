"""`usage`: how much a person has used, and for admins how much the whole workspace has."""

from bot.acts.office import Office
from bot.adapter import Receipt
from bot.commands import Right
from bot.events import Order
from bot.limits import lower
from bot.place_settings import limit_of
from bot.store import places
from bot.store import usage as rows
from bot.store.database import Tx
from bot.store.usage import DAYS, Used, UsedByAll
from bot.strings import say


async def usage(office: Office, order: Order, _: str) -> Receipt:
    now = office.clock.now()
    workspace = order.place.workspace
    own = await office.store.read(rows.of_person, order.person, workspace, now)
    parts = [_own(own)]
    if await _may_see_all(office, order):
        whole = await office.store.read(rows.of_workspace, workspace, now)
        limit = await office.store.read(_limit, order, office.quota.limits.tokens_per_day)
        parts += [_all(whole), _left(limit, whole[DAYS[0]].tokens)]
    return await office.say(order, "\n\n".join([*parts, say("usage.days")]))


async def _may_see_all(office: Office, order: Order) -> bool:
    """Not if the platform is too slow to say so."""
    try:
        return await office.roster.right(order.person, order.place) >= Right.ADMIN
    except TimeoutError:
        return False


def _limit(tx: Tx, order: Order, of_all: int | None) -> int | None:
    """The lower one of what is set for the workspace and for all of them; None for no limit."""
    settings = places.settings_of(tx, [order.place])[order.place.id]
    return lower(limit_of(settings, "tokens_per_day"), of_all)


def _own(used: dict[int, Used]) -> str:
    lines = [
        say("usage.own_row", span=_span(days), runs=one.runs, read=one.read, written=one.written)
        for days, one in used.items()
    ]
    return "\n".join([say("usage.own"), "", say("usage.own_head"), "|---|--:|--:|--:|", *lines])


def _all(used: dict[int, UsedByAll]) -> str:
    lines = [
        say("usage.all_row", span=_span(days), runs=one.runs, people=one.people, tokens=one.tokens)
        for days, one in used.items()
    ]
    return "\n".join([say("usage.all"), "", say("usage.all_head"), "|---|--:|--:|--:|", *lines])


def _span(days: int) -> str:
    return say("usage.span", number=days)


def _left(limit: int | None, spent: int) -> str:
    if limit is None:
        return say("usage.no_limit")
    return say("usage.left", limit=limit, left=max(limit - spent, 0))
