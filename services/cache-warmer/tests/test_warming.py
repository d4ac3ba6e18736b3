"""Visitors never meet a cold cache, a half-new site, or an old page under a new generation."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cache_warmer import generations
from cache_warmer.handlers import carry_out, warm_generation
from cache_warmer.metrics import WarmMetrics
from cache_warmer.settings import Settings
from cache_warmer.warming import Warmer
from devstack.servers.single_server import LoneValkey
from events import CacheAction, CacheOrdered, RunCompleted, RunKind, RunStatus


def completed(generation: int) -> RunCompleted:
    return RunCompleted(
        run_id=f"downloads-2026-06-30-{generation}",
        kind=RunKind.DOWNLOADS,
        day=date(2026, 6, 30),
        status=RunStatus.COMPLETE,
        generation=generation,
        completed_at=datetime(2026, 7, 1, tzinfo=UTC),
    )


@pytest.fixture
def warm(redis: Redis, warmer: Warmer, settings: Settings, metrics: WarmMetrics) -> Any:
    async def run(generation: int) -> None:
        await warm_generation(completed(generation), redis, warmer, settings, metrics)

    return run


async def test_popular_pages_are_ready_before_visitors_are_moved(
    warm: Any, redis: Redis, api: Any
) -> None:
    asked_for = f"popular:{generations.utc_today()}"
    await redis.zadd(asked_for, {"/api/search?q=numpy": 40, "/api/packages/rare": 1})
    await warm(1)
    assert api.visitors_at == {0}
    assert await generations.current(redis) == 1
    assert {
        "/api/packages?sort=stars",
        "/api/insights/hidden_gem",
        "/api/packages/alpha/history",
        "/api/search?q=numpy",
        "/api/packages/rare",
    } <= set(api.pages)
    assert {(generation, token) for _, generation, token in api.asked} == {("1", "secret")}


async def test_the_pages_of_the_generation_before_are_dropped(warm: Any, redis: Redis) -> None:
    await warm(1)
    await redis.mset({"g1:/api/packages": "old", "g2:/api/packages": "new", "other": "kept"})
    await warm(2)
    assert sorted(await redis.keys()) == [b"g2:/api/packages", b"generation", b"other"]


async def test_an_announcement_that_comes_again_or_late_changes_nothing(
    warm: Any, redis: Redis, api: Any
) -> None:
    await warm(3)
    asked = len(api.asked)
    await warm(3)
    await warm(2)
    assert await generations.current(redis) == 3
    assert len(api.asked) == asked


def ordered(action: CacheAction) -> CacheOrdered:
    return CacheOrdered(action=action, reason="a test", ordered_at=datetime(2026, 7, 1, tzinfo=UTC))


@pytest.fixture
def order(redis: Redis, warmer: Warmer, settings: Settings, metrics: WarmMetrics) -> Any:
    async def run(action: CacheAction) -> None:
        await carry_out(ordered(action), redis, warmer, settings, metrics)

    return run


async def test_an_order_makes_the_pages_anew_that_visitors_see(
    warm: Any, order: Any, redis: Redis, api: Any
) -> None:
    await warm(4)
    await redis.mset({"g4:/api/packages": "kept"})
    api.asked.clear()
    await order(CacheAction.WARM)
    assert "/api/packages/alpha/history" in api.pages
    assert {generation for _, generation, _ in api.asked} == {"4"}
    assert await redis.get("g4:/api/packages") == b"kept"
    assert await redis.get("purges") is None


async def test_a_purge_leaves_no_page_and_tells_every_api_process(
    warm: Any, order: Any, redis: Redis, api: Any
) -> None:
    await warm(4)
    await redis.mset({"g4:/api/packages": "wrong", "g5:/api/status": "wrong", "other": "kept"})
    api.asked.clear()
    await order(CacheAction.PURGE)
    assert sorted(await redis.keys()) == [b"generation", b"other", b"purges"]
    assert await generations.current(redis) == 4
    assert await redis.get("purges") == b"1"
    assert "/api/packages/alpha" in api.pages


async def test_an_order_before_the_first_night_does_nothing(order: Any, api: Any) -> None:
    await order(CacheAction.PURGE)
    assert api.asked == []


async def test_a_failing_page_is_told_and_stops_nothing(
    warm: Any, redis: Redis, api: Any, metrics: WarmMetrics
) -> None:
    api.failing = {"/api/packages/alpha", "/api/status"}
    await warm(1)
    assert await generations.current(redis) == 1
    assert metrics.pages.labels("failed")._value.get() == 2


async def test_a_picture_that_people_ask_for_is_made_ready_as_well(
    warm: Any, redis: Redis, api: Any, metrics: WarmMetrics
) -> None:
    badge = "/api/badge/alpha/downloads.svg"
    await redis.zadd(f"popular:{generations.utc_today()}", {badge: 40})
    await warm(1)
    assert badge in api.pages
    assert metrics.pages.labels("failed")._value.get() == 0


async def test_an_announcement_waits_for_a_cache_that_is_away(
    warmer: Warmer, settings: Settings, metrics: WarmMetrics
) -> None:
    """The error sends the announcement back to the bus, which brings it again."""
    cache = LoneValkey()
    async with Redis.from_url(cache.url) as redis:
        with pytest.raises(RedisError):
            await warm_generation(completed(1), redis, warmer, settings, metrics)
        cache.start()
        try:
            await warm_generation(completed(1), redis, warmer, settings, metrics)
            assert await generations.current(redis) == 1
        finally:
            cache.kill()


async def test_without_the_api_visitors_are_moved_all_the_same(
    warm: Any, redis: Redis, api: Any
) -> None:
    api.failing = {"/api/insights", "/api/packages?limit=100"}
    await warm(1)
    assert await generations.current(redis) == 1
