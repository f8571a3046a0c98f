"""How often Slack lets messages be changed, so that what matters is never made to wait."""

import time
from collections import deque

A_MINUTE = 60.0
LIVE_EDITS = 35
"""Of the some 50 changes that Slack allows an app in a minute; the rest is for last versions."""


class Pace:
    """Counts the changes of the last minute."""

    def __init__(self) -> None:
        self._made: deque[float] = deque()
        self._quiet_until = 0.0

    def may_show_live(self) -> bool:
        """Whether there is room for a version that the next one overtakes anyway."""
        now = time.monotonic()
        while self._made and self._made[0] <= now - A_MINUTE:
            self._made.popleft()
        return now >= self._quiet_until and len(self._made) < LIVE_EDITS

    def count(self) -> None:
        self._made.append(time.monotonic())

    def rest(self, seconds: float) -> None:
        """Slack has asked to be left alone so long."""
        self._quiet_until = time.monotonic() + seconds
