"""Share: the asker brings a private reply to the channel where they asked for it, once."""

from dataclasses import replace

from bot import replies
from bot.acts.office import Office
from bot.adapter import Accepted, Duplicate, Receipt
from bot.events import Click, PlaceRef
from bot.store import deliveries, events, runs
from bot.store.database import Tx
from bot.store.deliveries import NewDelivery
from bot.store.records import REPLIED, Run
from bot.strings import say
from bot.views import Notice, Reply


async def share(office: Office, click: Click, run_id: str) -> Receipt:
    """A press of the button. What is posted is what is stored; no model is asked.

    Raises StoreError.
    """
    told = await office.store.write_first(_take, click, run_id)
    if told is None:
        return Duplicate()
    office.deliver([click.place.id])
    return Accepted(private=Notice(text=told))


def _take(tx: Tx, click: Click, run_id: str) -> str | None:
    """The whisper; None for a press that was saved before."""
    if not events.claim(tx, click.key, "share", click.at):
        return None
    run = runs.get(tx, run_id)
    if run is None or not run.place.private or not _is_there(click.place, run.place):
        return say("quiz.stale_button")
    if click.person != run.asker:
        return say("sharing.not_yours")
    return _share(tx, run, click.place)


def _is_there(place: PlaceRef, private: PlaceRef) -> bool:
    """Whether it is in the channel that the private place is in, for others to see."""
    return (
        (place.platform, place.workspace) == (private.platform, private.workspace)
        and place.channel_id == private.parent_id
        and not (place.private or place.direct)
    )


def _share(tx: Tx, run: Run, place: PlaceRef) -> str:
    shown = [row.view for row in deliveries.of_run(tx, run.id) if row.place.id != run.place.id]
    if any(isinstance(view, Reply) and view.shared_by is not None for view in shown):
        return say("sharing.already")
    views = [row.view for row in replies.finished(tx, run) if isinstance(row.view, Reply)]
    if run.status not in REPLIED or not views:
        return say("sharing.nothing")
    first = deliveries.next_slot_no(tx, run.id)
    copies = [
        NewDelivery(
            run_id=run.id,
            slot_no=slot_no,
            place=place,
            view=replace(view, actions=(), shared_by=run.asker if slot_no == first else None),
        )
        for slot_no, view in enumerate(views, first)
    ]
    deliveries.insert_many(tx, copies)
    return say("sharing.done")
