"""Real counts and shares, played through ClickHouse and through BigQuery, end in equal tables."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from devstack.background import in_background
from devstack.servers.database import READER
from devstack.stack import Stack, stack_in
from domain.packed_months import unpack
from events import RunKind, RunStatus
from simulators.real_days import SHARES, real_shares, write_real_days

LAST = date(2026, 6, 30)
DAYS = 30
FIRST = LAST - timedelta(days=DAYS - 1)
SERVICES = ("scorer", "ingest-downloads")

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

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def dataset(daily_counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last 30 real days, split by the real shares."""
    return write_real_days(daily_counts.parent, tmp_path_factory.mktemp("both"), FIRST)


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
    for dimension in SHARES:
        sums = await by_label(clickhouse, dimension)
        real = real_shares(daily_counts.parent, dimension)
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
