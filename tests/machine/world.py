"""Everything that a story happens in: people, a provider, a bot with its lives, and the time."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from structlog.testing import capture_logs

from bot import tokens
from bot.events import ButtonToken
from bot.tools import TOOLS
from bot.views import Button, Notice, Quiz, Reply, View
from tests.flows.bench import Bench
from tests.machine.faults import Faulty
from tests.machine.lives import Lives
from tests.machine.script import Kind, Script, marked
from tests.sims.openai import OpenAISim
from tests.sims.oven import Oven
from tests.sims.platform import PlatformSim, Sent
from tests.sims.wire import LIMITS

WITHIN = 20.0  # seconds until everything must be quiet, while the clock goes on
LOOK = 0.003  # seconds between two looks at a state that tells nobody of its changes
GLIMPSE = 0.01  # seconds that the bot gets where a story does not wait for it
STEP = timedelta(seconds=31)
"""How the clock goes on until all is quiet: sooner than a quiz closes, later than a look."""
DIRECT = "d1"
OWNER = "whoever may"
"""Presses as the person whose run or question it is."""

BUSY = "SELECT count(*) FROM runs WHERE status IN ('queued', 'in_progress', 'cancelling')"
WAITING = "SELECT count(*) FROM runs WHERE status = 'requires_action'"
OWNED = "SELECT count(*) FROM threads WHERE ready OR owner IS NOT NULL"
UNSHOWN = """
    SELECT count(*) FROM deliveries WHERE state IN ('new', 'sending', 'doubt')
    OR state = 'sent' AND (shown_version < view_version OR sweep_at IS NOT NULL)
"""


def controls(view: View) -> Iterator[Button]:
    """Everything on a message that can be pressed; a choice as a button with its letter."""
    match view:
        case Quiz(question=question, answered=answered):
            yield from (line.change for line in answered if line.change is not None)
            if question is not None:
                yield from question.actions
                yield from (Button(token=one.token, label=one.letter) for one in question.choices)
        case Reply(actions=actions) | Notice(actions=actions):
            yield from actions


def _memory() -> Path | None:
    """Where files cost no disk, if there is such a place: no kill here is one of the machine."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    return memory if os.access(memory, os.W_OK) else None


class World:
    """`async with World() as world`, in one event loop."""

    def __init__(self) -> None:
        self.people = PlatformSim()
        self.script = Script()
        self.faulty = Faulty(self.script)
        self.model = OpenAISim(responder=self.faulty)
        self.oven, self.shelf = Oven(), Oven(name="look_up", repeatable=True)
        self.folder = Path(tempfile.mkdtemp(prefix="docent-machine-", dir=_memory()))
        self.bench = Bench(self.people, self.model, self.folder / "docent.db")
        self.bench.tools = {**TOOLS, "bake": self.oven, "look_up": self.shelf}
        self.people.clock = self.bench.clock.now
        self.people.admins.add("root")
        self.said: list[Sent] = []
        self.pressed: list[Sent] = []
        self.tokens: dict[ButtonToken, Button] = {}
        self.removed: set[str] = set()
        self.interrupted: set[str] = set()
        self.logs: list[MutableMapping[str, Any]] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._stack.callback(shutil.rmtree, self.folder)
        await self._stack.enter_async_context(self.people)
        await self._stack.enter_async_context(self.model)
        self.logs = self._stack.enter_context(capture_logs())
        self.lives = Lives(self.bench)
        return self

    async def close(self) -> None:
        """Raises what the provider complained of."""
        self.let_go()
        if self.lives.living:
            await self.lives.end()
        self.lives.close()
        await self._stack.aclose()
        asyncio.get_running_loop().set_task_factory(None)

    def limit(self, max_text: int) -> None:
        """How much the platform takes in one message."""
        self.bench.limits = replace(LIMITS, max_text=max_text)

    async def say(
        self, rounds: tuple[Kind, ...] | None, *, by: str, place: str, wait: bool
    ) -> Sent:
        """A message whose script these rounds are; None: it asks nothing."""
        number = len(self.said)
        text = " " if rounds is None else marked(number)
        self.script.rounds[number] = rounds or ()
        key = f"sim:said:{number}"
        sent = await self.people.mention(text, by=by, place=place, direct=place == DIRECT, key=key)
        self.said.append(sent)
        await self.wait_for(sent, wait=wait)
        return sent

    async def press(
        self, button: Button, *, by: str, place: str, text: str = "", wait: bool = True
    ) -> Sent:
        by = self._owner(button.token) if by == OWNER else by
        if button.form:
            sent = await self.people.submit(button.token, text, by=by, place=place)
        else:
            sent = await self.people.click(button.token, by=by, place=place)
        self.pressed.append(sent)
        await self.wait_for(sent, wait=wait)
        return sent

    def _owner(self, token: ButtonToken) -> str:
        press = tokens.decode(token)
        owners = """
            SELECT asker_user FROM runs WHERE id = ?1
            OR id = (SELECT run_id FROM questions WHERE id = ?1)
        """
        found = self.rows(owners, press.target) if press is not None else []
        return str(found[0][0]) if found else "ada"

    async def wait_for(self, sent: Sent, *, wait: bool) -> None:
        if wait and self.lives.living:
            await self.people.acknowledged(sent, WITHIN)
        else:
            await self.glimpse()

    def look(self) -> None:
        """Remember every button that has ever been on the screen: people press old ones too."""
        for post in self.people.messages:
            for button in controls(post.view):
                self.tokens.setdefault(button.token, button)

    async def glimpse(self) -> None:
        """Let the bot go on a little."""
        before = self._seen()
        await self.until(lambda: self._seen() != before, within=GLIMPSE, surely=False)

    def _seen(self) -> tuple[int, ...]:
        edits = sum(post.edits for post in self.people.messages)
        return (len(self.people.messages), edits, len(self.model.requests), len(self.oven.acts))

    def let_go(self) -> None:
        """Nothing that is held goes on being held."""
        self.model.release()
        self.model.hold_again()
        self.people.release()
        self.oven.release()
        self.shelf.release()

    def mend(self) -> None:
        """No more faults."""
        self.faulty.waiting.clear()
        self.people.faults.clear()
        self.people.edit_faults.clear()
        self.people.slow_edits.clear()
        self.people.blind = False
        self.oven.fails = None
        self.let_go()

    async def end(self, *, killed: bool) -> None:
        """End the bot's life; creates that were under way may or may not have arrived."""
        await (self.lives.kill() if killed else self.lives.end())
        under_way = "SELECT run_id FROM deliveries WHERE state IN ('sending', 'doubt')"
        self.interrupted |= {str(run) for (run,) in self.rows(under_way)}

    async def settle(self) -> None:
        """Nothing is held, and every run has gone as far as it can without the time going on."""
        self.let_go()
        if self.lives.living:
            self.model.release()
            await self.until(lambda: self.acknowledged and self.resting)
            self.model.hold_again()

    async def quieten(self, *unfinished: str) -> None:
        """No more faults, and time goes on until nothing is left of what these queries count."""
        self.mend()
        if not self.lives.living:
            await self.lives.start()

        def quiet() -> bool:
            left = (BUSY, OWNED, UNSHOWN, *unfinished)
            return self.acknowledged and all(self.rows(query) == [(0,)] for query in left)

        async with asyncio.timeout(WITHIN):
            while not quiet():
                await self.bench.clock.advance(STEP)
                await self.until(quiet, within=3 * GLIMPSE, surely=False)
                self.let_go()

    @property
    def acknowledged(self) -> bool:
        return all(sent.receipt is not None for sent in self.people.sent.values())

    @property
    def resting(self) -> bool:
        """No run works, and none could go on now."""
        now = self.bench.clock.now().replace(tzinfo=None).isoformat(" ")
        working = """
            SELECT count(*) FROM runs AS run WHERE status IN ('in_progress', 'cancelling')
            OR status = 'queued' AND NOT EXISTS (
                SELECT * FROM runs AS head WHERE head.thread_id = run.thread_id
                AND head.status = 'queued' AND head.turn <= run.turn AND head.not_before > ?
            )
        """
        return self.rows(working, now) == [(0,)]

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What is stored."""
        return self.lives.reading().execute(query, values).fetchall()

    def pairs(self, query: str) -> dict[str, str]:
        """Two columns, as text."""
        return {str(key): str(value) for key, value in self.rows(query)}

    async def until(
        self, happened: Callable[[], bool], *, within: float = WITHIN, surely: bool = True
    ) -> None:
        """Look again and again for a state. Raises TimeoutError, unless it need not come."""
        try:
            async with asyncio.timeout(within):
                while not happened():  # noqa: ASYNC110 - a database tells nobody of its changes
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            if surely:
                raise
