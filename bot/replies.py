"""The assistant's text as messages: as many slots as the platform's limit asks for."""

from dataclasses import replace

from bot import tokens
from bot.adapter import Capabilities
from bot.store import deliveries, runs
from bot.store.database import Tx
from bot.store.records import REPLIED, Delivery, Run
from bot.strings import say, speaking
from bot.text.splitting import split
from bot.views import Button, Notice, Reply, View


def stop_button(run_id: str) -> Button:
    return Button(token=tokens.encode("stop", run_id), label=say("run.stop"), style="danger")


def retry_button(run_id: str) -> Button:
    return Button(token=tokens.encode("retry", run_id), label=say("run.retry"), style="primary")


def regenerate_button(run_id: str) -> Button:
    return Button(token=tokens.encode("regenerate", run_id), label=say("run.regenerate"))


def share_button(run_id: str) -> Button:
    return Button(token=tokens.encode("share", run_id), label=say("sharing.share"))


def problem(run: Run, sentence: str) -> Notice:
    """What went wrong, where trying again can help."""
    return Notice(tone="problem", text=sentence, actions=(retry_button(run.id),))


def live(
    run_id: str, text: str, steps: tuple[str, ...], limits: Capabilities, note: str
) -> list[Reply]:
    """What a reply looks like while it is written: Stop and the steps are on its last message."""
    *full, last = split(text, limits.max_text, limits.text_unit) or [""]
    return [
        *(Reply(text=part, live=True) for part in full),
        Reply(text=last, steps=steps, actions=(stop_button(run_id),), note=note, live=True),
    ]


def put(
    tx: Tx,
    run: Run,
    text: str,
    limits: Capabilities,
    *,
    note: str = "",
    actions: tuple[Button, ...] = (),
    followed: bool = False,
) -> int:
    """The reply as it stays, note and actions on its last message; returns the first slot after it.

    A retried round may be shorter than what was shown before: slots left over say so. `followed`:
    the slot after it is put next, in the same transaction, so it keeps its place among the
    messages. What was asked privately can be shared once it is whole.
    """
    parts = split(text, limits.max_text, limits.text_unit)
    if run.place.private and _has_replied(tx, run):
        actions = (share_button(run.id), *actions)
    after = run.first_slot + len(parts)
    for slot_no, part in enumerate(parts, run.first_slot):
        if slot_no < after - 1:
            view = Reply(text=part)
        else:
            view = Reply(text=part, note=note, actions=actions)
        deliveries.put(tx, run, slot_no, view)
    _clear(tx, run, after + 1 if followed else after)
    return after


def _has_replied(tx: Tx, run: Run) -> bool:
    stored = runs.get(tx, run.id)
    return stored is not None and stored.status in REPLIED


def finished(tx: Tx, run: Run) -> list[Delivery]:
    """The messages of the run's reply where it was asked, as they stay; none before that."""
    return [
        row
        for row in deliveries.of_run(tx, run.id)
        if row.place.id == run.place.id
        and row.slot_no >= run.first_slot
        and isinstance(row.view, Reply)
        and not row.view.live
        and row.view.text
    ]


def retire(tx: Tx, run: Run) -> None:
    """What is not the thread's newest turn any more can neither be tried again nor regenerated.

    A private reply stays as it is, since an edit may come too late there: a press says the same.
    """
    if run.place.private:
        return
    for row in deliveries.of_run(tx, run.id):
        if isinstance(row.view, Reply | Notice):
            left = tuple(button for button in row.view.actions if _stays(button))
            if left != row.view.actions:
                deliveries.put(tx, run, row.slot_no, replace(row.view, actions=left))


def _stays(button: Button) -> bool:
    """How a quiz went can be looked at for good."""
    press = tokens.decode(button.token)
    return press is not None and press.action == "result"


def mark_replaced(tx: Tx, run: Run, *, first_slot: int = 0) -> None:
    """The reply of a turn that has got another one says so, as far as it is in the slots from
    `first_slot` on; it stays readable. A private one stays as it is."""
    if run.place.private:
        return
    rows = [(row.slot_no, row.view) for row in deliveries.of_run(tx, run.id)]
    shown = [
        (slot_no, view)
        for slot_no, view in rows
        if slot_no >= first_slot and isinstance(view, Reply)
    ]
    for slot_no, view in shown[-1:]:
        replaced = replace(view, actions=(), note=say("run.replaced"))
        deliveries.put(tx, run, slot_no, replaced)


def _clear(tx: Tx, run: Run, after: int) -> None:
    """Slots from `after` on: those never tried are taken back, the others say where to look."""
    slots = [row for row in deliveries.of_run(tx, run.id) if row.slot_no >= after]
    untried = [row.slot_no for row in slots if row.state == "new" and row.attempts == 0]
    if untried:
        deliveries.take_back(tx, run.id, untried)
    for row in slots:
        if row.slot_no not in untried and row.state not in ("failed", "dropped"):
            deliveries.put(tx, run, row.slot_no, Notice(text=say("run.continued_above")))


def marked(view: View) -> View:
    """A view that says that it may stand there twice."""
    with speaking(view.language):
        mark = say("run.posted_again")
    if isinstance(view, Notice):
        return replace(view, text=f"{view.text} {mark}")
    return replace(view, note=f"{view.note} {mark}".strip())
