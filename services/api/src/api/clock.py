"""The time of day, as far as headers need it."""

from time import time

DAY = 86_400
"""Seconds."""
GRACE = 3600
"""Seconds after midnight in which a cache may still show the old answer while it asks anew."""
BRIEF = 30
"""Seconds an answer about the moment may be kept."""
NOT_KEPT = b"no-store"
BRIEFLY = b"public, max-age=%d" % BRIEF


def seconds_to_midnight(now: int) -> int:
    """Return the seconds until the day ends, UTC; at least 1."""
    return max(1, DAY - now % DAY)


class Clock:
    """Gives the second of now, and the Cache-Control header made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._until_midnight = b""

    @staticmethod
    def now() -> int:
        """Return the whole seconds since 1970."""
        return int(time())

    def until_midnight(self, now: int) -> bytes:
        """Return Cache-Control for an answer that holds until the day ends, UTC."""
        if now != self._second:
            self._second = now
            left = seconds_to_midnight(now)
            self._until_midnight = b"public, max-age=%d, stale-while-revalidate=%d" % (left, GRACE)
        return self._until_midnight
