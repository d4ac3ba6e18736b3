"""The process around the handlers: probes, metrics, and the order of starting and stopping."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import msgspec
import structlog
from faststream import ContextRepo
from faststream.asgi import AsgiFastStream, AsgiResponse, get
from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI
from prometheus_client import CollectorRegistry, make_asgi_app

from events.topology import USERS
from servicekit.broker import TRACER_PROVIDER
from servicekit.sources import SOURCES, SourceMetrics

Check = Callable[[], Awaitable[None]]
Resources = Callable[[ContextRepo], AbstractAsyncContextManager[None]]
PROBE_TIMEOUT = 2.0
"""Seconds a readiness check may take."""

log = structlog.get_logger(__name__)


def service_app(
    name: str,
    broker: NatsBroker,
    registry: CollectorRegistry,
    *,
    resources: Resources | None = None,
    checks: Sequence[Check] = (),
) -> AsgiFastStream:
    """Yield the application: handlers on the bus, `/healthz`, `/readyz`, `/sources` and
    `/metrics` over HTTP.

    `resources` opens what handlers take from the context, before the first message and until
    after the last; `checks` raise while something the service needs does not answer.
    """

    registry.register(SourceMetrics(SOURCES))

    @asynccontextmanager
    async def lifespan(context: ContextRepo) -> AsyncIterator[None]:
        try:
            if resources is None:
                yield
                return
            async with resources(context):
                yield
        finally:
            await _send_last_spans(context.get(TRACER_PROVIDER))

    return AsgiFastStream(
        broker,
        lifespan=lifespan,
        logger=None,
        asgi_routes=[
            ("/healthz", alive()),
            ("/readyz", ready(name, broker, checks)),
            ("/sources", sources()),
            ("/metrics", make_asgi_app(registry)),
        ],
        specification=AsyncAPI(title=name, version="1"),
    )


async def _send_last_spans(provider: Any) -> None:
    """Send what is left; a collector that does not answer holds the process for some seconds."""
    if provider is not None:
        await asyncio.to_thread(provider.shutdown)


def alive() -> Any:
    """Return the liveness probe: the event loop turns."""

    @get(include_in_schema=False)
    async def probe(scope: Any) -> AsgiResponse:
        return AsgiResponse(b"ok", 200)

    return probe


def sources() -> Any:
    """Return the page of the sources this process asks: who answers, who fails, and with what."""

    @get(include_in_schema=False)
    async def page(scope: Any) -> AsgiResponse:
        told = msgspec.json.encode(SOURCES.states())
        return AsgiResponse(told, 200, {"content-type": "application/json"})

    return page


def ready(user: str, broker: NatsBroker, checks: Sequence[Check]) -> Any:
    """Return the readiness probe: this service's consumers and stores really answer."""
    durables = next(each for each in USERS if each.name == user).durables

    @get(include_in_schema=False)
    async def probe(scope: Any) -> AsgiResponse:
        try:
            stream = broker.connection.jetstream(timeout=PROBE_TIMEOUT)
            for durable in durables:
                await stream.consumer_info(durable.stream, durable.name)
            for check in checks:
                await check()
        except Exception as error:
            return AsgiResponse(f"{type(error).__name__}: {error}".encode(), 503)
        return AsgiResponse(b"ok", 200)

    return probe
