"""The wiring of ingest-github: sources, handlers and probes, on one screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from faststream import Context, ContextRepo
from prometheus_client import CollectorRegistry

from events import IndexWork, MetadataWork
from events.topology import INGEST_GITHUB, durable
from ingest_github import handlers
from ingest_github.clock import SystemClock
from ingest_github.github.client import make_github
from ingest_github.github.repository_reader import RepositoryReader
from ingest_github.handlers import Sources
from ingest_github.metrics import ReadMetrics
from ingest_github.pypi.client import make_pypi
from ingest_github.pypi.package_reader import PackageReader
from ingest_github.settings import Settings
from servicekit.app import service_app
from servicekit.broker import Publisher, make_broker, subscribe


def make_app(settings: Settings) -> Any:
    """Yield the ASGI application of the service."""
    registry = CollectorRegistry()
    broker = make_broker(INGEST_GITHUB, settings, registry)
    publisher = Publisher(broker)

    @subscribe(broker, durable("ingest-github-index"))
    async def index(work: IndexWork, sources: Annotated[Sources, Context("sources")]) -> None:
        await handlers.read_index(work, sources, publisher)

    @subscribe(broker, durable("ingest-github-metadata"), settings.work_concurrency)
    async def metadata(work: MetadataWork, sources: Annotated[Sources, Context("sources")]) -> None:
        await handlers.read_metadata(work, sources, publisher)

    @asynccontextmanager
    async def resources(context: ContextRepo) -> AsyncIterator[None]:
        async with open_sources(settings, ReadMetrics(registry)) as sources:
            context.set_global("sources", sources)
            yield

    return service_app(INGEST_GITHUB, broker, registry, resources=resources)


@asynccontextmanager
async def open_sources(settings: Settings, metrics: ReadMetrics) -> AsyncIterator[Sources]:
    """Open the connections to PyPI and GitHub, and close them in the end."""
    clock = SystemClock()
    async with make_pypi(settings) as pypi, make_github(settings, clock) as github:
        metrics.watch(github.requests_left)
        yield Sources(
            pypi=pypi,
            packages=PackageReader(pypi, clock),
            repositories=RepositoryReader(github, clock, settings.recent_seconds),
            clock=clock,
            metrics=metrics,
        )
