"""Real counts and shares, played through both sources, come back as they are in the files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from events import Dimension
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.settings import Settings

pytestmark = pytest.mark.realdata

FILES = {
    "python": ("share_by_python", "python_version"),
    "system": ("share_by_system", "os"),
    "installer": ("share_by_installer", "installer"),
    "file_type": ("share_by_filetype", "file_type"),
}
"""Dimension to the file of its shares, and the column of the label there."""

DIMENSIONS = [Dimension(name) for name in FILES]
ROWS_A_DAY = 200
"""Rows that stand for one package's day where every download is a row of its own."""


@pytest.fixture(scope="module")
def real() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data" / "downloads"
    if not folder.is_dir():
        pytest.skip(f"no real downloads in {folder}")
    return folder


def shares_sql(real: Path, dimension: str) -> str:
    file, label = FILES[dimension]
    return (
        f"SELECT project, if({label} = 'unknown', '', {label}) AS label, share "
        f"FROM read_parquet('{real / file}.parquet')"
    )


@pytest.fixture(scope="module")
def counted(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a data set of the last 30 days as they are, split by the real shares."""
    folder = tmp_path_factory.mktemp("counted")
    daily = folder / "downloads_daily.parquet"
    duckdb.execute(
        f"COPY (SELECT * FROM read_parquet('{real}/daily_*.parquet') WHERE day > '2026-05-31') "
        f"TO '{daily}'"
    )
    for dimension in FILES:
        duckdb.execute(
            f"COPY (SELECT project, day, label, CAST(round(downloads * share) AS BIGINT) AS "
            f"downloads FROM read_parquet('{daily}') JOIN ({shares_sql(real, dimension)}) "
            f"USING (project)) TO '{folder}/downloads_by_{dimension}.parquet'"
        )
    return folder


@pytest.fixture(scope="module")
def counted_server(counted: Path, starters: Any) -> Iterator[Any]:
    start_clickhouse, _ = starters
    yield from start_clickhouse(counted)


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


async def test_real_counts_and_labels_come_back_to_the_last_download(counted, counted_server, run):
    settings = Settings(clickhouse_url=counted_server.url, breakdown_min_downloads=1)
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


async def test_real_shares_come_back(real, counted, counted_server, run):
    recorder = await run(Settings(clickhouse_url=counted_server.url, breakdown_min_downloads=10**7))
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


ROWS = """
COPY (
    WITH days AS (
        SELECT project, day, least(downloads, {rows_a_day}) AS size
        FROM read_parquet('{real}/daily_*.parquet')
        WHERE day > '2026-06-27' AND hash(project) % 10 = 0
    ),
    rows AS (
        SELECT project, day, n,
               (n + 0.5) / size AS python_place,
               ((n + size // 3) % size + 0.5) / size AS system_place,
               ((n + size // 2) % size + 0.5) / size AS installer_place,
               ((n + size // 5) % size + 0.5) / size AS file_type_place
        FROM days, unnest(range(size)) AS row(n)
    ),
    labelled AS (
        SELECT rows.*, python.label AS python, system.label AS system,
               installer.label AS installer, file_type.label AS file_type
        FROM rows
        {joins}
    )
    SELECT CAST(day AS TIMESTAMP) + INTERVAL (n) SECOND AS timestamp,
           NULL::VARCHAR AS country_code,
           {{'project': project, 'version': '1.0', 'type': file_type}} AS file,
           {{'installer': {{'name': installer, 'version': NULL::VARCHAR}},
             'python': if(installer IN {mirrors} OR python = '', NULL, python || '.1'),
             'system': {{'name': if(installer IN {mirrors}, NULL, system)}},
             'ci': NULL::BOOLEAN}} AS details
    FROM labelled
) TO '{target}'
"""
"""Each package's days as single downloads, labelled by the real shares; mirrors as they are."""

JOIN = """
ASOF JOIN (
    SELECT project, label,
           sum(share) OVER (PARTITION BY project ORDER BY label)
               / sum(share) OVER (PARTITION BY project) + 1e-9 AS upto
    FROM ({shares})
) AS {dimension}
ON rows.project = {dimension}.project AND rows.{dimension}_place <= {dimension}.upto
"""
LABELS = {
    "python": "coalesce(regexp_extract(details.python, '^[0-9]+[.][0-9]+'), '')",
    "system": "coalesce(details.system.name, '')",
    "installer": "details.installer.name",
    "file_type": "file.type",
}


@pytest.fixture(scope="module")
def real_rows(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("rows") / "rows.parquet"
    joins = "\n".join(JOIN.format(shares=shares_sql(real, name), dimension=name) for name in FILES)
    sql = ROWS.format(rows_a_day=ROWS_A_DAY, real=real, joins=joins, mirrors=MIRRORS, target=target)
    duckdb.execute(sql)
    return target


@pytest.fixture(scope="module")
def summed(real_rows: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the same rows as ClickHouse's tables hold them."""
    folder = tmp_path_factory.mktemp("summed")
    start = "SELECT file.project AS project, CAST(timestamp AS DATE) AS day, "
    end = f"count(*) AS downloads FROM read_parquet('{real_rows}') GROUP BY ALL"
    duckdb.execute(f"COPY ({start} {end}) TO '{folder}/downloads_daily.parquet'")
    for name, label in LABELS.items():
        target = folder / f"downloads_by_{name}.parquet"
        duckdb.execute(f"COPY ({start} {label} AS label, {end}) TO '{target}'")
    return folder


async def test_both_sources_give_identical_tables_from_real_shares(
    summed, real_rows, starters, run, recorder
):
    tables = []
    for start, data, settings in (
        (starters[0], summed, lambda url: Settings(clickhouse_url=url, breakdown_min_downloads=1)),
        (starters[1], real_rows, bigquery_settings),
    ):
        for server in start(data):
            await run(settings(server.url), window_days=3)
            assert recorder.plan.facts.problem is None
            labels = {dimension: recorder.labels(dimension) for dimension in DIMENSIONS}
            tables.append((recorder.days(), recorder.mirrors(), labels))
            recorder.events.clear()
    clickhouse, bigquery = tables
    assert len(clickhouse[0]) > 400
    assert clickhouse == bigquery


def bigquery_settings(url: str) -> Settings:
    return Settings(
        source="bigquery",
        bigquery_endpoint=url,
        bigquery_project="payer",
        bigquery_dataset="public.pypi",
        breakdown_min_downloads=1,
    )
