"""`quiz`: a quiz for the place, as if the person had asked the tutor for one there."""

from bot.acts.ask import said
from bot.acts.office import Office
from bot.adapter import Accepted, Receipt
from bot.events import Order
from bot.strings import LANGUAGES, say, speaking
from bot.views import Notice


async def quiz(office: Office, order: Order, topic: str) -> Receipt:
    """In the person's language. Raises NotSaved."""
    text = say("quiz_request.about", topic=topic) if topic else say("quiz_request.about_this")
    receipt = await office.intake.accept(said(order, order.place, text))
    if receipt == Accepted() and order.private.private:
        # Others see no order, and the person nothing until the quiz is there.
        return Accepted(private=Notice(text=say("quiz_request.heard")))
    return receipt


def topic_of(text: str) -> str | None:
    """What a person wrote behind the command, in whatever language the text was made of it."""
    for language in LANGUAGES:
        with speaking(language):
            before, _, after = say("quiz_request.about", topic="\0").partition("\0")
        if text.startswith(before) and text.endswith(after):
            return text[len(before) : len(text) - len(after)]
    return None
