"""`help`: what the tutor can do in a place, for what the person may do there."""

from bot import assistants
from bot.acts.office import Office
from bot.adapter import Receipt
from bot.commands import COMMANDS, Right
from bot.events import Order
from bot.store.database import Tx
from bot.strings import say
from bot.text.visible import quoted, shortened

MAX_NAME = 80
"""Characters of an assistant's name."""


async def tell_help(office: Office, order: Order, _: str) -> Receipt:
    """A platform that is too slow to say what the person is makes them a learner. Raises
    StoreError."""
    try:
        right = await office.roster.right(order.person, order.place)
    except TimeoutError:
        right = Right.LEARNER
    name = await office.store.read(_answering, order)
    return await office.say(order, text(name, right, office.room(order), direct=order.place.direct))


def text(name: str, right: Right, room: int, *, direct: bool) -> str:
    """As many of the commands as fit, in the order of the table."""
    head = [
        say("help.answering", name=quoted(shortened(name or "Docent", MAX_NAME))),
        say("help.ask_directly" if direct else "help.ask"),
        say("help.commands"),
    ]
    room -= sum(len(line) + 2 for line in head)
    lines = []
    for command in COMMANDS.values():
        line = say("help.command", word=command.word, help=command.help)
        if command.right > right or len(line) + 1 > room:
            continue
        room -= len(line) + 1
        lines.append(line)
    return "\n\n".join([*head, "\n".join(lines)])


def _answering(tx: Tx, order: Order) -> str:
    """The name of the assistant."""
    return assistants.snapshot(tx, order.place, model="", provider="").name
