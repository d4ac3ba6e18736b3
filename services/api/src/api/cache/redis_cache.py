"""The cache that all replicas share: Redis or Valkey. Without it everything works, slower."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from time import monotonic
from typing import Any, TypeVar

import msgspec
import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from api.cache import pages
from api.cache.pages import Stored
from events.cache_keys import GENERATION_KEY, PURGES_KEY, claim_key, page_key

T = TypeVar("T")
CLAIM_SECONDS = 5
"""How long a replica may take for an answer before another one makes it as well."""
RELEASE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""
"""Deletes a claim that is still one's own: it may have run out and be another replica's by now."""
REST = 1.0
"""Seconds Redis is left alone after it did not answer, so that nobody waits for it in turn."""

log = structlog.get_logger(__name__)


class RedisCache:
    """Answers by generation and key. Every method gives None, or does nothing, while it is away."""

    def __init__(self, url: str, timeout: float) -> None:
        self._redis: Any = None
        if url:
            self._redis = Redis.from_url(
                url,
                socket_timeout=timeout,
                socket_connect_timeout=timeout,
                retry=Retry(NoBackoff(), 1),
                max_connections=64,
            )
        self._rests_until = 0.0

    @property
    def pool(self) -> Any:
        """The connections, for whoever else talks to the same Redis; None without one."""
        return self._redis.connection_pool if self._redis is not None else None

    @property
    def away(self) -> bool:
        """Whether it did not answer lately, or there is none."""
        return self._redis is None or monotonic() < self._rests_until

    async def close(self) -> None:
        """Hang up."""
        if self._redis is not None:
            await self._redis.aclose()

    async def ask(self, question: Callable[[Any], Awaitable[T]]) -> T | None:
        """Return what Redis answers, or None when it is away."""
        if self._redis is None or self.away:
            return None
        try:
            return await question(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            self._rests_until = monotonic() + REST
            log.warning("redis_away", error=f"{type(error).__name__}: {error}")
            return None

    async def generation(self) -> int | None:
        """Return the generation the warmer made visible."""
        stored: bytes | None = await self.ask(lambda redis: redis.get(GENERATION_KEY))
        return int(stored) if stored is not None and stored.isdigit() else None

    async def purges(self) -> int | None:
        """Return how often an operator has had everything dropped; None while Redis is away."""
        stored: bytes | None = await self.ask(lambda redis: redis.get(PURGES_KEY))
        if stored is None:
            return None if self.away else 0
        return int(stored)

    async def get(self, generation: int, key: str) -> Stored | None:
        """Return one answer."""
        return _loaded(await self.ask(lambda redis: redis.get(page_key(generation, key))))

    async def get_many(self, generation: int, keys: Sequence[str]) -> dict[str, Stored]:
        """Return those of the answers that are there."""
        slots = [page_key(generation, key) for key in keys]
        found = await self.ask(lambda redis: redis.mget(slots)) if slots else None
        loaded = {key: _loaded(body) for key, body in zip(keys, found or [], strict=False)}
        return {key: stored for key, stored in loaded.items() if stored is not None}

    async def put(self, key: str, stored: Stored, seconds: int) -> bool:
        """Keep an answer for so long; says whether it is kept."""
        place, body = page_key(stored.generation, key), pages.dump(stored)
        return bool(await self.ask(lambda redis: redis.set(place, body, ex=max(1, seconds))))

    async def claim(self, generation: int, key: str) -> str | None:
        """Return the token of the claim to make an answer, None where another replica has it.

        While nobody can be asked the claim is given all the same.
        """
        token, place = secrets.token_hex(8), claim_key(generation, key)
        claimed = await self.ask(lambda redis: redis.set(place, token, nx=True, ex=CLAIM_SECONDS))
        return token if claimed or self.away else None

    async def release(self, generation: int, key: str, token: str) -> None:
        """Give up the claim that `token` stands for; another's stays as it is."""
        place = claim_key(generation, key)
        await self.ask(lambda redis: redis.eval(RELEASE, 1, place, token))

    async def wait_for(self, generation: int, key: str, longest: float) -> Stored | None:
        """Return the answer another replica is making, or None if that takes too long."""
        until = monotonic() + longest
        pause = 0.01
        while monotonic() < until and not self.away:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)
            stored = await self.get(generation, key)
            if stored is not None:
                return stored
        return None


def _loaded(body: bytes | None) -> Stored | None:
    if body is None:
        return None
    try:
        return pages.load(body)
    except msgspec.MsgspecError:
        return None  # written by another version of this service; made anew
