"""A provider that is down costs one probe, and whoever waits is told."""

from datetime import timedelta

from bot.events import PersonRef
from bot.views import Reply
from tests.flows.bench import Bench
from tests.sims.answers import Text


async def test_those_who_wait_cost_no_requests_and_are_answered_when_it_is_back(
    bot: Bench,
) -> None:
    places = [f"t{number}" for number in range(8)]
    for _ in range(5):
        bot.model.fail(503)
    for place in places[:5]:
        await bot.people.mention("Hi", place=place)
    await bot.model.request_arrived(5)

    def trying(place: str) -> bool:
        views = [post.view for post in bot.people.shown(place)]
        return any(isinstance(view, Reply) and "Trying again" in view.note for view in views)

    for place in places[5:]:
        await bot.people.mention("Hi", place=place)
    await bot.people.until(lambda: all(trying(place) for place in places))
    assert len(bot.model.requests) == 5

    for _ in places:
        bot.model.answer(Text("Hello"))
    await bot.later(
        lambda: all(bot.people.texts(place) == ["Hello"] for place in places),
        timedelta(seconds=3),
    )
    assert len(bot.model.requests) == 5 + len(places)
    assert bot.rows("SELECT max(attempts) FROM runs") == [(0,)]


async def test_admins_hear_once_a_day_what_only_they_can_mend(bench: Bench) -> None:
    bench.admins = (PersonRef(scope="sim", user="root"),)
    async with bench.running():
        for place in ("t1", "t2"):
            bench.model.fail(429, "insufficient_quota", message="You exceeded your current quota")
            await bench.people.mention("Hello", place=place)
            told = await bench.people.said("unavailable", place=place)
            assert "quota" not in str(told.view)
        await bench.people.until(lambda: bool(bench.people.shown("dm-root")))

    (alert,) = bench.people.shown("dm-root")
    assert "insufficient_quota" in str(alert.view)
    assert "exceeded" not in str(alert.view)
