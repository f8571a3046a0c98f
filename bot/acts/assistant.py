"""`assistant`: which one answers here, why, and choosing another one."""

import re
from collections.abc import Collection

from bot.acts import answering, editing
from bot.acts.lending import lenders
from bot.acts.office import Office
from bot.adapter import Accepted, Receipt
from bot.commands import Right
from bot.events import Click, Order, PersonRef, PlaceRef, WorkspaceId
from bot.registry import naming
from bot.registry.choices import ASSISTANT
from bot.registry.errors import RegistryError
from bot.store import choosing
from bot.store.database import Tx
from bot.strings import say
from bot.tokens import Press
from bot.views import Notice

INHERIT = "inherit"

_ID = re.compile(r"`?(asst_[A-Za-z0-9_-]+)`?")


async def assistant(office: Office, order: Order, words: str) -> Receipt | None:
    """Without words it tells; with a name or an id, instructors set the channel's, and everyone
    that of their own direct conversation."""
    place, person = order.place, order.person
    if words.casefold() == INHERIT:
        right = await _right(office, person, place)
        return await _set(office, order, None, right=right)
    shared = await lenders(office, place, person)
    if not words:
        seen = await office.store.read(answering.answering, place, shared)
        return await office.tell(order, answering.page(seen))
    meant = await office.store.read(_meant, place, words, shared)
    if order.said and not (meant.one or meant.several or _ID.fullmatch(words)):
        return None
    right = await _right(office, person, place)
    if meant.one is not None:
        return await _set(office, order, meant.one.id, right=right, shared=shared)
    if right < Right.INSTRUCTOR:
        return await office.say(order, say("commands.for_instructors"))
    return await office.tell(order, answering.which(meant))


async def press(office: Office, click: Click, press: Press) -> Receipt:
    """A button that sets an assistant or takes a choice back: rights are those of now, and the
    place is where it was pressed. Raises StoreError, and TimeoutError."""
    place, person = click.place, click.person
    match press.action, press.target:
        case "assistant", wanted:
            right = await _right(office, person, place)
            shared = await lenders(office, place, person)
            return await _set(office, click, wanted, right=right, shared=shared)
        case "inherit", "channel":
            right = await _right(office, person, place)
            return await _set(office, click, None, right=right)
        case "assistant_everywhere", wanted:
            right = await office.roster.right(person, place)
            return await _set(office, click, wanted, right=right, where="workspace")
        case "inherit", "workspace":
            right = await office.roster.right(person, place)
            return await _set(office, click, None, right=right, where="workspace")
        case _:
            return Accepted(private=Notice(text=say("quiz.stale_button")))


def _meant(tx: Tx, place: PlaceRef, words: str, shared: Collection[WorkspaceId]) -> naming.Meant:
    allowed = {place.workspace, *shared}
    if match := _ID.fullmatch(words):
        for one in choosing.usable(tx, allowed, most=1, only=match[1]):
            return naming.Meant(one=one)
    return naming.meant(choosing.usable(tx, allowed, most=answering.MOST_KNOWN), words)


async def _right(office: Office, person: PersonRef, place: PlaceRef) -> Right:
    """To choose for the place's channel; in a direct conversation that is the person's own
    affair, and nobody is asked."""
    return Right.INSTRUCTOR if place.direct else await office.roster.right(person, place)


async def _set(
    office: Office,
    event: Order | Click,
    wanted: str | None,
    *,
    right: Right,
    shared: Collection[WorkspaceId] = (),
    where: editing.Where = "channel",
) -> Receipt:
    """For those who may; whether that assistant may be set there the statement itself asks."""
    whole = where == "workspace"
    needed = Right.ADMIN if whole else Right.INSTRUCTOR
    if right < needed:
        refused = Notice(text=say(f"commands.for_{needed.name.lower()}s"))
        return await editing.once(office, event, "assistant", lambda _: refused)

    def work(tx: Tx) -> Notice:
        now, values = office.clock.now(), {ASSISTANT: wanted}
        changed = editing.apply(tx, event, where, values, now=now, shared=shared)
        seen = answering.answering(tx, event.place, shared)
        if wanted is None:
            return answering.inherits(seen)
        everywhere = right == Right.ADMIN and not whole
        return answering.is_set(seen, changed=changed, whole=whole, everywhere=everywhere)

    try:
        return await editing.once(office, event, "assistant", work)
    except RegistryError:
        unusable = Notice(text=say("choosing.unusable"))
        return await editing.once(office, event, "assistant", lambda _: unusable)
