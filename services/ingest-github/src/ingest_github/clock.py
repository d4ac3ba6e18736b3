"""The time as the service sees it, so that a week of limits can pass in a test."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> float:
        """Seconds since 1970, as in GitHub's limit headers."""

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait so many seconds."""
        await asyncio.sleep(seconds)


def moment_of(clock: Clock) -> datetime:
    """Return the clock's time in UTC, in whole seconds."""
    return datetime.fromtimestamp(int(clock.now()), UTC)
