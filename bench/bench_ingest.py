"""Reading a night from ClickHouse: seconds, client CPU and memory, and how often the floor's.

Floor: the same days of the same packages in one stream, with nothing proved and nothing packed.
Beside it the same as numbers, packed into messages: what carrying JSON through saves.

Usage: bench_ingest.py [packages]
"""

import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import clickhouse_connect
import msgspec
import numpy as np
import polars as pl
import structlog

from events import DailyDownloads, Event, PackageDays, RunKind, RunRequested
from events.topology import Subject
from ingest_downloads.handlers import collect
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources
from simulators.child import playing

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 30)
DAYS = 30
PACKAGES = 200_000
BATCH = 1_000
ROUNDS = 3
SEED = 7
DAYS_SQL = "sumResample(0, 30, 1)(count, toUInt16(date - toDate('2026-06-01')))"
STREAM_SQL = """
SELECT project, {days} AS days FROM pypi_downloads_per_day
WHERE date >= toDate('2026-06-01') GROUP BY project ORDER BY project
"""

Work = Callable[[str], Awaitable[None]]


class Encoder:
    """Takes events as the bus would, as far as their bytes."""

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Encode, and forget."""
        msgspec.json.encode(event)


def write_dataset(folder: Path, packages: int) -> None:
    """Write counts that fall off as on PyPI."""
    random = np.random.default_rng(SEED)
    level = 3e7 * (random.permutation(packages) + 1.0) ** -1.1 + 1
    names = pl.Series([f"package-{number:06}" for number in range(packages)])
    pl.DataFrame(
        {
            "project": names.gather(np.repeat(np.arange(packages), DAYS)),
            "day": pl.Series(list(pl.date_range(FIRST, LAST, eager=True)) * packages),
            "downloads": random.poisson(np.repeat(level, DAYS)).astype(np.int64),
        }
    ).write_parquet(folder / "downloads_daily.parquet")


async def service(url: str) -> None:
    """Read as the service does: facts, proved ranges, batches, the plan."""
    settings = Settings(clickhouse_url=url, log_level="ERROR")
    request = RunRequested(
        run_id="bench",
        kind=RunKind.DOWNLOADS,
        day=LAST,
        requested_at=datetime(2026, 7, 1, tzinfo=UTC),
        deadline=datetime(2026, 7, 2, tzinfo=UTC),
    )
    async with Sources(settings).open("bench") as source:
        plan = await collect(request, source, Encoder(), settings)
    assert plan.facts is not None
    assert plan.facts.problem is None


async def floor(url: str) -> None:
    """Read every row as text, in one stream."""
    async for _ in rows(url, f"toString({DAYS_SQL})"):
        pass


async def numbers(url: str) -> None:
    """Read every day as a number, and pack the numbers into messages."""
    batch: list[PackageDays] = []
    async for name, days in rows(url, DAYS_SQL):
        batch.append(PackageDays(name=name, days=days, mirrors=[]))
        if len(batch) == BATCH:
            event = DailyDownloads(
                run_id="bench", seq=0, first_day=FIRST, window_days=DAYS, packages=batch
            )
            msgspec.json.encode(event)
            batch = []


async def rows(url: str, days: str):  # type: ignore[no-untyped-def]
    """Yield every package's name and days."""
    host, port = url.removeprefix("http://").split(":")
    client = await clickhouse_connect.get_async_client(
        host=host, port=int(port), username="demo", database="pypi"
    )
    async with await client.query_column_block_stream(STREAM_SQL.format(days=days)) as blocks:
        async for columns in blocks:
            for row in zip(*columns, strict=True):
                yield row
    await client.close()


def measured(work: Work, url: str) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak MB of a process that does only this."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (work, url))


def _measure(work: Work, url: str) -> tuple[float, float, float]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(work(url))  # type: ignore[arg-type]
    return time.perf_counter() - wall, time.process_time() - cpu, _peak_mb()


def _peak_mb() -> float:
    """Return this process's own peak: what getrusage tells begins with the parent's."""
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def main() -> None:
    """Print the table."""
    packages = int(sys.argv[1]) if len(sys.argv) > 1 else PACKAGES
    with tempfile.TemporaryDirectory() as name:
        write_dataset(Path(name), packages)
        with playing(Path(name), ["clickhouse"]) as servers:
            url = servers.addresses["clickhouse"]
            works = (floor, service, numbers)
            best = {work: min(measured(work, url) for _ in range(ROUNDS)) for work in works}
    print(f"{packages} packages x {DAYS} days, best of {ROUNDS}")
    print("| work | s | x floor | client CPU ms / 1,000 packages | peak MB |")
    print("|---|---|---|---|---|")
    for work, (wall, cpu, peak) in best.items():
        each = cpu * 1e6 / packages
        ratio = wall / best[floor][0]
        print(f"| {work.__name__} | {wall:.2f} | {ratio:.2f} | {each:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
