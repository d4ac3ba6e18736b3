"""What is asked for is collected, stored, scored, warmed and shown."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import httpx
import polars as pl
import pytest

from devstack.servers.database import READER
from devstack.stack import Stack
from events import RunKind, RunStatus
from operate.backfill import backfill, months
from operate.runs import Standing

LAST = date(2026, 11, 22)
DAYS = 70
TIMEOUT = timedelta(hours=1)
KINDS = (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY)


async def collect(stack: Stack, kind: RunKind, day: date) -> Standing:
    run_id = await stack.runs.request(kind, day, TIMEOUT)
    return await stack.runs.follow(run_id, idle_timeout=90)


async def shown(stack: Stack, path: str, generation: int) -> dict[str, object]:
    """What visitors see once they were moved to a generation."""
    async with asyncio.timeout(60), httpx.AsyncClient(base_url=stack.api_url) as client:
        while True:
            answer = await client.get(path)
            if answer.status_code == 200 and answer.json()["generation"] >= generation:
                return answer.json()
            await asyncio.sleep(0.1)


async def test_visitors_see_the_sums_of_the_days_the_source_counted(
    quiet: Stack, dataset: Path
) -> None:
    runs = [await collect(quiet, kind, LAST) for kind in KINDS]
    assert [run.status for run in runs] == [RunStatus.COMPLETE] * 3
    daily = pl.read_parquet(dataset / "downloads_daily.parquet").filter(pl.col("day") <= LAST)
    top = (
        daily.filter(pl.col("day") > LAST - timedelta(days=30))
        .group_by("project")
        .agg(
            pl.col("downloads").filter(pl.col("day") == LAST).sum().alias("last_day"),
            pl.col("downloads").filter(pl.col("day") > LAST - timedelta(days=7)).sum(),
            pl.col("downloads").sum().alias("last_month"),
        )
        .top_k(20, by="last_month")
    )
    for name, last_day, last_week, last_month in top.iter_rows():
        body = await shown(quiet, f"/api/packages/{name}", runs[-1].generation or 0)
        seen = {key: body["with_mirrors"][key] for key in ("last_day", "last_week", "last_month")}
        expected = {"last_day": last_day, "last_week": last_week, "last_month": last_month}
        assert seen == expected, name


async def test_two_requests_for_one_day_at_once_are_one_result(quiet: Stack) -> None:
    day = LAST - timedelta(days=1)
    runs = await asyncio.gather(*(collect(quiet, RunKind.DOWNLOADS, day) for _ in range(2)))
    assert {run.status for run in runs} == {RunStatus.COMPLETE}
    connection = await asyncpg.connect(quiet.database.url(READER))
    doubled = await connection.fetchval(
        "select count(*) from (select package_id, month from downloads_month "
        "group by 1, 2 having count(*) > 1) twice"
    )
    await connection.close()
    assert doubled == 0


async def test_the_reader_of_the_api_cannot_write(quiet: Stack) -> None:
    connection = await asyncpg.connect(quiet.database.url(READER))
    try:
        await connection.execute("set default_transaction_read_only = off")
        await connection.execute("begin read write")
        for statement in (
            "update packages set summary = 'x'",
            "create table mine ()",
            "create temp table mine ()",
            "refresh materialized view package_list",
            "truncate runs",
        ):
            await connection.execute("savepoint here")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
            await connection.execute("rollback to here")
    finally:
        await connection.close()


async def test_history_is_filled_month_by_month_and_not_asked_for_twice(quiet: Stack) -> None:
    wanted = list(months(LAST - timedelta(days=DAYS - 1), LAST - timedelta(days=30)))
    told: list[tuple[str, bool]] = []

    async def fill() -> list[tuple[str, bool]]:
        told.clear()
        await backfill(
            quiet.runs,
            wanted,
            TIMEOUT,
            90,
            lambda month, run, _: told.append((str(month), bool(run))),
        )
        return list(told)

    assert await fill() == [("2026-10", True), ("2026-09", True)]
    assert await fill() == [("2026-10", False), ("2026-09", False)]
    newest = await quiet.runs.published()
    body = await shown(quiet, "/api/packages/boto3/history?granularity=day", newest)
    points = body["points"]
    assert len(points) == DAYS
