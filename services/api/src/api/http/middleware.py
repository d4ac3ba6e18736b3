"""The outermost layer: hot answers, conditional requests, limits, CORS; nothing slow.

A request whose answer is in memory passes only through `__call__` and `_hit`: two look-ups, the
client's account, and the bytes.
"""

from hmac import compare_digest
from time import perf_counter
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.cache.local_cache import LocalCache
from api.cache.page_cache import Made, PageCache, Served
from api.cache.pages import EXPOSED, STANDING_HEADERS, Header, Page, preferred_encoding
from api.cache.popular import Popular
from api.cache.request_keys import Routing, Target
from api.clock import BRIEFLY, NOT_KEPT, Clock
from api.http.clients import Clients
from api.http.problems import MEDIA_TYPE, document
from api.http.rate_limits import Budget, Budgets
from api.http.request_headers import (
    ACCEPT_ENCODING,
    IF_NONE_MATCH,
    ORIGIN,
    WARM_GENERATION,
    Given,
    Headers,
    matches,
)
from api.metrics import NO_ROUTE, Counts

READING = ("GET", "HEAD")
POSTING = "POST"
PREFLIGHT: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"*"),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"content-length", b"0"),
]
ALLOWED: Header = (b"allow", b"GET, HEAD, OPTIONS")
WARM_TOKEN = b"x-warm-token"
STALE: Header = (b"warning", b'110 - "Response is Stale"')
NOT_KEPT_HEADER: Header = (b"cache-control", NOT_KEPT)
REFUSED = 429
LONGEST_PATH = 500
"""Bytes."""
ROUTE = "api.route"
"""Where a request's scope notes the route it was led to, for measuring."""
WARMING_ROUTE = "warming"
"""The warmer's requests are measured apart: nobody waits for them."""

log = structlog.get_logger(__name__)


class Edge:
    """An ASGI application around the api."""

    def __init__(
        self,
        inner: ASGIApp,
        routing: Routing,
        memory: LocalCache,
        page_cache: PageCache,
        *,
        budgets: Budgets,
        clients: Clients,
        popular: Popular,
        clock: Clock,
        counts: Counts,
        computed_cost: int,
        warm_token: str,
        extra_headers: Headers,
    ) -> None:
        self._inner = inner
        self._routing = routing
        self._memory = memory
        self._page_cache = page_cache
        self._budgets = budgets.by_class
        self._clients = clients
        self._popular = popular
        self._clock = clock
        self._counts = counts
        self._computed_cost = computed_cost
        self._warm_token = warm_token.encode()
        self._extra = extra_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        started = perf_counter()
        spelling = scope["raw_path"] + b"?" + scope["query_string"]
        now = self._clock.now()
        page = self._memory.find(spelling, self._page_cache.shown, now)
        if page is not None and scope["method"] in READING:
            given = dict(scope["headers"])
            if WARM_GENERATION not in given:
                status = await self._hit(page, given, scope, send, now)
                self._counts.note(page.route, scope["method"], status, perf_counter() - started)
                return
        await self._timed(started, spelling, scope, receive, send)

    async def _hit(self, page: Page, given: Given, scope: Scope, send: Send, now: int) -> int:
        """Return a page out of memory; returns the status."""
        budget = self._budgets[page.limit_class]
        left = budget.charge(self._clients.of(scope["client"], scope["headers"]), 1, now)
        if left < 0:
            await self._refuse(budget, scope, send, now)
            return REFUSED
        self._counts.found["memory"] += 1
        self._popular.seen(page.key)
        status, headers, body = self._framed(page, budget.headers(left, now), given, now)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})
        return status

    def _framed(
        self, page: Page, more: list[Header], given: Given, now: int
    ) -> tuple[int, list[Header], bytes]:
        """Return the status, headers and body of a page, or that the client has it already."""
        fresh = BRIEFLY if page.brief else self._clock.until_midnight(now)
        changing: list[Header] = [(b"cache-control", fresh), *more, *self._extra]
        if ORIGIN in given:
            changing.append(EXPOSED)
        if IF_NONE_MATCH in given and matches(given[IF_NONE_MATCH], page.tag):
            return 304, page.variant("").unchanged_headers + changing, b""
        variant = page.variant(preferred_encoding(given.get(ACCEPT_ENCODING, b"")))
        return 200, variant.headers + changing, variant.body

    async def _timed(
        self, started: float, spelling: bytes, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer what memory does not hold, and note how long that took."""
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._other(spelling, scope, receive, noting)
        finally:
            route = scope.get(ROUTE, NO_ROUTE)
            seconds = perf_counter() - started
            self._counts.note(route, scope["method"], status, seconds)

    async def _other(self, spelling: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what memory does not hold."""
        if scope["method"] == "OPTIONS":
            await _send(send, 204, PREFLIGHT, b"")
        elif scope["method"] == POSTING and self._posted(scope):
            await self._pass_on(self._posted(scope), scope, receive, send)
        elif scope["method"] not in READING:
            await self._problem(405, "Everything here is read only.", [ALLOWED], scope, send)
        elif len(scope["raw_path"]) > LONGEST_PATH:
            await self._problem(414, "No address here is so long.", [], scope, send)
        else:
            target = self._routing.target(scope["path"], scope["query_string"])
            if target is not None:
                scope[ROUTE] = target.route
            if target is None or not target.kept:
                await self._pass_on(target, scope, receive, send)
            else:
                await self._kept(target, spelling, scope, send)

    def _posted(self, scope: Scope) -> Target | None:
        """Return where a body may be sent to; nearly everything here is read only."""
        target = self._routing.target(scope["path"], scope["query_string"], POSTING)
        if target is not None:
            scope[ROUTE] = target.route
        return target

    async def _kept(self, target: Target, spelling: bytes, scope: Scope, send: Send) -> None:
        """Answer from Redis, or have the answer made."""
        if WARM_GENERATION in dict(scope["headers"]):
            scope[ROUTE] = WARMING_ROUTE
            await self._warm(target, scope, send)
            return
        now = self._clock.now()
        budget = self._budgets[target.limit_class]
        client = self._clients.of(scope["client"], scope["headers"])
        if budget.charge(client, 1, now) < 0:
            await self._refuse(budget, scope, send, now)
            return
        page = self._page_cache.in_memory(target.key, now)
        served = Served(page) if page else await self._page_cache.fetch(target, scope)
        left = budget.charge(client, self._computed_cost - 1 if served.computed else 0, now)
        more = budget.headers(left, now)
        await self._send_served(served, target, spelling, more, scope=scope, send=send)

    async def _send_served(
        self,
        served: Served,
        target: Target,
        spelling: bytes,
        more: list[Header],
        *,
        scope: Scope,
        send: Send,
    ) -> None:
        if isinstance(served.answer, Page):
            self._memory.remember(spelling, target.key)
            self._popular.seen(target.key)
            stale = [STALE] if served.stale else []
            status, headers, body = self._framed(
                served.answer, more + stale, dict(scope["headers"]), self._clock.now()
            )
            await _send(send, status, headers, b"" if scope["method"] == "HEAD" else body)
            self._memory.account(target.key)
        else:
            await self._send_made(served.answer, more, scope, send)

    async def _send_made(self, made: Made, more: list[Header], scope: Scope, send: Send) -> None:
        headers = [*made.headers, *STANDING_HEADERS, (b"cache-control", NOT_KEPT), *more]
        body = b"" if scope["method"] == "HEAD" else made.body
        await _send(send, made.status, [*headers, *self._extra], body)

    async def _refuse(self, budget: Budget, scope: Scope, send: Send, now: int) -> None:
        """Tell a client that it asked too much."""
        seconds = budget.retry_after(now)
        self._counts.limited[budget.name] += 1
        more = [*budget.headers(0, now), (b"retry-after", b"%d" % seconds)]
        detail = f"This address has used up its {budget.name}; more in {seconds} seconds."
        await self._problem(REFUSED, detail, more, scope, send)

    async def _problem(
        self, status: int, detail: str, more: list[Header], scope: Scope, send: Send
    ) -> None:
        body = document(status, detail)
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
        ]
        await self._send_made(Made(status, headers, body), more, scope, send)

    async def _pass_on(
        self, target: Target | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let the application answer by itself: streams, the moment's state, unknown paths."""
        now = self._clock.now()
        budget = self._budgets[target.limit_class if target else "reads"]
        client = self._clients.of(scope["client"], scope["headers"])
        posted = scope["method"] == POSTING
        left = budget.charge(client, self._computed_cost if posted else 1, now)
        if left < 0:
            await self._refuse(budget, scope, send, now)
            return
        more = [*STANDING_HEADERS, *budget.headers(left, now), *self._extra]
        heading = scope["method"] == "HEAD"

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept: list[Header] = [] if message["status"] < 400 else [NOT_KEPT_HEADER]
                message = {**message, "headers": [*message["headers"], *more, *kept]}
            elif heading:
                message = {**message, "body": b""}
            await send(message)

        method = POSTING if posted else "GET"
        inner_scope: dict[str, Any] = {**scope, "method": method, "heading": heading}
        await self._inner(inner_scope, receive, send_more)

    async def _warm(self, target: Target, scope: Scope, send: Send) -> None:
        """Make a page of the generation that the warmer prepares; nothing shown here changes."""
        given = dict(scope["headers"])
        token = given.get(WARM_TOKEN, b"")
        if not self._warm_token or not compare_digest(token, self._warm_token):
            await self._problem(403, "Warming needs the warmer's token.", [], scope, send)
            return
        made, page = await self._page_cache.render(target, scope)
        wanted = given[WARM_GENERATION].decode("latin-1")
        if page is not None and str(page.generation) != wanted:
            detail = f"The database shows generation {page.generation}."
            await self._problem(409, detail, [], scope, send)
            return
        await self._send_made(made, [], scope, send)


async def _send(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
