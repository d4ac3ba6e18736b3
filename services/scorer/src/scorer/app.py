"""All wiring of the scorer: its consumers, its loops, its probes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypeAlias

import asyncpg
from faststream import Context, ContextRepo
from faststream.asgi import AsgiFastStream
from faststream.nats import NatsBroker
from prometheus_client import CollectorRegistry

from events import (
    AdvisoriesObserved,
    DailyDownloads,
    DeadLetter,
    DownloadBreakdown,
    IndexObserved,
    LetterReplayed,
    PackagesObserved,
    RepositoriesObserved,
    RunOrdered,
    RunPlanned,
    RunRequested,
    SecurityObserved,
)
from events.topology import SCORER, durable
from scorer import handlers, loops
from scorer.metrics import RunMetrics
from scorer.postgres.connections import open_pool
from scorer.settings import Settings
from servicekit.app import service_app
from servicekit.broker import Publisher, make_broker, subscribe

Pool: TypeAlias = Annotated[asyncpg.Pool, Context("pool")]


def make_app(settings: Settings) -> AsgiFastStream:
    """Yield the application, ready to be served."""
    registry = CollectorRegistry()
    broker = make_broker(SCORER, settings, registry)
    metrics = RunMetrics(registry)
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def resources(context: ContextRepo) -> AsyncIterator[None]:
        async with open_pool(settings) as pool:
            context.set_global("pool", pool)
            pools.append(pool)
            async with loops.running(pool, Publisher(broker), settings, metrics):
                yield

    async def database_answers() -> None:
        await pools[0].fetchval("select generation from publication", timeout=2)

    _read_decisions(broker, settings)
    _read_facts(broker, settings)
    _read_numbers(broker, settings.handlers_per_subject)
    _read_letters(broker)
    return service_app(SCORER, broker, registry, resources=resources, checks=(database_answers,))


def _read_decisions(broker: NatsBroker, settings: Settings) -> None:
    """Runs asked for, counted, released and cancelled."""

    @subscribe(broker, durable("scorer-requested"))
    async def requested(event: RunRequested, pool: Pool) -> None:
        await handlers.open_run(event, pool, settings)

    @subscribe(broker, durable("scorer-ordered"))
    async def ordered(event: RunOrdered, pool: Pool) -> None:
        await handlers.carry_out(event, pool, settings)

    @subscribe(broker, durable("scorer-planned"))
    async def planned(event: RunPlanned, pool: Pool) -> None:
        await handlers.note_plan(event, pool)


def _read_facts(broker: NatsBroker, settings: Settings) -> None:
    """What PyPI and GitHub say: stored as it comes."""
    side_by_side = settings.handlers_per_subject

    @subscribe(broker, durable("scorer-index"))
    async def index(event: IndexObserved, pool: Pool) -> None:
        await handlers.take_index(event, pool, settings)

    @subscribe(broker, durable("scorer-packages"), side_by_side)
    async def packages(event: PackagesObserved, pool: Pool) -> None:
        await handlers.take_packages(event, pool)

    @subscribe(broker, durable("scorer-repos"), side_by_side)
    async def repositories(event: RepositoriesObserved, pool: Pool) -> None:
        await handlers.take_repositories(event, pool)


def _read_numbers(broker: NatsBroker, side_by_side: int) -> None:
    """Downloads and findings: kept until their run passes its gates."""

    @subscribe(broker, durable("scorer-daily"), side_by_side)
    async def daily(event: DailyDownloads, pool: Pool) -> None:
        await handlers.take_daily(event, pool)

    @subscribe(broker, durable("scorer-breakdown"), side_by_side)
    async def breakdown(event: DownloadBreakdown, pool: Pool) -> None:
        await handlers.take_breakdown(event, pool)

    @subscribe(broker, durable("scorer-security"), side_by_side)
    async def findings(event: SecurityObserved, pool: Pool) -> None:
        await handlers.take_findings(event, pool)

    @subscribe(broker, durable("scorer-advisories"))
    async def advisories(event: AdvisoriesObserved, pool: Pool) -> None:
        await handlers.take_advisories(event, pool)


def _read_letters(broker: NatsBroker) -> None:
    """What was given up, and what was sent again."""

    @subscribe(broker, durable("scorer-letters"))
    async def letters(event: DeadLetter, pool: Pool) -> None:
        await handlers.keep_letter(event, pool)

    @subscribe(broker, durable("scorer-replayed"))
    async def replayed(event: LetterReplayed, pool: Pool) -> None:
        await handlers.note_replay(event, pool)
