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

T = TypeVar("T")
POINTER = "generation"
PURGES = "purges"
"""Key of the generation that visitors see; the cache-warmer writes it."""
CLAIM_SECONDS = 5
"""How long a replica may take for an answer before another one makes it as well."""
REST = 1.0
"""Seconds Redis is left alone after it did not answer, so that nobody waits for it in turn."""

log = structlog.get_logger(__name__)


class SharedCache:
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
        self._token = secrets.token_hex(8)

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
        """Give what Redis answers, or None when it is away."""
        if self._redis is None or self.away:
            return None
        try:
            return await question(self._redis)
        except (RedisError, OSError, TimeoutError) as error:
            self._rests_until = monotonic() + REST
            log.warning("redis_away", error=f"{type(error).__name__}: {error}")
            return None

    async def generation(self) -> int | None:
        """Give the generation the warmer made visible."""
        stored: bytes | None = await self.ask(lambda redis: redis.get(POINTER))
        return int(stored) if stored is not None and stored.isdigit() else None

    async def purges(self) -> int | None:
        """Give how often an operator has had everything dropped; None while Redis is away."""
        stored: bytes | None = await self.ask(lambda redis: redis.get(PURGES))
        if stored is None:
            return None if self.away else 0
        return int(stored)

    async def get(self, generation: int, key: str) -> Stored | None:
        """Give one answer."""
        return _loaded(await self.ask(lambda redis: redis.get(slot(generation, key))))

    async def get_many(self, generation: int, keys: Sequence[str]) -> dict[str, Stored]:
        """Give those of the answers that are there."""
        slots = [slot(generation, key) for key in keys]
        found = await self.ask(lambda redis: redis.mget(slots)) if slots else None
        loaded = {key: _loaded(body) for key, body in zip(keys, found or [], strict=False)}
        return {key: stored for key, stored in loaded.items() if stored is not None}

    async def put(self, key: str, stored: Stored, seconds: int) -> bool:
        """Keep an answer for so long; says whether it is kept."""
        place, body = slot(stored.generation, key), pages.dump(stored)
        return bool(await self.ask(lambda redis: redis.set(place, body, ex=max(1, seconds))))

    async def claim(self, generation: int, key: str) -> bool:
        """Say whether this replica is the one to make an answer; yes, if nobody can be asked."""
        place = f"claim:{slot(generation, key)}"
        claimed = await self.ask(
            lambda redis: redis.set(place, self._token, nx=True, ex=CLAIM_SECONDS)
        )
        return bool(claimed) or self.away

    async def release(self, generation: int, key: str) -> None:
        """Say that the answer is made, or will not be."""
        await self.ask(lambda redis: redis.delete(f"claim:{slot(generation, key)}"))

    async def wait_for(self, generation: int, key: str, patience: float) -> Stored | None:
        """Give the answer another replica is making, or None if that takes too long."""
        until = monotonic() + patience
        pause = 0.01
        while monotonic() < until and not self.away:
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)
            stored = await self.get(generation, key)
            if stored is not None:
                return stored
        return None


def slot(generation: int, key: str) -> str:
    """Give the key in Redis of an answer."""
    return f"g{generation}:{key}"


def _loaded(body: bytes | None) -> Stored | None:
    if body is None:
        return None
    try:
        return pages.load(body)
    except msgspec.MsgspecError:
        return None  # written by another version of this service; made anew
