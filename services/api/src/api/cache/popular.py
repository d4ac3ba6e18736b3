"""Which pages are really asked for: counted on the side, for the cache-warmer."""

from collections import Counter
from datetime import UTC, datetime
from itertools import count

from api.cache.redis_cache import RedisCache
from events.cache_keys import popular_key

REPORT_SECONDS = 10.0
"""Seconds between two reports."""
KEPT_SECONDS = 3 * 86_400
MOST = 5000
"""Different pages counted between two flushes."""


class Popular:
    """Counts one answer in so many."""

    def __init__(self, shared: RedisCache, sample: int) -> None:
        self._shared = shared
        self._sample = sample
        self._turn = count()
        self._counts: Counter[str] = Counter()

    def seen(self, key: str) -> None:
        """Note an answer given, or not: it is a sample."""
        if next(self._turn) % self._sample == 0 and len(self._counts) < MOST:
            self._counts[key] += self._sample

    async def report(self) -> None:
        """Add what was counted to the day's set in Redis."""
        counted, self._counts = self._counts, Counter()
        if not counted:
            return
        key = popular_key(datetime.now(UTC).date())

        async def add(redis: object) -> bool:
            pipeline = redis.pipeline(transaction=False)  # type: ignore[attr-defined]
            for page, times in counted.items():
                pipeline.zincrby(key, times, page)
            pipeline.expire(key, KEPT_SECONDS)
            await pipeline.execute()
            return True

        await self._shared.ask(add)
