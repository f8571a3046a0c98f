"""`stop`: what a press of the button does."""

from bot import tokens
from bot.acts.office import Office, unfinished
from bot.adapter import Receipt
from bot.events import Click, Order
from bot.strings import say
from bot.tokens import Press


async def stop(office: Office, order: Order, _: str) -> Receipt:
    """That shows on the reply itself."""
    run = await office.store.read(unfinished, order)
    if run is None:
        return await office.say(order, say("commands.nothing_to_stop"))
    press = Press("stop", run.id)
    click = Click(
        key=order.key,
        place=order.place,
        person=order.person,
        token=tokens.encode(press.action, press.target),
        at=order.at,
        locale=order.locale,
    )
    return await office.endings.take(click, press)
