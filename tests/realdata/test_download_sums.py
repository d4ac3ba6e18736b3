"""What the site says of real packages is what their real counts add up to."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import polars as pl
import pytest

from devstack.background import in_background
from devstack.servers.database import WRITER
from devstack.stack import Stack, stack_in
from events import RunKind, RunStatus

LAST = date(2026, 6, 30)
PROJECTS = 5_041
BYTES_A_PACKAGE_DAY = 8
SERVICES = ("scorer", "ingest-downloads", "api")

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def stack(daily_counts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("real")
    command = [sys.executable, "-m", "sample_data", "from-daily"]
    subprocess.run([*command, "--daily", daily_counts, "--out", folder / "dataset"], check=True)
    stack = stack_in(folder / "state", dataset=folder / "dataset", services=SERVICES)
    with in_background(stack):
        yield stack


def expected(daily_counts: Path) -> dict[str, dict[str, int]]:
    """Sums straight from the file."""
    days = {"last_day": 1, "last_week": 7, "last_month": 30}
    sums = [
        pl.col("downloads").filter(pl.col("day") > LAST - timedelta(days=length)).sum().alias(name)
        for name, length in days.items()
    ]
    rows = pl.read_parquet(daily_counts).group_by("project").agg(sums).iter_rows(named=True)
    return {row.pop("project"): row for row in rows}


async def listed(stack: Stack) -> dict[str, dict[str, Any]]:
    """Every package the api lists, page by page."""
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        while True:
            page = (await client.get(f"/api/packages?limit=100{cursor}")).raise_for_status().json()
            found |= {package["name"]: package["downloads"] for package in page["packages"]}
            if not page["next"]:
                return found
            cursor = f"&cursor={page['next']}"


async def test_every_project_shows_the_sums_of_its_days(stack: Stack, daily_counts: Path) -> None:
    run_id = await stack.runs.request(RunKind.DOWNLOADS, LAST, timedelta(hours=1))
    ended = await stack.runs.follow(run_id)
    assert ended.status is RunStatus.COMPLETE
    sums = expected(daily_counts)
    assert len(sums) == PROJECTS
    shown = await listed(stack)
    assert shown.keys() == sums.keys()
    wrong = {
        name: (row, shown[name])
        for name, row in sums.items()
        if any(shown[name][key] != value for key, value in row.items())
    }
    assert wrong == {}


async def test_all_history_takes_at_most_eight_bytes_a_package_day(
    stack: Stack, daily_counts: Path
) -> None:
    first = date(2026, 2, 22)
    day = LAST - timedelta(days=30)
    run_id = await stack.runs.request(RunKind.BACKFILL, day, timedelta(hours=1), first)
    ended = await stack.runs.follow(run_id)
    assert ended.status is RunStatus.COMPLETE
    connection = await asyncpg.connect(stack.database.url(WRITER))
    used = await connection.fetchval(
        "select pg_total_relation_size('downloads_month_2026') "
        "+ pg_total_relation_size('download_totals')"
    )
    total = await connection.fetchval("select sum(total) from download_totals")
    await connection.close()
    counts = pl.read_parquet(daily_counts)
    assert total == counts["downloads"].sum()
    bytes_used = used / len(counts)
    print(f"{bytes_used:.2f} bytes a package-day")
    assert bytes_used <= BYTES_A_PACKAGE_DAY
