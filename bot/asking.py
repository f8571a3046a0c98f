"""Asks the model for a run's next round, and shows what it writes meanwhile."""

from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

import structlog

from bot import outcomes, steps
from bot.history import History, Limit, look
from bot.leash import Leash
from bot.live import LiveReply
from bot.means import Means
from bot.outcomes import Outcome
from bot.responses import Finished, ItemStarted, TellPerson, TextDelta, TryAgain
from bot.store import calls
from bot.store.records import Run

log = structlog.get_logger()


async def ask(means: Means, run: Run, live: LiveReply, leash: Leash) -> Outcome:
    """What the model makes of as much of the thread as fits.

    Raises BrokenOffError, and what `Responses.stream` raises.
    """
    if run.snapshot is None:
        raise LookupError(run.id)
    limit = Limit.of(run.snapshot)
    while True:
        history = await means.store.read(look, run, limit)
        try:
            return await _outcome(means, run, history, live, leash)
        except TellPerson as error:
            if error.code != "too_long" or limit.tokens is None or history.turns == 1:
                raise
            log.info("thread_cut", run=run.id, tokens=history.tokens)
            limit = replace(limit, tokens=history.tokens // 2)


async def _outcome(
    means: Means, run: Run, history: History, live: LiveReply, leash: Leash
) -> Outcome:
    begun: dict[int, datetime] = {}
    async with aclosing(means.provider.stream(run, history)) as stream:
        while True:
            event = await leash.wait(anext(stream, None))
            if isinstance(event, ItemStarted | TextDelta):
                begun.setdefault(event.index, means.clock.now())
            match event:
                case TextDelta(index=index, text=text):
                    live.add(index, text)
                    await live.show(means.store, means.delivery)
                case ItemStarted(index=index, type="function_call", name=str(name)):
                    live.steps[index] = steps.line(name)
                    await live.show(means.store, means.delivery, at_once=True)
                case Finished():
                    tools, now = means.offered(run), means.clock.now()
                    taken = await means.store.read(calls.ids_on, run.thread_id)
                    outcome = outcomes.read(run, event, tools, taken, now)
                    return replace(outcome, begun=begun)
                case None:
                    raise TryAgain("interrupted")
                case _:
                    pass
