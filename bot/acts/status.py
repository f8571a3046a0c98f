"""`status`: what is going on in a place for one person, and what they could not be shown."""

from datetime import datetime, timedelta

from bot.acts import unshown as missing
from bot.acts.office import Office, all_unfinished
from bot.acts.unshown import Missed
from bot.adapter import Receipt
from bot.events import Order
from bot.messages import text_of
from bot.outcomes import joined
from bot.store import items, questions, runs, threads, unshown
from bot.store.database import Tx
from bot.store.records import Run
from bot.strings import say
from bot.text.visible import quoted, shortened

LISTED = 5
"""Runs of the person."""
WORDS = 60
"""Characters of what the person asked, and of a quiz's title."""
AROUND = 300
"""Characters kept free for the sentences around what could not be shown."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def status(office: Office, order: Order, _: str) -> Receipt:
    """What could not be shown is told once. Raises StoreError."""
    now, room = office.clock.now(), office.room(order)
    receipt = await office.change(order, lambda tx: _told(tx, order, now, room))
    office.deliver([order.private.id])
    return receipt


def _told(tx: Tx, order: Order, now: datetime, room: int) -> str:
    going_on = _going_on(tx, order, now)
    rest = room - sum(map(len, going_on)) - AROUND
    told = [*going_on, *_not_shown(tx, order, now, rest)]
    return joined(told) if told else say("status.nothing")


def _going_on(tx: Tx, order: Order, now: datetime) -> list[str]:
    mine = _mine(tx, order, now)
    lines = [f"- {_line(tx, run, now)}" for run in mine[:LISTED]]
    if len(mine) > LISTED:
        lines.append(f"- {say('status.more', number=len(mine) - LISTED)}")
    others = [
        run
        for run in all_unfinished(tx, order)
        if run.asker != order.person and run.status != "requires_action"
    ]
    told = ["\n".join(lines)] if lines else []
    return [*told, say("status.others", number=len(others))] if others else told


def _mine(tx: Tx, order: Order, now: datetime) -> list[Run]:
    """What the person asked in any thread of the channel and has not ended, newest first."""
    ids = threads.unfinished_of(tx, order.person, now - unshown.KEPT)
    found = (runs.get(tx, run_id) for run_id in ids)
    return [run for run in found if run and run.place.channel_id == order.place.channel_id]


def _line(tx: Tx, run: Run, now: datetime) -> str:
    given = {"words": _asked(tx, run), "ago": _ago(now - run.created_at)}
    if run.status == "requires_action":
        title = next((each.title for each in questions.of_run(tx, run.id) if each.title), "")
        if title:
            return say("status.quiz", title=_short(title), **given)
        return say("status.asks", **given)
    if run.status != "queued" or run.started_at is not None:
        return say("status.working", **given)
    before = [
        other
        for other in runs.unfinished(tx, run.thread_id)
        if other.turn < run.turn and other.status != "requires_action"
    ]
    if not before:
        return say("status.next", **given)
    return say("status.waits", number=len(before), **given)


def _asked(tx: Tx, run: Run) -> str:
    said = (text_of(item.body) for item in items.own(tx, run.id) if item.body.get("role") == "user")
    return _short(next(said, ""))


def _short(text: str) -> str:
    """As a code span: nothing in it is a formula, a mention or a link."""
    return quoted(shortened(text, WORDS))


def _ago(took: timedelta) -> str:
    if took < MINUTE:
        return say("status.ago_now")
    for unit, name in ((DAY, "days"), (HOUR, "hours")):
        if took >= unit:
            return say(f"status.ago_{name}", number=took // unit)
    return say("status.ago_minutes", number=took // MINUTE)


def _not_shown(tx: Tx, order: Order, now: datetime, room: int) -> list[str]:
    """As much as fits into this answer; the rest goes out by itself where the order allows it."""
    here: list[Missed] = []
    later: list[Missed] = []
    for each in missing.missed(tx, order, now):
        fits = len(each.text) <= room and not each.needs_buttons
        (here if fits else later).append(each)
        room -= len(each.text) if fits else 0
    unshown.told(tx, [row for each in here for row in each.rows])
    shown = missing.show(tx, order, later, now)
    texts = [each.text for each in here if each.text]
    lines = [say("status.not_shown"), *texts] if texts else []
    if shown:
        lines.append(say("status.follows", number=shown))
    if len(later) > shown:
        lines.append(say("status.left", number=len(later) - shown))
    return lines
