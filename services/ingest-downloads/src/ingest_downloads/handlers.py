"""What happens when a run is asked for."""

from collections.abc import AsyncIterable, AsyncIterator
from datetime import date
from typing import TypeVar

import structlog
from msgspec.structs import replace

from events import Dimension, RunKind, RunPlanned, RunRequested, SourceFacts
from events.day_range import DayRange
from events.topology import DOWNLOADS_BREAKDOWN, DOWNLOADS_DAILY, RUNS_PLANNED
from ingest_downloads.batches import Head, breakdown, daily, packed, split_labels
from ingest_downloads.outlet import Outlet, Sends
from ingest_downloads.settings import Settings
from ingest_downloads.source import EncodedBreakdown, EncodedDays, Source, SourceError

KINDS = (RunKind.DOWNLOADS, RunKind.BACKFILL)
Row = TypeVar("Row", EncodedDays, EncodedBreakdown)
log = structlog.get_logger(__name__)


async def collect(
    request: RunRequested, source: Source, publisher: Sends, settings: Settings
) -> RunPlanned:
    """Publish the counts a run asks for, then the plan: how many batches they were.

    A source that cannot be read, or lacks the day, is told in the plan, and the run is held. A
    message the bus does not take raises: the request is then delivered again.
    """
    facts = SourceFacts(source=settings.source)
    async with Outlet(publisher, request.run_id, settings.publish_concurrency) as outlet:
        try:
            facts = await source.facts(source.window(request))
            problem = missing_day(request, facts)
            if problem is None:
                packages = await publish_packages(request, source, outlet, facts, settings)
                facts = replace(facts, packages=packages)
                left_out = await publish_breakdowns(request, source, outlet, facts, settings)
                facts = replace(facts, left_out=left_out)
        except SourceError as error:
            problem = str(error)
    share = source.unknown_installer_share()
    facts = replace(facts, unknown_installer_share=share, problem=problem)
    plan = RunPlanned(run_id=request.run_id, batches=outlet.sent, facts=facts)
    await publisher.send(RUNS_PLANNED, plan, f"{request.run_id}:{RUNS_PLANNED.name}")
    log.info("run planned", batches=plan.batches, packages=facts.packages, problem=problem)
    return plan


def missing_day(request: RunRequested, facts: SourceFacts) -> str | None:
    """Say why the source is not ready for the day asked for; none when it is."""
    if facts.newest_day is None:
        return f"{facts.source} has no downloads in the days asked for"
    if facts.newest_day < request.day:
        return f"the newest day of {facts.source} is {facts.newest_day}, not {request.day}"
    if request.kind == RunKind.DOWNLOADS and request.day.isoformat() not in facts.totals_by_day:
        return f"{facts.source} has no downloads on {request.day}, but on later days"
    return None


async def publish_packages(
    request: RunRequested, source: Source, outlet: Outlet, facts: SourceFacts, settings: Settings
) -> int:
    """Publish every package's days; gives the number of packages."""
    window = source.window(request)
    head = Head(request.run_id, window, gaps_of(window, facts))
    packages = 0
    rows = chosen(source.packages(window), request.names)
    async for batch in packed(rows, settings.batch_packages):
        packages += len(batch)
        await outlet.send(DOWNLOADS_DAILY, daily(head, outlet.seq(DOWNLOADS_DAILY), batch))
    return packages


async def publish_breakdowns(
    request: RunRequested, source: Source, outlet: Outlet, facts: SourceFacts, settings: Settings
) -> list[str]:
    """Publish the labels of every package above the bound, one dimension after another.

    Returns a sentence for each dimension that could not be read: the counts go on without it.
    """
    window = source.window(request).newest(settings.breakdown_days)
    head = Head(request.run_id, window, gaps_of(window, facts))
    left_out = []
    for dimension in Dimension:
        rows = chosen(source.breakdown(dimension, window), request.names)
        try:
            async for batch in packed(split_labels(rows), settings.batch_packages):
                seq = outlet.seq(DOWNLOADS_BREAKDOWN)
                await outlet.send(DOWNLOADS_BREAKDOWN, breakdown(head, seq, dimension, batch))
        except SourceError as error:
            left_out.append(f"breakdown by {dimension}: {error}")
            log.warning("breakdown left out", dimension=dimension.value, error=str(error))
    return left_out


def gaps_of(window: DayRange, facts: SourceFacts) -> list[date]:
    """Return the days on which the source has no row at all: nothing is known of them."""
    return [day for day in window if day.isoformat() not in facts.totals_by_day]


async def chosen(rows: AsyncIterable[Row], names: list[str] | None) -> AsyncIterator[Row]:
    """Yield the rows of the packages asked for; all where none are named."""
    wanted = None if names is None else frozenset(names)
    async for row in rows:
        if wanted is None or row.name in wanted:
            yield row
