"""Real counts and shares, played through both sources, come back as they are in the files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from events import Dimension
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.settings import Settings
from replay.child import playing

pytestmark = pytest.mark.realdata

FILES = {
    "python": ("share_by_python", "python_version"),
    "system": ("share_by_system", "os"),
    "installer": ("share_by_installer", "installer"),
    "file_type": ("share_by_filetype", "file_type"),
}
"""Dimension to the file of its shares, and the column of the label there."""

DIMENSIONS = [Dimension(name) for name in FILES]


@pytest.fixture(scope="module")
def real() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data" / "downloads"
    if not folder.is_dir():
        pytest.skip(f"no real downloads in {folder}")
    return folder


def shares_sql(real: Path, dimension: str) -> str:
    file, label = FILES[dimension]
    return (
        f"SELECT project, if({label} = 'unknown', '', {label}) AS label, "
        f"share / greatest(1, sum(share) OVER (PARTITION BY project)) AS share "
        f"FROM read_parquet('{real / file}.parquet')"
    )


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
"""Whole downloads under each label; what rounding leaves is unknown, so that days sum up. Here and
there the files' rounded shares come to a little more than 1; those are scaled."""


def write_dataset(real: Path, folder: Path, first: date) -> Path:
    """Write the days from one on as they are, split by the real shares."""
    daily = folder / "downloads_daily.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM read_parquet('{real}/daily_*.parquet') WHERE day >= '{first}') "
        f"TO '{daily}'"
    )
    for dimension in FILES:
        split = SPLIT.format(daily=daily, shares=shares_sql(real, dimension))
        duckdb.execute(f"COPY ({split}) TO '{folder}/downloads_by_{dimension}.parquet'")
    return folder


@pytest.fixture(scope="module")
def counted(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(real, tmp_path_factory.mktemp("counted"), date(2026, 6, 1))


@pytest.fixture(scope="module")
def clickhouse(counted: Path) -> Iterator[str]:
    with playing(counted, ["clickhouse"]) as servers:
        yield servers.addresses["clickhouse"]


def totals(recorder: Any, dimension: Dimension) -> dict[tuple[str, str], int]:
    return {
        (project, label): sum(days)
        for project, labels in recorder.labels(dimension).items()
        for label, days in labels.items()
    }


def expected(folder: Path, sql: str) -> dict[tuple[str, str], int]:
    """Give a query's package, label or day, and downloads, but for those without any."""
    rows = duckdb.sql(sql.replace("$", f"{folder}/downloads_"), params=None).fetchall()
    return {(first, second): int(downloads) for first, second, downloads in rows if downloads}


AS_IN_THE_FILE = """
SELECT project, label, sum(downloads) FROM read_parquet('$by_{}.parquet') GROUP BY ALL
"""
LESS_MIRRORS = """
SELECT project, label, sum(greatest(0, downloads - if(label = '', coalesce(mirrored, 0), 0)))
FROM read_parquet('$by_{}.parquet')
LEFT JOIN (
    SELECT project, day, sum(downloads) AS mirrored FROM read_parquet('$by_installer.parquet')
    WHERE label IN {} GROUP BY ALL
) USING (project, day)
GROUP BY ALL
"""


async def test_real_counts_and_labels_come_back_to_the_last_download(counted, clickhouse, run):
    settings = Settings(clickhouse_url=clickhouse, breakdown_min_downloads=1)
    recorder = await run(settings)
    assert recorder.plan.facts.problem is None
    found = {
        (project, day): downloads
        for project, days in recorder.days().items()
        for day, downloads in enumerate(days, start=1)
        if downloads
    }
    daily = "SELECT project, day(day), downloads FROM read_parquet('$daily.parquet')"
    assert found == expected(counted, daily)
    for dimension in (Dimension.INSTALLER, Dimension.FILE_TYPE):
        assert totals(recorder, dimension) == expected(counted, AS_IN_THE_FILE.format(dimension))
    for dimension in (Dimension.PYTHON, Dimension.SYSTEM):
        sql = LESS_MIRRORS.format(dimension, MIRRORS)
        assert totals(recorder, dimension) == expected(counted, sql)


async def test_real_shares_come_back(real, counted, clickhouse, run):
    recorder = await run(Settings(clickhouse_url=clickhouse, breakdown_min_downloads=10**7))
    everybody = {project: sum(days) for project, days in recorder.days().items()}
    for dimension in DIMENSIONS:
        file = {
            (project, label): share
            for project, label, share in duckdb.sql(shares_sql(real, dimension)).fetchall()
        }
        for (project, label), downloads in totals(recorder, dimension).items():
            share = downloads / everybody[project]
            if label:  # the unknown part has lost the mirrors
                assert share == pytest.approx(file[project, label], abs=1e-4)


async def test_both_sources_give_identical_tables_from_real_data(real, tmp_path, run, recorder):
    write_dataset(real, tmp_path, date(2026, 6, 28))
    tables = []
    with playing(tmp_path, ["clickhouse", "bigquery"]) as servers:
        for settings in (
            Settings(
                clickhouse_url=servers.addresses["clickhouse"],
                breakdown_min_downloads=10**6,
            ),
            Settings(
                source="bigquery",
                bigquery_endpoint=servers.addresses["bigquery"],
                bigquery_project="payer",
                breakdown_min_downloads=10**6,
            ),
        ):
            await run(settings, window_days=3)
            assert recorder.plan.facts.problem is None
            labels = {dimension: recorder.labels(dimension) for dimension in DIMENSIONS}
            tables.append((recorder.days(), recorder.mirrors(), labels))
            recorder.events.clear()
    clickhouse, bigquery = tables
    assert len(clickhouse[0]) > 4_900
    assert clickhouse == bigquery
