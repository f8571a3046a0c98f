"""`quiet`: in this thread the tutor answers only when it is mentioned."""

from bot.acts import editing
from bot.acts.office import Office
from bot.adapter import Receipt
from bot.events import Order
from bot.place_settings import FOLLOW_UPS, one_of
from bot.registry.errors import RegistryError
from bot.store import places
from bot.store.database import Tx
from bot.strings import say
from bot.views import Notice

OFF = "off"
SWITCH = ("", "on", OFF)


def fits(words: str) -> bool:
    """Whether that can stand behind the word in a message; else it is a question."""
    return words.casefold().rstrip(".!") in SWITCH


async def quiet(office: Office, order: Order, words: str) -> Receipt:
    """By anyone who may write in the thread: it is theirs to keep to themselves."""
    if not fits(words):
        return await office.say(order, say("quiet.needs"))
    if order.place.direct:
        return await office.say(order, say("quiet.direct"))
    if order.place.parent is None or order.place.private:
        return await office.say(order, say("quiet.no_thread"))
    off = words.casefold().rstrip(".!") == OFF

    def work(tx: Tx) -> Notice:
        wanted = None if off else "never"
        editing.apply(tx, order, "place", {FOLLOW_UPS: wanted}, now=office.clock.now())
        settings = places.settings_of(tx, [order.place])[order.place.id]
        follow_ups = one_of(settings, FOLLOW_UPS)
        still = off and follow_ups == "never"
        return Notice(text=say("quiet.still_never" if still else f"quiet.now_{follow_ups}"))

    try:
        return await editing.once(office, order, "command", work)
    except RegistryError as error:
        return await office.say(order, str(error))
