"""The wiring of ingest-downloads: one durable in, download batches and the plan out."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import structlog
from faststream import Context, ContextRepo
from faststream.nats import NatsBroker
from prometheus_client import CollectorRegistry

from events import RunRequested
from events.topology import INGEST_DOWNLOADS, durable
from ingest_downloads.handlers import KINDS, collect
from ingest_downloads.metrics import IngestMetrics
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources
from servicekit.app import service_app
from servicekit.broker import Publisher, make_broker, subscribe


def make_app(settings: Settings) -> Any:
    """Yield the service: it connects when it is started."""
    registry = CollectorRegistry()
    broker = make_broker(INGEST_DOWNLOADS, settings, registry)
    handle_requests(broker, settings)

    @asynccontextmanager
    async def resources(context: ContextRepo) -> AsyncIterator[None]:
        sources, metrics = Sources(settings), IngestMetrics(registry)
        metrics.watch(sources.budget)
        context.set_global("sources", sources)
        context.set_global("metrics", metrics)
        context.set_global("publisher", Publisher(broker))
        yield

    return service_app(INGEST_DOWNLOADS, broker, registry, resources=resources)


def handle_requests(broker: NatsBroker, settings: Settings) -> None:
    """Bind the requests; runs of other kinds are for other services."""

    @subscribe(broker, durable("ingest-downloads-requested"))
    async def requested(
        event: RunRequested,
        sources: Annotated[Sources, Context("sources")],
        publisher: Annotated[Publisher, Context("publisher")],
        metrics: Annotated[IngestMetrics, Context("metrics")],
    ) -> None:
        if event.kind not in KINDS:
            return
        started = time.monotonic()
        with structlog.contextvars.bound_contextvars(run_id=event.run_id, day=str(event.day)):
            async with sources.open(event.run_id) as source:
                plan = await collect(event, source, publisher, settings)
        metrics.planned(event.kind, plan, time.monotonic() - started)
