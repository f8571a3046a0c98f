"""How long to wait before trying again; the waits are stored, so only the length is wanted."""

from datetime import timedelta

from tenacity import RetryCallState, Retrying, wait_exponential, wait_random_exponential

LONGEST = timedelta(minutes=2)

# Half of it is fixed, so that no wait is nothing; half is random, so that not all come back at
# once: 0.5 to 1.5 seconds after the first attempt, twice as long after each further one.
_WAIT = wait_exponential(multiplier=0.5, max=LONGEST / 2) + wait_random_exponential(
    multiplier=1, max=LONGEST / 2
)


def pause(attempt: int) -> timedelta:
    """The wait after that failed attempt, counted from 1; never longer than LONGEST."""
    state = RetryCallState(Retrying(), None, (), {})
    state.attempt_number = max(attempt, 1)
    return timedelta(seconds=_WAIT(state))
