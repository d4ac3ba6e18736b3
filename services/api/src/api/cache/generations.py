"""Which generation visitors see."""

from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

from api.cache.redis_cache import RedisCache
from api.database import Database
from api.http.problems import UnavailableError

LOOK_SECONDS = 1.0
"""Seconds between two looks at the pointer."""
DATABASE_PERIOD = 5.0
"""Seconds between looks at PostgreSQL's own generation."""
AWAY_TIMEOUT = 30.0
"""Seconds Redis may be away before PostgreSQL's generation is followed instead."""

log = structlog.get_logger(__name__)
Show = Callable[[int], Awaitable[None]]


class Generations:
    """Follows the pointer that the warmer moves.

    Without Redis, or without a warmer that does its work in time, PostgreSQL's own generation
    is shown. `show` is told of each; `forget` of a purge, after which nothing kept may be shown.
    """

    def __init__(
        self,
        database: Database,
        shared: RedisCache,
        patience: float,
        show: Show,
        forget: Callable[[], None],
    ) -> None:
        self._database = database
        self._shared = shared
        self._patience = patience
        self._show = show
        self._forget = forget
        self._purges: int | None = None
        self._looked_at_database = -DATABASE_PERIOD
        self._published: int | None = None
        self._published_since = 0.0
        self._pointer: int | None = None
        self._pointer_seen = -AWAY_TIMEOUT
        self.current = 0

    async def look(self) -> None:
        """Look once."""
        await self._look_at_purges()
        pointer = await self._look_at_pointer()
        if pointer is None or monotonic() - self._looked_at_database >= DATABASE_PERIOD:
            await self._look_at_database()
        shown = self._decide(pointer)
        if shown != self.current:
            await self._show(shown)
            log.info("generation_shown", generation=shown, before=self.current)
            self.current = shown

    async def _look_at_purges(self) -> None:
        """Forget everything where there was a purge since the last look."""
        purges = await self._shared.purges()
        if purges is None:
            return
        if self._purges is not None and purges != self._purges:
            self._forget()
            log.info("purged", purges=purges)
        self._purges = purges

    async def _look_at_pointer(self) -> int | None:
        """Return the pointer; while Redis is away for a moment, the one seen last."""
        pointer = await self._shared.generation()
        if not self._shared.away:
            self._pointer, self._pointer_seen = pointer, monotonic()
        elif monotonic() - self._pointer_seen > AWAY_TIMEOUT:
            self._pointer = None
        return self._pointer

    async def _look_at_database(self) -> None:
        self._looked_at_database = monotonic()
        try:
            publication = await self._database.publication()
            if publication.generation == self._published:
                return
            ago = await self._database.published_ago()
        except UnavailableError:
            return
        # Not since this process saw it: a pointer restored from an old copy must not hold it back.
        self._published = publication.generation
        self._published_since = monotonic() - ago

    def _decide(self, pointer: int | None) -> int:
        published = self._published
        if published is None:
            return self.current if pointer is None else pointer
        if pointer is None or pointer > published:
            return published
        waited = monotonic() - self._published_since
        return published if waited > self._patience else pointer
