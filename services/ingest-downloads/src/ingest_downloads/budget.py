"""How many queries may be asked in an hour."""

import asyncio
import time
from collections import deque

import structlog

HOUR = 3600.0
"""Seconds."""

log = structlog.get_logger(__name__)


class HourlyBudget:
    """A sliding hour: who asks for more than it allows waits until the oldest query leaves it."""

    def __init__(self, queries: int, period: float = HOUR) -> None:
        self._queries = queries
        self._period = period
        self._taken: deque[float] = deque()

    def taken(self) -> int:
        """Return the queries of the last hour."""
        since = time.monotonic() - self._period
        return sum(moment > since for moment in self._taken)

    async def take(self, queries: int = 1) -> None:
        """Wait until so many more queries are allowed, and count them."""
        for _ in range(queries):
            await self._take_one()

    async def _take_one(self) -> None:
        while len(self._taken) >= self._queries:
            wait = self._taken[0] + self._period - time.monotonic()
            if wait > 0:
                log.warning("hourly query budget used up", budget=self._queries, wait=round(wait))
                await asyncio.sleep(wait)
            else:
                self._taken.popleft()
        self._taken.append(time.monotonic())
