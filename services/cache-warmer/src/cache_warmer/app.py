"""All wiring of the cache-warmer: its consumer, its stores, its probes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias

from faststream import Context, ContextRepo
from faststream.asgi import AsgiFastStream
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis

from cache_warmer import handlers
from cache_warmer.metrics import WarmMetrics
from cache_warmer.settings import Settings
from cache_warmer.warming import Warmer, make_client
from events import CacheOrdered, RunCompleted
from events.topology import CACHE_WARMER, durable
from servicekit.app import service_app
from servicekit.broker import make_broker, subscribe

Cache: TypeAlias = Annotated[Any, Context("redis")]
PageWarmer: TypeAlias = Annotated[Warmer, Context("warmer")]


def make_app(settings: Settings) -> AsgiFastStream:
    """Yield the application, ready to be served."""
    registry = CollectorRegistry()
    broker = make_broker(CACHE_WARMER, settings, registry)
    metrics = WarmMetrics(registry)
    redis: Any = Redis.from_url(settings.redis_url.get_secret_value())

    @asynccontextmanager
    async def resources(context: ContextRepo) -> AsyncIterator[None]:
        async with redis, make_client(settings) as client:
            context.set_global("redis", redis)
            context.set_global("warmer", Warmer(client, settings))
            yield

    async def redis_answers() -> None:
        await redis.ping()

    @subscribe(broker, durable("cache-warmer-completed"))
    async def completed(event: RunCompleted, redis: Cache, warmer: PageWarmer) -> None:
        await handlers.warm_generation(event, redis, warmer, settings, metrics)

    @subscribe(broker, durable("cache-warmer-ordered"))
    async def ordered(event: CacheOrdered, redis: Cache, warmer: PageWarmer) -> None:
        await handlers.carry_out(event, redis, warmer, settings, metrics)

    return service_app(CACHE_WARMER, broker, registry, resources=resources, checks=(redis_answers,))
