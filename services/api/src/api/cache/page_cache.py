"""Answers from memory, else from Redis, else made: once per key, over all replicas."""

import asyncio
from random import random
from typing import Any

import msgspec
from starlette.types import ASGIApp, Message, Scope

from api.answers.body import CONTENT_TAG, GENERATION, LIFETIME
from api.cache.local_cache import LocalCache
from api.cache.pages import Header, Page, Stored, store
from api.cache.redis_cache import RedisCache
from api.cache.request_keys import Target
from api.clock import BRIEF, Clock, seconds_to_midnight
from api.metrics import Counts

OK = 200
UNAVAILABLE = 503
SERVER_ERROR = 500
WAIT_FOR_OTHERS = 2.0
"""Seconds to wait for a page that another replica is making."""
PREFETCHED = 2000
"""Hottest pages fetched from Redis before a new generation is shown here."""
PREFETCH_BATCH = 100
PREFETCH_SECONDS = 3.0


class Made(msgspec.Struct, frozen=True):
    """An answer that is not kept: an error, mostly."""

    status: int
    headers: list[Header]
    body: bytes


class Served(msgspec.Struct, frozen=True):
    """What a request gets, and whether the database had to work for it."""

    answer: Page | Made
    computed: bool = False
    stale: bool = False
    """The database is away, and this is what it said before."""


class PageCache:
    """Keeps pages and makes those that are missing."""

    def __init__(
        self,
        inner: ASGIApp,
        memory: LocalCache,
        shared: RedisCache,
        *,
        clock: Clock,
        counts: Counts,
        margin: int,
    ) -> None:
        self._inner = inner
        self._memory = memory
        self._shared = shared
        self._clock = clock
        self._counts = counts
        self._margin = margin
        self._flights: dict[str, asyncio.Task[Served]] = {}
        self.shown = 0
        """The generation visitors see; pages of older ones are not served."""

    def in_memory(self, key: str, now: int) -> Page | None:
        """Return the page if this process holds it and it is not of the past."""
        page = self._memory.get(key)
        if page is None or page.expires <= now or page.generation < self.shown:
            return None
        return page

    async def fetch(self, target: Target, scope: Scope) -> Served:
        """Return the answer; requests for one key that come together share the work."""
        flight = self._flights.get(target.key)
        if flight is None:
            flight = asyncio.create_task(self._fetch(target, scope))
            self._flights[target.key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(target.key, None))
        return await asyncio.shield(flight)

    async def _fetch(self, target: Target, scope: Scope) -> Served:
        generation = self.shown
        stored = await self._shared.get(generation, target.key)
        token = None
        if stored is None:
            token = await self._shared.claim(generation, target.key)
            if token is None:
                stored = await self._shared.wait_for(generation, target.key, WAIT_FOR_OTHERS)
        if stored is not None and stored.expires > self._clock.now():
            self._counts.found["redis"] += 1
            return Served(self._hold(target.key, stored))
        try:
            return await self._make(target, scope)
        finally:
            if token is not None:
                await self._shared.release(generation, target.key, token)

    async def _make(self, target: Target, scope: Scope) -> Served:
        """Have the answer made; while that fails, the last one known will do."""
        made, page = await self.render(target, scope)
        if page is not None:
            self._counts.found["database"] += 1
            return Served(self._hold(target.key, page), computed=True)
        held = self._memory.get(target.key)
        if made.status == UNAVAILABLE and held is not None:
            self._counts.found["stale"] += 1
            return Served(held, stale=True)
        return Served(made, computed=True)

    async def render(self, target: Target, scope: Scope) -> tuple[Made, Stored | None]:
        """Ask the application itself; gives the page as well where it may be kept."""
        with self._counts.making.time():
            made, notes = await _asked(self._inner, target, scope)
        if made.status != OK or GENERATION not in notes:
            return made, None
        now = self._clock.now()
        brief = notes[LIFETIME] == "brief"
        lasts = BRIEF if brief else self._seconds_kept(now)
        page = store(
            made.body,
            generation=int(notes[GENERATION]),
            expires=now + lasts,
            media_type=next(
                value for name, value in made.headers if name == b"content-type"
            ).decode(),
            tag=notes[CONTENT_TAG],
            limit_class=target.limit_class,
            brief=brief,
            route=target.route,
        )
        await self._shared.put(target.key, page, lasts)
        return made, page

    def _seconds_kept(self, now: int) -> int:
        """To the end of the day, and a random part of the margin: not all pages end at once."""
        return seconds_to_midnight(now) + int(self._margin * random())  # noqa: S311 - no secret

    def _hold(self, key: str, stored: Stored) -> Page:
        page = Page(key, stored)
        self._memory.put(page)
        return page

    async def show(self, generation: int) -> None:
        """Move visitors to a generation, its pages that are hot here fetched first."""
        await self._prefetch(generation)
        self.shown = generation

    async def _prefetch(self, generation: int) -> None:
        """Take over the pages that are hot here from a generation the warmer has made ready.

        One that was made here from a newer generation stays: visitors do not go back with it.
        """
        back = generation < self.shown
        hottest = self._memory.hottest(PREFETCHED)
        keys = [key for key in hottest if back or not self._memory.holds(key, generation)]
        try:
            async with asyncio.timeout(PREFETCH_SECONDS):
                for start in range(0, len(keys), PREFETCH_BATCH):
                    batch = keys[start : start + PREFETCH_BATCH]
                    found = await self._shared.get_many(generation, batch)
                    for key, stored in reversed(found.items()):
                        self._hold(key, stored)
        except TimeoutError:
            return


async def _asked(inner: ASGIApp, target: Target, scope: Scope) -> tuple[Made, dict[str, str]]:
    """Run the application on the canonical request; its private notes come apart."""
    status, headers, body = await run(inner, _canonical_scope(target, scope))
    private = {GENERATION, LIFETIME, CONTENT_TAG}
    notes = {name.decode(): value.decode() for name, value in headers if name.decode() in private}
    public = [(name, value) for name, value in headers if name.decode() not in private]
    return Made(status, public, body), notes


def _canonical_scope(target: Target, scope: Scope) -> dict[str, Any]:
    return {
        **scope,
        "method": "GET",
        "path": target.path,
        "raw_path": target.path.encode(),
        "query_string": target.query.encode(),
        "headers": [(b"host", b"api")],
    }


async def run(inner: ASGIApp, scope: Scope) -> tuple[int, list[Header], bytes]:
    """Run an application on one request without a body; give status, headers and body."""
    status, headers, parts = 500, [], []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    try:
        await inner(scope, receive, send)
    except Exception:  # logged, and answered with a problem document, by the application itself
        if status < SERVER_ERROR:
            raise
    return status, headers, b"".join(parts)
