"""Real counts and shares, played through ClickHouse and through BigQuery, end in equal tables."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import pytest

from events import RunKind, RunStatus
from local_stack.background import in_background
from local_stack.database import READER
from local_stack.stack import Stack, stack_in
from scorer.packed import unpack

LAST = date(2026, 6, 30)
DAYS = 30
FIRST = LAST - timedelta(days=DAYS - 1)
SERVICES = ("scorer", "ingest-downloads")

FILES = {
    "python": ("share_by_python", "python_version"),
    "system": ("share_by_system", "os"),
    "installer": ("share_by_installer", "installer"),
    "file_type": ("share_by_filetype", "file_type"),
}
"""Dimension to the file of its shares, and the column of the label there."""

TABLES = {
    "downloads_month": """select p.name, m.month, m.days, m.mirrors from downloads_month m
        join packages p using (package_id) order by 1, 2""",
    "breakdown_month": """select p.name, l.dimension, l.label, b.month, b.days
        from breakdown_month b join packages p using (package_id) join labels l using (label_id)
        where l.dimension in ('python', 'system', 'installer', 'file_type') order by 1, 2, 3, 4""",
    "recent_downloads": """select p.name, r.collected, r.first_day, r.last_day, r.last_week,
        r.last_month, r.total, r.all_last_day, r.all_last_week, r.all_last_month, r.all_total,
        r.weeks, r.sparkline
        from recent_downloads r join packages p using (package_id) order by 1""",
    "source_days": "select day, total, mirrors, unknown_share from source_days order by 1",
    "download_totals": """select p.name, t.total, t.mirrors, t.first_day from download_totals t
        join packages p using (package_id) order by 1""",
}
"""What a night of downloads fills. The files know neither country nor version, and ClickHouse
neither CI nor the installer's version, so the breakdowns are those that both can tell."""

SHARES = """
SELECT project, if({label} = 'unknown', '', {label}) AS label,
       share / greatest(1, sum(share) OVER (PARTITION BY project)) AS share
FROM read_parquet('{file}')
"""
"""Here and there the files' rounded shares come to a little more than 1; those are scaled."""

SPLIT = """
WITH known AS (
    SELECT project, day, label, CAST(floor(downloads * share) AS BIGINT) AS downloads
    FROM read_parquet('{daily}') JOIN ({shares}) USING (project)
),
rest AS (
    SELECT project, day, '' AS label, day_total - coalesce(known_total, 0) AS downloads
    FROM (SELECT project, day, downloads AS day_total FROM read_parquet('{daily}'))
    LEFT JOIN (SELECT project, day, sum(downloads) AS known_total FROM known GROUP BY ALL)
    USING (project, day)
)
SELECT project, day, label, CAST(sum(downloads) AS BIGINT) AS downloads
FROM (SELECT * FROM known UNION ALL SELECT * FROM rest) GROUP BY ALL HAVING sum(downloads) > 0
"""
"""Whole downloads under each label; what rounding leaves is unknown, so that days sum up."""

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def dataset(daily_counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last 30 real days, split by the real shares."""
    folder = tmp_path_factory.mktemp("both")
    daily = folder / "downloads_daily.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM read_parquet('{daily_counts}') WHERE day >= '{FIRST}') TO '{daily}'"
    )
    for dimension, (name, label) in FILES.items():
        file = daily_counts.with_name(f"{name}.parquet")
        split = SPLIT.format(daily=daily, shares=SHARES.format(label=label, file=file))
        duckdb.execute(f"COPY ({split}) TO '{folder}/downloads_by_{dimension}.parquet'")
    return folder


@pytest.fixture(scope="module")
def clickhouse(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("clickhouse")
    with in_background(stack_in(folder, dataset=dataset, services=SERVICES)) as stack:
        yield stack


@pytest.fixture
def bigquery(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """BigQuery reads few days a night, for its price; here it is told to read all of them."""
    monkeypatch.setenv("BIGQUERY_LATE_DAYS", str(DAYS - 1))
    stack = stack_in(tmp_path, dataset=dataset, services=SERVICES, source="bigquery")
    with in_background(stack):
        yield stack


async def night(stack: Stack) -> None:
    """Collect the newest day, once."""
    if await stack.runs.has_facts(RunKind.DOWNLOADS, LAST):
        return
    run_id = await stack.runs.request(RunKind.DOWNLOADS, LAST, timedelta(hours=1))
    ended = await stack.runs.follow(run_id)
    assert (ended.status, ended.reason) == (RunStatus.COMPLETE, None)


async def fetched(stack: Stack, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(stack.database.url(READER))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_both_sources_end_in_equal_tables(clickhouse: Stack, bigquery: Stack) -> None:
    for stack in (clickhouse, bigquery):
        await night(stack)
    for name, query in TABLES.items():
        first, second = await fetched(clickhouse, query), await fetched(bigquery, query)
        assert len(first) > DAYS - 1, name
        assert first == second, name
    sources = "select distinct source from source_days"
    assert await fetched(clickhouse, sources) == [("clickhouse",)]
    assert await fetched(bigquery, sources) == [("bigquery",)]


async def test_the_shares_in_the_tables_are_those_of_the_files(
    clickhouse: Stack, daily_counts: Path
) -> None:
    await night(clickhouse)
    totals = dict(
        await fetched(
            clickhouse,
            "select p.name, t.total from download_totals t join packages p using (package_id)",
        )
    )
    for dimension, (name, label) in FILES.items():
        sums = await by_label(clickhouse, dimension)
        file = daily_counts.with_name(f"{name}.parquet")
        real = {
            (project, label): share
            for project, label, share in duckdb.execute(
                SHARES.format(label=label, file=file)
            ).fetchall()
        }
        compared = {key: total for key, total in sums.items() if key[1] and key in real}
        assert len(compared) > 5_000, dimension  # the unknown part has lost the mirrors
        for key, downloads in compared.items():
            lost = real[key] * totals[key[0]] - downloads
            assert -1e-3 <= lost <= DAYS, key  # each day is rounded down to whole downloads


async def by_label(stack: Stack, dimension: str) -> dict[tuple[str, str], int]:
    """Sums of one dimension's stored days by package and label."""
    rows = await fetched(
        stack,
        f"""select p.name, l.label, b.days from breakdown_month b
        join packages p using (package_id) join labels l using (label_id)
        where l.dimension = '{dimension}' and b.month = '{FIRST}'""",
    )
    days = unpack([packed for _, _, packed in rows], DAYS)
    return {
        (name, label): int(total)
        for (name, label, _), total in zip(rows, days.sum(axis=1), strict=True)
    }
