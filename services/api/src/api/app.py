"""The api, wired together."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware

from api.background import Step, repeating
from api.cache.generations import LOOK_SECONDS, Generations
from api.cache.local_cache import LocalCache
from api.cache.page_cache import PageCache
from api.cache.popular import REPORT_SECONDS, Popular
from api.cache.redis_cache import RedisCache
from api.cache.request_keys import Routing
from api.clock import Clock
from api.database import Database
from api.http.clients import Clients
from api.http.middleware import Edge
from api.http.rate_limits import EXCHANGE_SECONDS, make_budgets
from api.http.request_headers import Headers
from api.metrics import ApiMetrics, Counts
from api.metrics_port import metrics_served
from api.routes import (
    badges,
    compatible,
    exports,
    feeds,
    lists,
    lookup,
    packages,
    reference,
    scores,
    security,
    status,
)
from api.routes.context import Context
from api.routes.errors import answer_problems
from api.search.typo_index import KEEP_SECONDS
from api.settings import Settings
from api.site.files import Site
from api.site.page_metadata import PageMetadata

PARTS = (
    compatible,
    lists,
    lookup,
    packages,
    scores,
    security,
    badges,
    exports,
    feeds,
    status,
    reference,
)
SAMPLE: Headers = [(b"x-sample-data", b"true")]


class Parts:
    """What requests, and the work beside them, share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock, self.counts = Clock(), Counts()
        self.database = Database(settings)
        self.shared = RedisCache(settings.redis_url.get_secret_value(), settings.redis_timeout)
        self.memory = LocalCache(settings.hot_bytes)
        self.popular = Popular(self.shared, settings.popular_sample)
        self.budgets = make_budgets(settings, self.shared)
        self.context = Context(settings, self.database, self.clock)
        self.extra_headers = SAMPLE if settings.sample_data else []


def make_app(settings: Settings) -> ASGIApp:
    """Return the whole ASGI application: the edge around FastAPI's routes."""
    parts = Parts(settings)
    inner = _routes()
    page_cache = PageCache(
        inner,
        parts.memory,
        parts.shared,
        clock=parts.clock,
        counts=parts.counts,
        margin=settings.stored_margin,
    )
    generations = Generations(
        parts.database, parts.shared, settings.switch_patience, page_cache.show, parts.memory.clear
    )
    inner.state.context = parts.context
    inner.state.shared = parts.shared
    inner.state.metrics = _metrics(parts, generations)
    inner.router.lifespan_context = _running(parts, generations, inner.state.metrics)
    edge = _edge(parts, inner, page_cache)
    outer = _traced(edge, settings) if settings.otel_endpoint else edge
    if not settings.site_dir:
        return outer
    metadata = PageMetadata(settings.public_url, edge)
    return Site(outer, Path(settings.site_dir), metadata, parts.extra_headers)


def _metrics(parts: Parts, generations: Generations) -> ApiMetrics:
    memory, shared = parts.memory, parts.shared
    return ApiMetrics(
        parts.counts,
        {
            "api_generation": ("Generation shown.", lambda: generations.current),
            "api_memory_bytes": ("Bytes of answers in memory.", lambda: memory.bytes),
            "api_redis_away": ("1 while Redis does not answer.", lambda: float(shared.away)),
        },
    )


def _edge(parts: Parts, inner: FastAPI, page_cache: PageCache) -> Edge:
    settings = parts.settings
    return Edge(
        CompressMiddleware(inner, brotli=False),
        Routing(route for part in PARTS for route in part.router.routes),
        parts.memory,
        page_cache,
        budgets=parts.budgets,
        clients=Clients(settings.trusted_proxies),
        popular=parts.popular,
        clock=parts.clock,
        counts=parts.counts,
        computed_cost=settings.computed_cost,
        warm_token=settings.warm_token.get_secret_value(),
        extra_headers=parts.extra_headers,
    )


def _traced(app: ASGIApp, settings: Settings) -> ASGIApp:
    """Return the application with spans around its requests."""
    from api.http.tracing import Traced  # noqa: PLC0415
    from servicekit.tracing import tracer_provider  # noqa: PLC0415

    provider = tracer_provider("api", settings.otel_endpoint, settings.otel_share)
    return Traced(app, provider, settings.warm_token.get_secret_value())


def _running(
    parts: Parts, generations: Generations, metrics: ApiMetrics
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Yield what surrounds serving: connections, and the work beside the requests."""
    beside: dict[Step, float] = {
        generations.look: LOOK_SECONDS,
        parts.budgets.flush: EXCHANGE_SECONDS,
        parts.popular.report: REPORT_SECONDS,
        parts.context.keep_names: KEEP_SECONDS,
    }

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await parts.database.open()
        await generations.look()
        await parts.context.keep_names()
        gc.freeze()  # what is here now stays; the collector need not walk through it again
        with metrics_served(parts.settings, metrics.registry):
            async with repeating(beside):
                yield
        await parts.popular.report()
        await parts.shared.close()
        await parts.database.close()

    return running


def _routes() -> FastAPI:
    inner = FastAPI(
        title="PyPI Stats",
        version="1",
        openapi_url=None,  # routes.reference gives it, with an ETag
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for part in PARTS:
        inner.include_router(part.router)
    answer_problems(inner)
    return inner
