"""Compare ClickHouse and BigQuery for one day: `python -m ingest_downloads.crosscheck --day D`.

Ends with 0 where they agree, 3 where names differ by more than the bound, 4 where a source could
not be read. Nothing is published.
"""

import argparse
import asyncio
import heapq
import logging
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec
import structlog

from events.day_range import DayRange
from ingest_downloads.settings import Settings
from ingest_downloads.source import EncodedDays, SourceError
from ingest_downloads.sources import Sources

AGREE, DIFFER, UNREADABLE = 0, 3, 4
DAYS = msgspec.json.Decoder(list[int])


@dataclass(frozen=True, order=True)
class Difference:
    """One name's downloads in both sources; the largest share comes last."""

    share: float
    """Of the larger count, 0 to 1."""
    name: str
    first: int
    second: int


@dataclass
class Comparison:
    """All names of a day, and the worst of those beyond the bound."""

    bound: float
    least: int
    """Downloads below which in both sources a name is not judged."""
    show: int
    names: int = 0
    beyond: int = 0
    first_total: int = 0
    second_total: int = 0
    worst: list[Difference] = field(default_factory=list)

    def add(self, name: str, first: int, second: int) -> None:
        """Compare one name."""
        self.names += 1
        self.first_total += first
        self.second_total += second
        larger = max(first, second)
        share = abs(first - second) / larger if larger else 0.0
        if larger < self.least or share <= self.bound:
            return
        self.beyond += 1
        heapq.heappush(self.worst, Difference(share, name, first, second))
        if len(self.worst) > self.show:
            heapq.heappop(self.worst)


async def compare(
    first: AsyncIterator[EncodedDays], second: AsyncIterator[EncodedDays], comparison: Comparison
) -> None:
    """Walk through two sources in the order of names; a name that one lacks counts 0 there."""
    left, right = await anext(first, None), await anext(second, None)
    while left is not None or right is not None:
        name = min(row.name for row in (left, right) if row is not None)
        counts = [0, 0]
        if left is not None and left.name == name:
            counts[0], left = sum(DAYS.decode(left.days)), await anext(first, None)
        if right is not None and right.name == name:
            counts[1], right = sum(DAYS.decode(right.days)), await anext(second, None)
        comparison.add(name, *counts)


async def crosscheck(settings: Settings, day: date, comparison: Comparison) -> None:
    """Read a day from both sources and compare it; raises SourceError."""
    window = DayRange(day, 1)
    job = f"crosscheck-{day}-{uuid.uuid4().hex}"
    sources = [
        Sources(settings.model_copy(update={"source": name})) for name in ("clickhouse", "bigquery")
    ]
    async with sources[0].open(job) as first, sources[1].open(job) as second:
        for source in (first, second):
            facts = await source.facts(window)
            if facts.total is None:
                raise SourceError(f"{facts.source} has no downloads on {day}")
        await compare(first.packages(window), second.packages(window), comparison)


def report(day: date, comparison: Comparison) -> str:
    """Return what a person reads."""
    lines = [
        f"{day}: {comparison.names} names; ClickHouse {comparison.first_total:,}, "
        f"BigQuery {comparison.second_total:,} downloads",
        f"{comparison.beyond} names differ by more than {comparison.bound:.1%}",
    ]
    lines += [
        f"{each.share:7.1%}  {each.first:>14,}  {each.second:>14,}  {each.name}"
        for each in sorted(comparison.worst, reverse=True)
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison that the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m ingest_downloads.crosscheck")
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--bound", type=float, default=0.02, help="tolerated share (0.02)")
    parser.add_argument("--least", type=int, default=100, help="downloads to be judged (100)")
    parser.add_argument("--show", type=int, default=20, help="names shown (20)")
    given = parser.parse_args(arguments)
    comparison = Comparison(given.bound, given.least, given.show)
    try:
        asyncio.run(crosscheck(Settings(), given.day, comparison))
    except SourceError as error:
        print(error, file=sys.stderr)
        return UNREADABLE
    print(report(given.day, comparison))
    return DIFFER if comparison.beyond else AGREE


def warn_beside_the_report() -> None:
    """Keep standard output to the report: what goes wrong on the way is told on the other."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    warn_beside_the_report()
    sys.exit(main())
