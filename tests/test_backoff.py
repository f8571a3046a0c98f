"""Waits grow, differ and end."""

import itertools
from datetime import timedelta

import pytest

from bot.backoff import LONGEST, pause


@pytest.mark.parametrize(
    ("attempt", "least", "most"),
    [(1, 0.5, 1.5), (2, 1, 3), (5, 8, 24), (8, 60, 120), (5_000, 60, 120), (0, 0.5, 1.5)],
)
def test_a_wait_is_twice_as_long_each_time_up_to_a_limit(
    attempt: int, least: float, most: float
) -> None:
    waits = [pause(attempt) for _ in range(200)]

    assert timedelta(seconds=least) <= min(waits)
    assert max(waits) <= min(timedelta(seconds=most), LONGEST)


def test_two_waits_are_hardly_ever_the_same() -> None:
    waits = [pause(3) for _ in range(50)]

    assert all(one != other for one, other in itertools.pairwise(waits))
