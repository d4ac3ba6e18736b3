"""A database with given names, built as a night builds it, and the api's own search in it."""

import gzip
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import aiosql
import asyncpg

from api.database import Database
from api.settings import Settings
from devstack.servers.single_server import OWNER, LonePostgres
from scorer.read_model import swap

QUERIES: Any = aiosql.from_path(
    Path(__file__).parent / "queries" / "search_world.sql", "asyncpg", mandatory_parameters=False
)
DATABASE, READER = "postgres", "reader"
OPTIONS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "maintenance_work_mem": "256MB",
    "work_mem": "32MB",
}
"""PostgreSQL's, as the local stack sets them."""
COLUMNS = ("place", "name", "popularity", "summary")
REBUILT = ("search_prefixes", "search_words")


class World(NamedTuple):
    """What can be asked, and what it took to build."""

    database: Database
    owner: asyncpg.Pool
    added_seconds: float
    """What the words of search take of a night."""


def given(file: Path) -> Iterator[tuple[int, str, int | None, str | None]]:
    """Yield place, name, rank and summary from tab-separated lines `name, rank, month, summary`."""
    opening = gzip.open if file.suffix == ".gz" else open
    with opening(file, "rt", encoding="utf-8") as lines:
        for place, line in enumerate(lines):
            name, rank, _, summary = [*line.rstrip("\r\n").split("\t"), "", "", ""][:4]
            if name and not (place == 0 and name == "name"):  # a header is no package
                yield place, name, int(rank) if rank.isdecimal() else None, summary or None


@asynccontextmanager
async def world(data: Path) -> AsyncIterator[World]:
    """Make the database in a folder of its own, which goes away in the end."""
    with tempfile.TemporaryDirectory(prefix="search-", ignore_cleanup_errors=True) as folder:
        postgres = LonePostgres(Path(folder) / "data", OPTIONS)
        postgres.start()
        try:
            postgres.migrate(DATABASE, READER)
            async with asyncpg.create_pool(postgres.url(OWNER, DATABASE), min_size=1) as owner:
                seconds = await _filled(owner, data)
                database = Database(Settings(database_url=postgres.url(READER, DATABASE)))
                await database.open()
                yield World(database, owner, seconds)
                await database.close()
        finally:
            postgres.kill(signal.SIGINT)


async def _filled(owner: asyncpg.Pool, data: Path) -> float:
    """Fill the tables and build the read model aside; gives the seconds of search's own part."""
    await owner.execute("set synchronous_commit = off")
    for statement in (QUERIES.make_given,):
        await owner.execute(statement.sql)
    await owner.copy_records_to_table("given", records=given(data), columns=COLUMNS)
    for statement in (QUERIES.fill_packages, QUERIES.fill_downloads, QUERIES.publish):
        await owner.execute(statement.sql)
    await owner.execute("analyze")
    await swap.build_view(owner, ())
    await swap.build_prefixes(owner)
    started = time.perf_counter()
    await swap.build_words(owner)
    seconds = time.perf_counter() - started
    async with owner.acquire() as connection, connection.transaction():
        await swap.swap(connection, REBUILT)
    return seconds


async def space(owner: asyncpg.Pool) -> tuple[int, int]:
    """Return the bytes that search keeps now, and those that it kept before it had words."""
    await owner.execute(QUERIES.old_index.sql)
    sizes = {row["name"]: row["bytes"] async for row in QUERIES.sizes(owner)}
    await owner.execute(QUERIES.drop_old_index.sql)
    words, index = sizes.pop("search_words"), sizes.pop("old_words")
    return sum(sizes.values()) + words, sum(sizes.values()) + index
