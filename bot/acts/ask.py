"""`ask`: a question that only the person and the tutor see, with its reply."""

from bot.acts.office import Office
from bot.adapter import Receipt
from bot.events import Mention, Order, PlaceRef, Submission
from bot.strings import say


async def ask(office: Office, order: Order, question: str) -> Receipt:
    """The next message of the person's private conversation in this channel.

    Raises NotSaved.
    """
    if not (order.private.private or order.private.direct):
        return await office.say(order, say("asking.nowhere"))
    return await office.intake.accept(said(order, order.private, question))


def said(order: Order | Submission, place: PlaceRef, text: str) -> Mention:
    """The order, or the form that came of it, as a message with that text."""
    return Mention(
        key=order.key,
        place=place,
        person=order.person,
        text=text,
        at=order.at,
        locale=order.locale,
    )
