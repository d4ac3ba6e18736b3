"""One replica makes an answer, and one that died keeps the others waiting for a moment alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.cache.page_cache import WAIT_FOR_OTHERS
from api.cache.redis_cache import RedisCache
from events.cache_keys import claim_key

PAGE = "/api/packages/requests"


@pytest.fixture
async def replicas(valkey: Any, empty_cache: Any) -> AsyncIterator[tuple[RedisCache, RedisCache]]:
    one, other = RedisCache(valkey.url, 1.0), RedisCache(valkey.url, 1.0)
    yield one, other
    await one.close()
    await other.close()


async def test_a_claim_that_ran_out_is_never_released_for_its_new_holder(
    replicas: tuple[RedisCache, RedisCache], empty_cache: Any
) -> None:
    slow, quick = replicas
    old = await slow.claim(1, PAGE)
    assert old is not None
    await empty_cache.delete(claim_key(1, PAGE))  # as when its seconds are over
    new = await quick.claim(1, PAGE)
    assert new is not None
    await slow.release(1, PAGE, old)
    assert await slow.claim(1, PAGE) is None
    await quick.release(1, PAGE, new)
    assert await slow.claim(1, PAGE) is not None


async def test_a_replica_that_died_holds_its_claim_longer_than_others_wait_and_not_much_longer(
    replicas: tuple[RedisCache, RedisCache], empty_cache: Any
) -> None:
    await replicas[0].claim(1, PAGE)
    left = await empty_cache.pttl(claim_key(1, PAGE)) / 1000
    assert WAIT_FOR_OTHERS < left <= 5.0
