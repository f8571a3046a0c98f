"""What is kept for a short time: how long, and of how many."""

from datetime import timedelta

from bot.recent import Pace, Recent
from tests.sims.clock import MovableClock

MINUTE = timedelta(minutes=1)


async def test_a_value_is_forgotten_when_its_time_is_over_or_the_clock_was_set_back() -> None:
    clock = MovableClock()
    kept = Recent[str, bool](clock, MINUTE, 10)
    kept.put("ada", value=False)
    at_once = kept.get("ada")
    await clock.advance(-2 * MINUTE)
    before = kept.get("ada")
    await clock.advance(3 * MINUTE)

    assert (at_once, before, kept.get("ada")) == (False, None, None)


def test_of_too_many_values_the_oldest_goes() -> None:
    kept = Recent[int, int](MovableClock(), MINUTE, 3)
    for number in (1, 2, 3, 1, 4):
        kept.put(number, number)

    assert [number for number in range(6) if kept.get(number) is not None] == [1, 3, 4]


async def test_a_pace_makes_room_as_each_time_is_over() -> None:
    clock = MovableClock()
    pace = Pace[str](clock, 2, MINUTE, 10)
    first = pace.take("ada")
    await clock.advance(MINUTE / 2)
    second, third, other = pace.take("ada"), pace.take("ada"), pace.take("ben")
    await clock.advance(MINUTE / 2)

    assert (first, second, other) == (None, None, None)
    assert third is not None
    assert timedelta(seconds=25) < third <= MINUTE / 2
    assert pace.take("ada") is None
    assert pace.take("ada") is not None
