"""All wiring of the service: what it subscribes to, and what its handlers are given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
from faststream import Context, ContextRepo
from faststream.asgi import AsgiFastStream
from prometheus_client import CollectorRegistry

from events import RunRequested, SecurityWork
from events.topology import SECURITY_SCAN, durable
from security_scan.examine import Links
from security_scan.handlers import examine_packages, publish_catalogue
from security_scan.library import Library
from security_scan.lookalike.bench import Bench
from security_scan.settings import Settings
from security_scan.store import ArchiveStore
from servicekit.app import service_app
from servicekit.broker import Publisher, make_broker, subscribe


def make_app(settings: Settings) -> AsgiFastStream:
    """Yield the service, ready to be served."""
    registry = CollectorRegistry()
    broker = make_broker(SECURITY_SCAN, settings, registry)
    sender = Publisher(broker)
    bench = Bench()
    links = Links(advisory=settings.osv_page_url, pypi=settings.pypi_url)

    @asynccontextmanager
    async def resources(context: ContextRepo) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=settings.osv_timeout, follow_redirects=True) as client:
            context.set_global(
                "library", Library(client, settings, ArchiveStore(settings.cache_dir))
            )
            yield

    @subscribe(broker, durable("security-scan-requested"))
    async def requested(event: RunRequested, library: Annotated[Library, Context()]) -> None:
        await publish_catalogue(event, library, settings, sender)

    @subscribe(broker, durable("security-scan-work"), settings.concurrency)
    async def work(event: SecurityWork, library: Annotated[Library, Context()]) -> None:
        await examine_packages(event, library, bench, links, sender)

    return service_app(SECURITY_SCAN, broker, registry, resources=resources)
