"""Which threads are woken: those with work here, and those that only seem to have some."""

from dataclasses import replace
from pathlib import Path

from bot.intake import accept_many
from bot.store import due
from tests.store.rows import NOW, mention, opened, place, writing


async def test_a_thread_waits_only_for_a_platform_that_is_absent(tmp_path: Path) -> None:
    far = replace(place("far"), platform="elsewhere")
    async with opened(tmp_path) as store, writing(store) as tx:
        answered, asked, absent = accept_many(
            tx,
            [
                mention("", where=place("answered")),
                mention("a question", where=place("asked")),
                mention("a question", where=far),
            ],
            NOW,
        )
        assert answered
        assert asked
        assert absent
        here = set(due.ready(tx, {"sim"}))
        everywhere = set(due.ready(tx, None))

    assert here == {answered.thread_id, asked.thread_id}
    assert everywhere == here | {absent.thread_id}
