"""The api, wired together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from limits.aio.storage import RedisStorage, Storage
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from api.budgets import Budgets
from api.clients import Clients
from api.clock import Clock
from api.database import Database
from api.edge import Edge, Headers
from api.generations import Generations
from api.keeper import Keeper
from api.memory import HotCopies
from api.metrics import ApiMetrics, Counts
from api.popular import Popular
from api.problems import MEDIA_TYPE, ProblemError, document, problem_response
from api.routes import (
    badges,
    compatible,
    exports,
    feeds,
    lists,
    packages,
    scores,
    security,
    status,
)
from api.routes.context import Context
from api.routing import Routing
from api.settings import ApiSettings
from api.shared import SharedCache

PARTS = (compatible, lists, packages, scores, security, badges, exports, feeds, status)
SAMPLE: Headers = [(b"x-sample-data", b"true")]
log = structlog.get_logger(__name__)


def make_app(settings: ApiSettings) -> ASGIApp:
    """Give the whole ASGI application: the edge around FastAPI's routes."""
    clock, counts = Clock(), Counts()
    database = Database(settings)
    shared = SharedCache(settings.redis_url.get_secret_value(), settings.redis_timeout)
    memory = HotCopies(settings.hot_bytes)
    popular = Popular(shared, settings.popular_sample)
    budgets = _budgets(settings, shared)
    inner = _routes()
    keeper = Keeper(
        inner, memory, shared, clock=clock, counts=counts, margin=settings.stored_margin
    )
    generations = Generations(database, shared, settings.switch_patience, keeper.prefetch)
    keeper.generation = lambda: generations.current
    inner.state.context = Context(settings, database, clock)
    inner.state.shared = shared
    inner.state.metrics = ApiMetrics(
        counts,
        {
            "api_generation": ("Generation shown.", lambda: generations.current),
            "api_memory_bytes": ("Bytes of answers in memory.", lambda: memory.bytes),
            "api_redis_away": ("1 while Redis does not answer.", lambda: float(shared.away)),
        },
    )

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        await database.open()
        await generations.look()
        tasks = [
            asyncio.create_task(each)
            for each in (generations.follow(), budgets.exchange(), popular.reporting())
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await popular.report(clock.now())
        await shared.close()
        await database.close()

    inner.router.lifespan_context = running
    return Edge(
        inner,
        Routing(route for part in PARTS for route in part.router.routes),
        memory,
        keeper,
        budgets=budgets,
        clients=Clients(settings.trusted_proxies),
        popular=popular,
        clock=clock,
        counts=counts,
        computed_cost=settings.computed_cost,
        warm_token=settings.warm_token.get_secret_value(),
        extra_headers=SAMPLE if settings.sample_data else [],
    )


def _routes() -> FastAPI:
    inner = FastAPI(
        title="PyPI Stats",
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for part in PARTS:
        inner.include_router(part.router)
    inner.add_exception_handler(ProblemError, _problem)
    inner.add_exception_handler(RequestValidationError, _invalid)
    inner.add_exception_handler(HTTPException, _http_problem)
    inner.add_exception_handler(Exception, _unexpected)
    return inner


def _budgets(settings: ApiSettings, shared: SharedCache) -> Budgets:
    url = settings.redis_url.get_secret_value()
    storage: Storage | None = None
    if url:
        storage = RedisStorage(
            f"async+{url}",
            implementation="redispy",
            key_prefix="limits",
            wrap_exceptions=True,
            connection_pool=shared.pool,
        )
    return Budgets(
        {
            "reads": settings.rate_limit_reads,
            "search": settings.rate_limit_search,
            "badges": settings.rate_limit_badges,
            "exports": settings.rate_limit_exports,
        },
        storage,
    )


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ProblemError)  # noqa: S101 - registered for this class alone
    return problem_response(problem)


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    wrong = [{"parameter": str(each["loc"][-1]), "reason": each["msg"]} for each in error.errors()]
    detail = "; ".join(f"{each['parameter']}: {each['reason']}" for each in wrong)
    return Response(document(422, detail, errors=wrong), 422, media_type=MEDIA_TYPE)


async def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    return Response(
        document(error.status_code, str(error.detail)),
        error.status_code,
        error.headers,
        media_type=MEDIA_TYPE,
    )


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("failed", path=request.url.path, exc_info=error)
    return Response(document(500, "Something is wrong here."), 500, media_type=MEDIA_TYPE)
