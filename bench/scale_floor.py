"""The floor of a night: the same query, rows, scores and final tables in one process, no bus."""

from pathlib import Path

import asyncpg
import clickhouse_connect
import numpy as np
from bench.scale_night import LAST, WINDOW
from bench.scale_watch import Clock

from devstack.servers.database import WRITER
from devstack.stack import Stack
from domain.packed_months import GAP, pack
from scorer.downloads.months import month_days, overlap
from scorer.read_model import swap
from scorer.read_model.scores import build_scores

QUERY = """
select project, sumForEach(arrayMap(
    i -> if(i = dateDiff('day', {first:Date}, date), count, 0), range(30)))::Array(Int64) as days
from pypi_downloads_per_day where date >= {first:Date} and date < {first:Date} + 30
group by project order by project
"""


async def floor(stack: Stack) -> Clock:
    """Do the night's work in this process alone, into a database of its own; gives its clock."""
    clock = Clock()
    names, days = _rows(stack)
    clock.lap("query, rows")
    url = await _own_database(stack)
    async with asyncpg.create_pool(url, command_timeout=1800) as pool:
        await _write_tables(pool, names, days)
        clock.lap("tables")
        scores = await swap.make_aside(pool, "scores")
        await build_scores(pool, scores, ["scores"], LAST)
        clock.lap("scores")
        await swap.build_view(pool, ["scores"])
        await swap.build_prefixes(pool)
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
        for month in map(month_days, WINDOW.months()):
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
