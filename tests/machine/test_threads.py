"""Random stories of people, places and faults: what Docent promises holds in all of them."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot import tokens
from bot.events import ButtonToken
from bot.views import Button
from tests.machine.faults import CREATES, EDITS, PROVIDER
from tests.machine.promises import Promises
from tests.machine.script import KINDS, Kind
from tests.machine.story import told
from tests.machine.world import DIRECT, OWNER, WAITING, World, controls

Rounds = tuple[Kind, ...]

SOAK = "soak"
LONGEST_DEADLINE = timedelta(days=7, minutes=1)
HEAD_START = timedelta(seconds=35)
"""How late a platform may take a post and the sweep still finds it: the sweep looks 40 s after."""
ANSWERS = 6
SHORTLY = 0.1  # seconds for what a person may wait for, but need not happen
ANY = st.integers(0, 2**16)
PEOPLE = st.sampled_from(["ada", "ada", "ada", "ben", "root"])
PRESSING = st.sampled_from([OWNER, OWNER, OWNER, "ada", "ben", "root"])
PLACES = st.sampled_from(["t1", "t1", "t2", DIRECT])
JUMPS = st.sampled_from([1, 3, 11, 31, 61, 300, 660, 3_600, 25 * 3_600, 8 * 86_400])
FORGED = ("", "nonsense", "c.unknown.0", "x.run_unknown", "r.run_unknown", "w.q" * 40)
ROUNDS = st.lists(st.sampled_from(KINDS), min_size=1, max_size=3).map(tuple)
ASKING: tuple[Kind, ...] = ("quiz", "text and quiz", "two quizzes", "immediate beside a quiz")
AGAIN = {"retry", "regenerate"}
ON_RUNS = {"stop", *AGAIN}
ON_TYPED = {"use", "ask", "continue"}
ON_QUESTIONS = set(get_args(tokens.Action)) - ON_RUNS - ON_TYPED
HOLDS = [name for name in PROVIDER if name.startswith("held")]
SOME_OF_PROVIDER = st.lists(st.sampled_from(sorted(PROVIDER)), min_size=1, max_size=3)
SOME_OF_CREATES = st.lists(st.sampled_from(sorted(CREATES)), max_size=2)
SOME_OF_EDITS = st.lists(st.sampled_from(sorted(EDITS)), max_size=2)
WRITTEN = st.sampled_from(["6x", "I don't know.", "", "  \n", "x" * 4_001, "[Learner 2] hi"])


class Threads(RuleBasedStateMachine):
    """People write, click and wait; provider, platform, tools and the machine fail."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._world = self._do(self._open())
        self._promises = Promises(self._world)
        self._broken = False

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self._runner.run(work)
        except BaseException as error:
            self._note(error)
            raise

    def _note(self, error: BaseException) -> None:
        self._broken = True
        error.add_note(told(self._world))

    async def _open(self) -> World:
        return await World().__aenter__()

    @initialize(max_text=st.sampled_from([2_000, 400]), first=ROUNDS, place=PLACES)
    def begin(self, max_text: int, first: Rounds, place: str) -> None:
        self._world.limit(max_text)
        self._do(self._world.lives.start())
        self._do(self._world.say(first, by="ada", place=place, wait=True))

    # What people do

    @rule(rounds=ROUNDS, by=PEOPLE, place=PLACES, wait=st.booleans())
    def someone_writes(self, rounds: Rounds, by: str, place: str, *, wait: bool) -> None:
        self._do(self._world.say(rounds, by=by, place=place, wait=wait))

    @rule(first=st.sampled_from(ASKING), then=ROUNDS, by=PEOPLE, place=PLACES)
    def someone_wants_to_be_asked(self, first: Kind, then: Rounds, by: str, place: str) -> None:
        self._do(self._say_and_settle((first, *then), by, place))

    @rule(rounds=ROUNDS, by=PEOPLE, place=PLACES)
    def someone_writes_and_waits(self, rounds: Rounds, by: str, place: str) -> None:
        self._do(self._say_and_settle(rounds, by, place))

    async def _say_and_settle(self, rounds: Rounds, by: str, place: str) -> None:
        await self._world.say(rounds, by=by, place=place, wait=True)
        await self._world.settle()

    @rule(by=PEOPLE, place=PLACES, nth=ANY)
    def someone_writes_nothing_or_an_event_comes_again(self, by: str, place: str, nth: int) -> None:
        events = list(self._world.people.sent.values())
        if nth % 3 == 0 or not events:
            self._do(self._world.say(None, by=by, place=place, wait=True))
        elif self._world.lives.living:
            self._do(self._world.people.again(events[nth % len(events)]))

    @rule(
        wanted=st.sampled_from(
            [ON_QUESTIONS, ON_QUESTIONS, ON_QUESTIONS, {"change"}, ON_RUNS, ON_TYPED]
        ),
        nth=ANY,
        by=PRESSING,
        place=PLACES,
        text=WRITTEN,
        wait=st.booleans(),
    )
    def someone_presses(
        self, wanted: set[str], nth: int, by: str, place: str, text: str, *, wait: bool
    ) -> None:
        buttons = self._buttons(wanted, place)
        if buttons:
            button = buttons[nth % len(buttons)]
            self._do(self._world.press(button, by=by, place=place, text=text, wait=wait))

    def _buttons(self, wanted: set[str], place: str) -> list[Button]:
        return [
            button
            for post in self._world.people.shown(place)
            for button in controls(post.view)
            if (press := tokens.decode(button.token)) is not None and press.action in wanted
        ]

    @rule(rounds=ROUNDS, by=PEOPLE, place=PLACES, asks=st.booleans(), wait=st.booleans())
    def someone_wants_another_reply(
        self, rounds: Rounds, by: str, place: str, *, asks: bool, wait: bool
    ) -> None:
        if asks:
            self._do(self._say_and_settle(rounds, by, place))
        if buttons := self._buttons(AGAIN, place):
            self._do(self._world.press(buttons[-1], by=OWNER, place=place, wait=wait))

    @rule(
        rounds=ROUNDS,
        place=PLACES,
        held=st.sampled_from(HOLDS),
        stops=st.booleans(),
        wait=st.booleans(),
    )
    def someone_reads_while_it_is_written(
        self, rounds: Rounds, place: str, held: str, *, stops: bool, wait: bool
    ) -> None:
        self._do(self._read(rounds, place, held, stops=stops, wait=wait))

    async def _read(
        self, rounds: Rounds, place: str, held: str, *, stops: bool, wait: bool
    ) -> None:
        world = self._world
        world.faulty.waiting.insert(0, held)
        before = len(world.model.requests)
        await world.say(rounds, by="ada", place=place, wait=True)
        if not world.lives.living:
            return
        await world.until(
            lambda: len(world.model.requests) > before and bool(self._buttons({"stop"}, place)),
            within=SHORTLY,
            surely=False,
        )
        if stops and (buttons := self._buttons({"stop"}, place)):
            await world.press(buttons[-1], by=OWNER, place=place, wait=wait)

    @rule(by=PRESSING, place=PLACES, nth=ANY)
    def someone_answers_all_that_is_asked(self, by: str, place: str, nth: int) -> None:
        self._do(self._answer_all(by, place, nth))

    async def _answer_all(self, by: str, place: str, nth: int) -> None:
        for _ in range(ANSWERS):
            shown = self._world.people.quiz(place)
            if shown is None or not self._world.lives.living:
                return
            buttons = [*shown.actions, *(Button(token=c.token, label="") for c in shown.choices)]
            button = buttons[nth % len(buttons)]
            await self._world.press(button, by=by, place=place, text="6x")
            await self._world.until(
                lambda shown=shown: self._world.people.quiz(place) != shown,
                within=SHORTLY,
                surely=False,
            )

    @rule(nth=ANY, by=PRESSING, place=PLACES, text=WRITTEN)
    def someone_presses_what_once_was_there(self, nth: int, by: str, place: str, text: str) -> None:
        forged = [Button(token=ButtonToken(token), label="") for token in FORGED]
        known = [*forged, *self._world.tokens.values()]
        button = known[nth % len(known)]
        self._do(self._world.press(button, by=by, place=place, text=text))

    # What fails

    @rule(faults=SOME_OF_PROVIDER, rounds=ROUNDS, by=PEOPLE, place=PLACES)
    def the_provider_fails(self, faults: list[str], rounds: Rounds, by: str, place: str) -> None:
        self._world.faulty.waiting += faults
        self._do(self._world.say(rounds, by=by, place=place, wait=False))

    @rule(creates=SOME_OF_CREATES, edits=SOME_OF_EDITS, rounds=ROUNDS, by=PEOPLE, place=PLACES)
    def the_platform_fails(
        self, creates: list[str], edits: list[str], rounds: Rounds, by: str, place: str
    ) -> None:
        self._world.people.faults += [CREATES[name] for name in creates]
        self._world.people.edit_faults += [EDITS[name] for name in edits]
        self._do(self._world.say(rounds, by=by, place=place, wait=False))

    @rule(
        holds=st.sampled_from(["nothing", "posts", "answers", "tools"]),
        burns=st.booleans(),
        rounds=ROUNDS,
        place=PLACES,
    )
    def something_is_held(self, holds: str, rounds: Rounds, place: str, *, burns: bool) -> None:
        self._hold(holds, burns=burns)
        self._do(self._world.say(rounds, by="ada", place=place, wait=False))

    def _hold(self, holds: str, *, burns: bool) -> None:
        world = self._world
        world.let_go()
        world.oven.fails = (lambda: RuntimeError("burnt")) if burns else None
        match holds:
            case "posts":
                world.people.hold_creates()
            case "answers":
                world.people.hold_answers()
            case "tools":
                world.oven.hold()
                world.shelf.hold()

    @rule(blind=st.booleans(), slow=st.sets(PLACES), nth=ANY, place=PLACES)
    def the_platform_has_a_bad_day(
        self, slow: set[str], nth: int, place: str, *, blind: bool
    ) -> None:
        self._world.people.blind = blind
        self._world.people.slow_edits = slow
        if posts := self._world.people.shown(place):
            post = posts[nth % len(posts)]  # a moderator removes it
            post.deleted = True
            self._world.removed.add(post.slot)

    @rule(nth=ANY)
    def the_platform_takes_a_lost_post_after_all(self, nth: int) -> None:
        lost = self._world.people.lost
        if not lost:
            return
        post = lost.pop(nth % len(lost))
        late = self._world.bench.clock.now() - post.at
        query = """
            SELECT slot FROM deliveries WHERE slot = ?
            AND (state IN ('new', 'sending', 'doubt') OR sweep_at IS NOT NULL)
        """
        if late < HEAD_START and self._world.rows(query, post.slot):
            self._do(self._world.people.take_late(post))

    # What time and the machine do

    @rule(seconds=JUMPS)
    def time_passes(self, seconds: int) -> None:
        self._do(self._pass(timedelta(seconds=seconds)))

    async def _pass(self, time: timedelta) -> None:
        await self._world.bench.clock.advance(time)
        await self._world.glimpse()

    @rule()
    def everything_settles(self) -> None:
        self._do(self._world.settle())

    @precondition(lambda self: self._world.lives.living)
    @rule(killed=st.booleans(), stays=st.booleans())
    def the_bot_ends(self, *, killed: bool, stays: bool) -> None:
        self._do(self._end(killed=killed, stays=stays))

    async def _end(self, *, killed: bool, stays: bool) -> None:
        await self._world.end(killed=killed)
        if not stays:
            await self._world.lives.start()

    @precondition(lambda self: not self._world.lives.living)
    @rule()
    def the_bot_starts(self) -> None:
        self._do(self._world.lives.start())

    @invariant()
    def what_holds_always(self) -> None:
        self._world.look()
        try:
            self._promises.always()
        except AssertionError as error:
            self._note(error)
            raise

    def teardown(self) -> None:
        try:
            if self._broken:
                with suppress(Exception):
                    self._runner.run(self._world.close())
            else:
                self._do(self._finish())
        finally:
            self._runner.close()

    async def _finish(self) -> None:
        """Every story ends well: first without faults, then after the longest deadline."""
        await self._world.quieten()
        self._promises.at_rest()
        await self._world.bench.clock.advance(LONGEST_DEADLINE)
        await self._world.quieten(WAITING)
        self._promises.at_rest(in_time=True)
        await self._world.close()


def test_what_docent_promises_holds_in_every_story() -> None:
    profile = SOAK if settings.get_current_profile_name() == SOAK else "machine"
    run_state_machine_as_test(Threads, settings=settings.get_profile(profile))
