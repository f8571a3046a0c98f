"""`forget`: asks once more, then lets go of what a person wrote and answered in a workspace."""

import hashlib
from datetime import datetime, timedelta

from bot import forgetting, tokens
from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import Click, Order, PersonRef, WorkspaceId
from bot.store import events
from bot.store import forgetting as rows
from bot.store.database import Tx
from bot.store.forgetting import Wish
from bot.store.records import Run
from bot.strings import say
from bot.views import Button, Notice

CONSIDERED = timedelta(minutes=10)
"""How long the question can be answered: later nobody knows what the button was about."""
DIGEST = 16
"""Characters that bind a button to a person. A forged one would concern its forger alone."""


async def forget(office: Office, order: Order, _: str) -> Receipt:
    """Says what will be deleted and what stays; nothing happens before the button is pressed."""
    now, workspace = office.clock.now(), order.place.workspace
    wish = Wish(workspace=workspace, person=order.person, at=now, messages=0, answers=0)
    if not await office.store.read(rows.threads_of, wish):
        return await office.say(order, say("forget.nothing"))
    confirm = Button(
        token=tokens.encode("forget", _word(order.person, workspace, _seconds(now))),
        label=say("forget.confirm"),
        style="danger",
    )
    minutes = CONSIDERED // timedelta(minutes=1)
    notice = Notice(text=say("forget.question", minutes=minutes), actions=(confirm,))
    return await office.tell(order, notice)


async def confirmed(office: Office, click: Click, word: str) -> Receipt:
    """A press of the button. Raises StoreError."""
    told = await office.store.write_first(_take, office, click, word, office.clock.now())
    if told is None:
        return Duplicate()
    text, ended = told
    forgetting.show(office, ended)
    return Accepted(private=Notice(text=text))


def _take(
    tx: Tx, office: Office, click: Click, word: str, now: datetime
) -> tuple[str, list[Run]] | None:
    """What the person reads, and their runs that it ended; None for a press that was saved."""
    if not events.claim(tx, click.key, "forget", now):
        return None
    person, workspace = click.person, click.place.workspace
    if (refusal := _refusal(person, workspace, word, now)) is not None:
        return refusal, []
    if rows.executes(tx, workspace, person):
        return say("forget.executing"), []
    return say("forget.begun"), forgetting.begin(tx, office, workspace, person, now)


def _refusal(person: PersonRef, workspace: WorkspaceId, word: str, now: datetime) -> str | None:
    asked, _, _ = word.partition("_")
    if not (asked.isascii() and asked.isdecimal()):
        return say("quiz.stale_button")
    if word != _word(person, workspace, int(asked)):
        return say("forget.not_yours")
    if not 0 <= _seconds(now) - int(asked) <= CONSIDERED.total_seconds():
        return say("forget.too_late")
    return None


def _word(person: PersonRef, workspace: WorkspaceId, asked: int) -> str:
    """Names who was asked, where and when."""
    named = "\n".join((person.key, workspace, str(asked)))
    return f"{asked}_{hashlib.sha256(named.encode()).hexdigest()[:DIGEST]}"


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
