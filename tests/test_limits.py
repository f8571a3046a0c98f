"""A wait in words is never too short and never longer than its unit."""

from datetime import timedelta

import pytest

from bot.limits import NO_LIMITS, in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "in a second"),
        (0.2, "in a second"),
        (1.001, "in 2 seconds"),
        (40, "in 40 seconds"),
        (90, "in 90 seconds"),
        (91, "in 2 minutes"),
        (89 * 60 + 1, "in 90 minutes"),
        (90 * 60 + 1, "in 2 hours"),
        (24 * 3600, "in 24 hours"),
    ],
)
def test_a_wait_is_told_in_words_that_are_not_too_short(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


def test_without_a_choice_only_the_runs_at_once_are_limited() -> None:
    assert NO_LIMITS.max_executing == 500
    assert NO_LIMITS.runs_per_minute is None
    assert NO_LIMITS.tokens_per_day is None
