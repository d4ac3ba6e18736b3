"""The site over the whole local stack and its sample data, as `make up` brings it up.

One stack serves all workers of a test run: the first to come starts it, the last to leave lets it
be stopped.
"""

import asyncio
import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import httpx

from devstack import dataset
from devstack.background import in_background
from devstack.layout import layout_of
from devstack.processes.ports import free_port
from devstack.servers.database import WRITER
from devstack.settings import StackSettings, child_environment
from devstack.stack import Stack
from events.runs import RunKind

PACKAGES, DAYS, READ_IN_DEPTH = 400, 200, 80
"""Enough for two pages of every list, and collected in half a minute."""
STAR_DAYS = 60
"""Days of stars that are stored already when the site is looked at."""
WINDOW = timedelta(days=30)
"""What one run of downloads brings; days before it come by a backfill."""
WARM_SECONDS = 120


@contextmanager
def site_for_all(shared: Path) -> Iterator[str]:
    """Address of the one site of this test run; `shared` is a folder all its workers know."""
    shared.mkdir(parents=True, exist_ok=True)
    address = shared / "address"
    with (shared / "start").open("w") as starting, (shared / "use").open("w") as using:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if address.exists():
            fcntl.flock(using, fcntl.LOCK_SH)
            fcntl.flock(starting, fcntl.LOCK_UN)
            yield address.read_text()
            return
        with running(shared / "stack") as url:
            address.write_text(url)
            fcntl.flock(starting, fcntl.LOCK_UN)
            yield url
            fcntl.flock(starting, fcntl.LOCK_EX)  # nobody comes any more
            address.unlink()
            fcntl.flock(using, fcntl.LOCK_EX)  # and the others have left


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A stack with everything collected and shown; gives its address."""
    settings = StackSettings(
        state_dir=folder,
        dataset=None,
        port=free_port(),
        sample_packages=PACKAGES,
        sample_days=DAYS,
        deep_rank=READ_IN_DEPTH,
        sources="simulated",
        database_url=None,
        nats_url=None,
        redis_url=None,
        clickhouse_url=None,
    )
    layout = layout_of(settings)
    layout.create()
    asyncio.run(dataset.make_sample(settings, layout, child_environment()))
    with in_background(Stack(settings)) as stack:
        asyncio.run(collect_all(stack))
        yield stack.api_url


async def collect_all(stack: Stack) -> None:
    """Collect every kind as `make up` does, and wait until visitors see it."""
    newest, oldest = await dataset.last_day(stack.settings), await dataset.first_day(stack.settings)
    await collect(stack, RunKind.DOWNLOADS, newest)
    await collect(stack, RunKind.BACKFILL, newest - WINDOW, oldest)
    await collect(stack, RunKind.METADATA, newest)
    await remember_stars(stack, newest)
    generation = await collect(stack, RunKind.SECURITY, newest)
    until_shown(stack.api_url, generation)


async def collect(stack: Stack, kind: RunKind, day: date, first_day: date | None = None) -> int:
    """Collect one kind; gives the generation it made."""
    run_id = await stack.runs.request(kind, day, timedelta(hours=1), first_day)
    ended = await stack.runs.follow(run_id)
    assert (ended.status, ended.reason) == ("complete", None)
    return ended.generation or 0


async def remember_stars(stack: Stack, newest: date) -> None:
    """Store the days of stars that only time brings: GitHub tells those of today alone."""
    connection = await asyncpg.connect(stack.database.url(WRITER))
    try:
        await connection.execute(
            "insert into repository_history (repository_id, day, stars, forks)"
            " select repository_id, day - back, stars - back, forks"
            " from repository_history cross join generate_series(1, $2) as back where day = $1",
            newest,
            STAR_DAYS,
        )
    finally:
        await connection.close()


def until_shown(site: str, generation: int) -> None:
    """Wait until the site answers from that generation."""
    until = time.monotonic() + WARM_SECONDS
    while httpx.get(f"{site}/api/packages", timeout=30).json()["generation"] < generation:
        assert time.monotonic() < until, "the newest generation is not shown"
        time.sleep(0.2)
