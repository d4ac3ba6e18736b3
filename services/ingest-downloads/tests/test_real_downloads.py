"""Real counts and shares, played through both sources, come back as they are in the files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from events import Dimension
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.settings import Settings
from simulators.child import playing
from simulators.real_days import SHARES, counted, real_shares, write_real_days

pytestmark = pytest.mark.realdata

DIMENSIONS = [Dimension(name) for name in SHARES]


@pytest.fixture(scope="module")
def real() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data" / "downloads"
    if not folder.is_dir():
        pytest.skip(f"no real downloads in {folder}")
    return folder


@pytest.fixture(scope="module")
def june(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_real_days(real, tmp_path_factory.mktemp("june"), date(2026, 6, 1))


@pytest.fixture(scope="module")
def clickhouse(june: Path) -> Iterator[str]:
    with playing(june, ["clickhouse"]) as servers:
        yield servers.addresses["clickhouse"]


def totals(recorder: Any, dimension: Dimension) -> dict[tuple[str, str], int]:
    return {
        (project, label): sum(days)
        for project, labels in recorder.labels(dimension).items()
        for label, days in labels.items()
    }


def expected(folder: Path, sql: str) -> dict[tuple[str, str], int]:
    """Return a query's package, label or day, and downloads, but for those without any."""
    found = counted(sql.replace("$", f"{folder}/downloads_"))
    return {key: int(downloads) for key, downloads in found.items() if downloads}


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


async def test_real_counts_and_labels_come_back_to_the_last_download(june, clickhouse, run):
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
    assert found == expected(june, daily)
    for dimension in (Dimension.INSTALLER, Dimension.FILE_TYPE):
        assert totals(recorder, dimension) == expected(june, AS_IN_THE_FILE.format(dimension))
    for dimension in (Dimension.PYTHON, Dimension.SYSTEM):
        sql = LESS_MIRRORS.format(dimension, MIRRORS)
        assert totals(recorder, dimension) == expected(june, sql)


async def test_real_shares_come_back(real, clickhouse, run):
    recorder = await run(Settings(clickhouse_url=clickhouse, breakdown_min_downloads=10**7))
    everybody = {project: sum(days) for project, days in recorder.days().items()}
    for dimension in DIMENSIONS:
        file = real_shares(real, dimension)
        for (project, label), downloads in totals(recorder, dimension).items():
            share = downloads / everybody[project]
            if label:  # the unknown part has lost the mirrors
                assert share == pytest.approx(file[project, label], abs=1e-4)


async def test_both_sources_give_identical_tables_from_real_data(real, tmp_path, run, recorder):
    write_real_days(real, tmp_path, date(2026, 6, 28))
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
