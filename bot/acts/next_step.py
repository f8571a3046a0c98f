"""A press of what stands below the reply to a quiz: the asker's next message, sent for them."""

from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import Click, EventKey, Mention, PlaceRef
from bot.quota import refusal_of
from bot.store import events, runs
from bot.store.database import Tx
from bot.store.records import Run
from bot.strings import say
from bot.tokens import Press
from bot.views import Notice

DIGITS = 6
"""Of a number in a key, so that keys are in the order of their numbers."""


async def next_step(office: Office, event: Click, press: Press) -> Receipt:
    """Once for each run and button, whoever presses how often; what the limits refused may be
    pressed again. Raises NotSaved and StoreError."""
    run = await office.store.read(runs.get, press.target)
    if run is None or not event.place.shares_channel(run.place):
        return _say("quiz.stale_button")
    if event.person != run.asker:
        return _say("quiz.not_yours")
    asked = Mention(
        key=await office.store.read(_key, run, press),
        place=_place(event.place, run.place),
        person=event.person,
        text=say(f"next_steps.{press.action}"),
        at=event.at,
        locale=event.locale,
    )
    receipt = await office.intake.accept(asked)
    return _say("next_steps.asked") if isinstance(receipt, Duplicate) else receipt


def _say(key: str) -> Receipt:
    return Accepted(private=Notice(text=say(key)))


def _place(pressed: PlaceRef, asked: PlaceRef) -> PlaceRef:
    """Where the press was, but never a channel for what was private; the newest way there, if
    the press opened one."""
    return asked if asked.private and pressed.id != asked.id else pressed


def _key(tx: Tx, run: Run, press: Press) -> EventKey:
    """The same for each press of that button, until one was refused by the limits."""
    prefix = f"docent:{press.action}:{run.id}:"
    number, last = 0, events.last(tx, prefix)
    if last is not None:
        key, run_id = last
        asked = None if run_id is None else runs.get(tx, run_id)
        if asked is None or refusal_of(asked) is None:
            return key
        number = int(key.removeprefix(prefix)) + 1
    return EventKey(f"{prefix}{number:0{DIGITS}}")
