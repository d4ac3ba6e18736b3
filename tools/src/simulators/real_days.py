"""Real counts of days, where they are at hand, as a folder that the played sources read.

The files have each project's downloads by day, and what share of them each label had in a month.
"""

from datetime import date
from pathlib import Path

import duckdb

SHARES = {
    "python": ("share_by_python", "python_version"),
    "system": ("share_by_system", "os"),
    "installer": ("share_by_installer", "installer"),
    "file_type": ("share_by_filetype", "file_type"),
}
"""Dimension to the file of its shares, and the column of the label there."""

SCALED = """
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

Counts = dict[tuple[str, str], float]


def write_real_days(real: Path, folder: Path, first: date) -> Path:
    """Write the days from one on as they are, split by the real shares; gives the folder."""
    daily = folder / "downloads_daily.parquet"
    with duckdb.connect() as database:
        days = f"SELECT * FROM read_parquet('{real}/daily_*.parquet') WHERE day >= '{first}'"
        database.execute(f"COPY ({days}) TO '{daily}'")
        for dimension in SHARES:
            split = SPLIT.format(daily=daily, shares=_shares_sql(real, dimension))
            database.execute(f"COPY ({split}) TO '{folder}/downloads_by_{dimension}.parquet'")
    return folder


def real_shares(real: Path, dimension: str) -> Counts:
    """Return each project's and label's share of the downloads; the label unknown is empty."""
    return counted(_shares_sql(real, dimension))


def counted(sql: str) -> Counts:
    """Return what a query of three columns finds: two names, and the number they have."""
    with duckdb.connect() as database:
        rows = database.execute(sql).fetchall()
    return {(first, second): number for first, second, number in rows}


def _shares_sql(real: Path, dimension: str) -> str:
    file, label = SHARES[dimension]
    return SCALED.format(label=label, file=real / f"{file}.parquet")
