"""The pointer to the generation visitors see, and the pages kept under each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog
from redis.asyncio import Redis

from events.cache_keys import GENERATION_KEY, PAGES, PURGES_KEY, generation_of, popular_key

DROP_AT_ONCE = 500
"""Keys dropped in one command, so that Redis is never busy for long."""

ABOVE_ALL = 2**63
"""Higher than any generation."""

FORWARD = """
local now = tonumber(redis.call('get', KEYS[1]) or '0')
if tonumber(ARGV[1]) > now then redis.call('set', KEYS[1], ARGV[1]) return 1 end
return 0
"""
"""Moves the pointer forward only: the announcement of an old run may come late or again."""

log = structlog.get_logger(__name__)


async def current(redis: Redis) -> int:
    """Return the generation visitors see, 0 before the first."""
    return int(await redis.get(GENERATION_KEY) or 0)


async def move_forward(redis: Redis, generation: int) -> bool:
    """Move visitors to a generation; False when they are there or further already."""
    return bool(await redis.eval(FORWARD, 1, GENERATION_KEY, generation))


async def drop_before(redis: Redis, generation: int) -> int:
    """Drop all pages of older generations; gives how many."""
    dropped, batch = 0, []
    async for key in redis.scan_iter(match=PAGES, count=DROP_AT_ONCE):
        if (number := generation_of(key)) is not None and number < generation:
            batch.append(key)
        if len(batch) >= DROP_AT_ONCE:
            dropped += await redis.unlink(*batch)
            batch = []
    return dropped + (await redis.unlink(*batch) if batch else 0)


async def drop_all(redis: Redis) -> int:
    """Drop every page, and have each api process drop its copies; gives how many went here."""
    dropped = await drop_before(redis, ABOVE_ALL)
    await redis.incr(PURGES_KEY)
    return dropped


async def asked_for(redis: Redis, today: date, most: int) -> list[str]:
    """Return the pages really asked for today and yesterday, the most asked for first."""
    days = [popular_key(today - timedelta(days=back)) for back in (0, 1)]
    counted: Any = await redis.zunion(days, withscores=True)
    ranked = sorted(counted, key=lambda pair: -pair[1])[:most]
    return [page.decode() for page, _ in ranked]


def utc_today() -> date:
    """Return the day by whose name the api counts pages now."""
    return datetime.now(UTC).date()
