"""View → a message as Discord takes it: text and rows of buttons, and a file where it is long."""

import asyncio

from adapters.discord.buttons import button, has_room, reply, rows
from adapters.discord.markup import blocks, line
from adapters.discord.message import Shown, fitted, joined, named, small, titled
from adapters.discord.quizzes import lobby, quiz
from bot.strings import say, speaking
from bot.views import Lobby, Notice, Private, Quiz, Reply, Roll, SlotId, View


async def drawn(
    view: View | Private, slot: SlotId | None = None, *, reply_button: bool = False
) -> Shown:
    """`shown`, beside the event loop: long hostile texts take some 200 ms."""
    return await asyncio.to_thread(shown, view, slot, reply_button=reply_button)


def shown(view: View | Private, slot: SlotId | None, *, reply_button: bool = False) -> Shown:
    """One view. With `reply_button` a finished reply gets one, where only mentions are read."""
    with speaking(view.language):
        match view:
            case Reply():
                return _reply(view, slot, reply_button=reply_button and not view.live)
            case Quiz():
                return quiz(view, slot)
            case Notice():
                mark = "⚠️ " if view.tone == "problem" else ""
                buttons = [button(each, slot) for each in view.actions]
                return fitted([], f"{mark}{blocks(view.text)}", [], view.text, rows(buttons))
            case Lobby():
                return lobby(view, slot)
            case Roll():
                return _roll(view, slot)


def _reply(view: Reply, slot: SlotId | None, *, reply_button: bool) -> Shown:
    head = [small(step) for step in view.steps]
    if view.shared_by is not None:
        head.insert(0, f"-# {say('discord.shared_by', person=named(view.shared_by))}")
    text = blocks(view.text)
    if view.live and not text:
        text = f"*{say('discord.writing')}*"
    tail = [small(view.note)] if view.note else []
    buttons = [button(each, slot) for each in view.actions]
    if reply_button and has_room(buttons):
        buttons.append(reply())
    return fitted(head, text, tail, view.text or joined([*head, text]), rows(buttons))


def _roll(view: Roll, slot: SlotId | None) -> Shown:
    lines = "\n".join(f"- {named(each.person)}: {line(each.text)}" for each in view.lines)
    tail = [small(view.note)] if view.note else []
    buttons = [button(each, slot) for each in view.actions]
    return fitted([titled(view.title)], lines, tail, lines, rows(buttons))
