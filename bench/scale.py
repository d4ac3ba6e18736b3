"""A whole night of downloads at full size, beside its floor, in one run.

The night: ClickHouse is asked, messages cross the bus, batches wait for the gates, history is
merged, every package is scored, the read model is built and swapped, the cache is warmed.
The floor: the same query, the same rows, scores and final tables, in one process without a bus.

Usage: scale.py [--packages 886000] [--docs docs/scale-night.md]
"""

import argparse
import asyncio
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import clickhouse_connect
import httpx
import numpy as np
import polars as pl

from events import RunKind, RunStatus
from local_stack.background import in_background
from local_stack.database import WRITER
from local_stack.stack import Stack, stack_in
from sample_data.folder import DatasetCard, write_card, write_downloads
from scorer import read_model
from scorer.months import Span, month_span, overlap
from scorer.packed import GAP, pack
from scorer.scores import build_scores

LAST = date(2026, 6, 30)
WINDOW = Span(LAST - timedelta(days=29), 30)
SERVICES = ("scorer", "ingest-downloads", "api", "cache-warmer")
MB = 1_000_000
SAMPLE_SECONDS = 0.2
QUERY = """
select project, sumForEach(arrayMap(
    i -> if(i = dateDiff('day', {first:Date}, date), count, 0), range(30)))::Array(Int64) as days
from pypi_downloads_per_day where date >= {first:Date} and date < {first:Date} + 30
group by project order by project
"""


def write_night(packages: int, folder: Path) -> Path:
    """Write a data set of one window: counts fall off as on PyPI, weekends are weaker."""
    random = np.random.default_rng(7)
    level = 3e7 * (random.permutation(packages) + 1.0) ** -1.1 + 1
    week = np.array([1.0 if day.weekday() < 5 else 0.62 for day in WINDOW.days])
    counts = random.poisson(level[:, None] * week)
    names = pl.Series([f"package-{number:06d}" for number in range(packages)])
    frame = pl.DataFrame(
        {
            "project": names.gather(np.repeat(np.arange(packages), WINDOW.length)),
            "day": pl.Series(WINDOW.days * packages, dtype=pl.Date),
            "downloads": counts.reshape(-1).astype(np.int64),
        }
    )
    folder.mkdir(parents=True)
    write_downloads(folder, frame.filter(pl.col("downloads") > 0))
    card = DatasetCard(
        name="night", sample=True, first_day=WINDOW.first, last_day=LAST, packages=packages
    )
    write_card(folder, card)
    return folder


@dataclass
class Clock:
    """Seconds of each stage, one after another."""

    stages: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.monotonic)

    def lap(self, stage: str) -> None:
        """End a stage."""
        now = time.monotonic()
        self.stages[stage] = now - self._last
        self._last = now

    @property
    def whole(self) -> float:
        """Seconds of all stages."""
        return sum(self.stages.values())


@contextmanager
def peak_memory(stack: Stack):
    """Give the largest resident memory of each of the stack's processes, in MB."""
    peaks: dict[str, float] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(SAMPLE_SECONDS):
            for name, child in list(stack.supervisor.children.items()):
                if child.identity and (process := child.identity.process()):
                    used = process.memory_info().rss / MB
                    peaks[name] = max(peaks.get(name, 0), used)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peaks
    finally:
        done.set()
        thread.join()


async def night(stack: Stack) -> Clock:
    """Collect the night and wait until it is warm."""
    clock = Clock()
    run_id = await stack.runs.request(RunKind.DOWNLOADS, LAST, timedelta(hours=2))
    await _until(stack, run_id, lambda run: run.applied > 0)
    clock.lap("query, first message")
    await _until(stack, run_id, lambda run: run.status is not RunStatus.OPEN)
    clock.lap("all messages taken in")
    ended = await stack.runs.follow(run_id, patience=1800)
    if ended.status is not RunStatus.COMPLETE:
        raise SystemExit(f"the night is {ended.status}: {ended.reason}")
    clock.lap("gates, history, scores, read model")
    await _until_shown(stack, ended.generation or 0)
    clock.lap("warm cache")
    return clock


async def _until(stack: Stack, run_id: str, reached) -> None:
    while True:
        run = await stack.runs.standing(run_id)
        if run is not None and reached(run):
            return
        await asyncio.sleep(0.05)


async def _until_shown(stack: Stack, generation: int) -> None:
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        while True:
            answer = await client.get("/api/packages")
            if answer.status_code == 200 and answer.json()["generation"] >= generation:
                return
            await asyncio.sleep(0.05)


async def floor(stack: Stack) -> Clock:
    """The same, in this process alone, into a database of its own."""
    clock = Clock()
    names, days = _rows(stack)
    clock.lap("query, rows")
    url = await _own_database(stack)
    async with asyncpg.create_pool(url, command_timeout=1800) as pool:
        await _write_tables(pool, names, days)
        clock.lap("tables")
        scores = await read_model.make_aside(pool, "scores")
        await build_scores(pool, scores, ["scores"], LAST)
        clock.lap("scores")
        await read_model.build_view(pool, ["scores"])
        await read_model.build_prefixes(pool)
        clock.lap("read model")
    return clock


def _rows(stack: Stack) -> tuple[list[str], np.ndarray]:
    host, port = stack.sources.clickhouse.removeprefix("http://").split(":")
    client = clickhouse_connect.get_client(
        host=host, port=int(port), username="demo", database="pypi", compress="lz4"
    )
    settings = {"optimize_aggregation_in_order": 1, "max_threads": 2}
    names: list[str] = []
    blocks = []
    with client.query_column_block_stream(
        QUERY, parameters={"first": WINDOW.first}, settings=settings
    ) as stream:
        for block_names, block_days in stream:
            names += block_names
            blocks.append(np.array(block_days, dtype=np.int64))
    return names, np.concatenate(blocks)


async def _own_database(stack: Stack) -> str:
    owner = await asyncpg.connect(stack._administrator_url())
    await owner.execute(f"create database floor owner {WRITER}")
    await owner.close()
    url = stack.database.url(WRITER).rsplit("/", 1)[0] + "/floor"
    connection = await asyncpg.connect(url)
    for file in sorted((Path(__file__).parents[1] / "db" / "migrations").glob("*.sql")):
        await connection.execute(file.read_text())
    await connection.close()
    return url


async def _write_tables(pool: asyncpg.Pool, names: list[str], days: np.ndarray) -> None:
    count = len(names)
    ids = np.arange(1, count + 1).tolist()
    async with pool.acquire() as connection:
        await connection.copy_records_to_table(
            "packages",
            records=((name, LAST) for name in names),
            columns=["name", "first_seen"],
        )
        await connection.execute("select ensure_year('downloads_month', 2026)")
        for month in map(month_span, WINDOW.months()):
            in_window, in_month = overlap(WINDOW, month)
            whole = np.full((count, month.length), GAP, dtype=np.int64)
            whole[:, in_month] = days[:, in_window]
            empty = [b"\0"] * count
            await connection.copy_records_to_table(
                "downloads_month",
                records=zip(ids, [month.first] * count, pack(whole), empty, strict=True),
            )
        sums = [days[:, -length:].sum(axis=1).tolist() for length in (1, 7, 30, 30)]
        weeks = [[None] * 24 + row for row in days[:, -28:].reshape(count, 4, 7).sum(2).tolist()]
        records = zip(
            ids, [LAST] * count, [LAST] * count, *sums, *sums, weeks, days.tolist(), strict=True
        )
        await connection.copy_records_to_table("recent_downloads", records=records)


def table(packages: int, nightly: Clock, lowest: Clock, peaks: dict[str, float]) -> str:
    """Give the figures as Markdown."""
    lines = [f"## {packages:,} packages", "", "| stage | seconds |", "|---|---|"]
    lines += [f"| {stage} | {seconds:.1f} |" for stage, seconds in nightly.stages.items()]
    lines += [f"| **night** | **{nightly.whole:.1f}** |"]
    lines += [f"| floor: {stage} | {seconds:.1f} |" for stage, seconds in lowest.stages.items()]
    lines += [f"| **floor** | **{lowest.whole:.1f}** |", ""]
    lines += ["| process | peak memory, MB |", "|---|---|"]
    lines += [f"| {name} | {peak:.0f} |" for name, peak in sorted(peaks.items())]
    return "\n".join([*lines, "", f"Night / floor: **{nightly.whole / lowest.whole:.2f}**", ""])


def main() -> None:
    """Measure and print; with `--docs` the table goes into a file as well."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--packages", type=int, default=886_000)
    arguments.add_argument("--docs", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pypi-stats-scale-") as folder:
        dataset = write_night(given.packages, Path(folder) / "dataset")
        stack = stack_in(Path(folder) / "state", dataset=dataset, services=SERVICES)
        with in_background(stack):
            with peak_memory(stack) as peaks:
                nightly = asyncio.run(night(stack))
            lowest = asyncio.run(floor(stack))
    text = table(given.packages, nightly, lowest, peaks)
    print(text)
    if given.docs:
        with given.docs.open("a") as file:
            file.write(text + "\n")


if __name__ == "__main__":
    main()
