"""What is asked for is collected, stored, scored, warmed and shown; whatever dies meanwhile."""

import asyncio
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import httpx
import polars as pl
import pytest

from events import RunKind, RunStatus
from local_stack.database import READER
from local_stack.stack import Stack
from operate.backfill import backfill, months
from operate.runs import Standing

LAST = date(2026, 11, 22)
DAYS = 70
PATIENCE = timedelta(hours=1)
KINDS = (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY)

TABLES = {
    "packages": """select name, display_name, version, summary, released, license, project_status,
        gone_since, repository_name, repository_id, outcome, classifiers, owners, releases
        from packages order by name""",
    "dependencies": """select p.name, d.requires, d.extra from dependencies d
        join packages p using (package_id) order by 1, 2""",
    "repositories": """select repository_id, full_name, stars, forks, open_issues, archived, topics,
        contributors, outcome from repositories order by 1""",
    "stars": "select repository_id, day, stars, forks from repository_history order by 1, 2",
    "months": """select p.name, m.month, m.days, m.mirrors from downloads_month m
        join packages p using (package_id) order by 1, 2""",
    "breakdowns": """select p.name, l.dimension, l.label, b.month, b.days from breakdown_month b
        join packages p using (package_id) join labels l using (label_id) order by 1, 2, 3, 4""",
    "days": "select day, total, mirrors, unknown_share from source_days order by 1",
    "advisories": "select * from advisories order by 1",
    "findings": """select p.name, f.kind, f.id, f.severity, f.found, f.lifted from findings f
        join packages p using (package_id) order by 1, 2, 3""",
    "list": """select name, last_day, last_week, last_month, total, all_total, rank, health,
        momentum, maintenance, category, insights, stars, dependents, security_status, stale,
        sparkline from package_list order by 1""",
}
"""Everything a reader could see, without our own numbers and clocks."""


async def tables(stack: Stack) -> dict[str, list[tuple[object, ...]]]:
    connection = await asyncpg.connect(stack.database.url(READER))
    try:
        return {
            name: [tuple(row) for row in await connection.fetch(query)]
            for name, query in TABLES.items()
        }
    finally:
        await connection.close()


async def collect(stack: Stack, kind: RunKind, day: date) -> Standing:
    run_id = await stack.runs.request(kind, day, PATIENCE)
    return await stack.runs.follow(run_id, patience=90)


async def collect_all(stack: Stack, day: date) -> list[RunStatus]:
    return [(await collect(stack, kind, day)).status for kind in KINDS]


async def until_started(stack: Stack, run_id: str) -> None:
    """Wait until the first batch of a run is in."""
    async with asyncio.timeout(60):
        while True:
            standing = await stack.runs.standing(run_id)
            if standing is not None and standing.applied:
                return
            await asyncio.sleep(0.01)


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


async def test_a_run_disturbed_by_any_death_ends_with_the_tables_of_a_quiet_one(
    dataset: Path, quiet: Stack, disturbed: Stack
) -> None:
    victims = ("scorer", "ingest-downloads", "nats", "postgres")
    first = LAST - timedelta(days=len(victims) - 1)
    for number, victim in enumerate(victims):
        day = first + timedelta(days=number)
        assert (await collect(quiet, RunKind.DOWNLOADS, day)).status is RunStatus.COMPLETE
        run_id = await disturbed.runs.request(RunKind.DOWNLOADS, day, PATIENCE)
        await until_started(disturbed, run_id)
        disturbed.kill(victim)
        ended = await disturbed.runs.follow(run_id, patience=120)
        assert (ended.status, ended.reason) == (RunStatus.COMPLETE, None), victim
    for kind, victim in ((RunKind.METADATA, "ingest-github"), (RunKind.SECURITY, "security-scan")):
        assert (await collect(quiet, kind, LAST)).status is RunStatus.COMPLETE
        run_id = await disturbed.runs.request(kind, LAST, PATIENCE)
        await until_started(disturbed, run_id)
        disturbed.kill(victim)
        ended = await disturbed.runs.follow(run_id, patience=180)
        assert (ended.status, ended.reason) == (RunStatus.COMPLETE, None), victim
    expected, found = await tables(quiet), await tables(disturbed)
    for name in TABLES:
        assert found[name] == expected[name], name


async def test_history_is_filled_month_by_month_and_not_asked_for_twice(quiet: Stack) -> None:
    wanted = list(months(LAST - timedelta(days=DAYS - 1), LAST - timedelta(days=30)))
    told: list[tuple[str, bool]] = []

    async def fill() -> list[tuple[str, bool]]:
        told.clear()
        await backfill(
            quiet.runs,
            wanted,
            PATIENCE,
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
