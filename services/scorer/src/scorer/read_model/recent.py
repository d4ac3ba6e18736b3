"""What lists need of downloads, made anew for every package from the packed months."""

import io
from collections.abc import AsyncIterator, Set
from datetime import date
from typing import Any

import asyncpg
import numpy as np
import polars as pl

from domain.packed_months import GAP, Matrix, unpack
from events.day_range import DayRange
from scorer import queries
from scorer.downloads.history import known_days
from scorer.downloads.months import (
    downloads,
    empty_month,
    flags,
    less,
    month_days,
    overlap,
    trailing_weeks,
)
from scorer.postgres.pipeline import side_by_side
from scorer.queries import fetch
from scorer.runs.inbox import Connection

WEEKS = 28
"""Whole weeks kept for the trend: seven blocks of four."""

COUNTED: dict[str, type[pl.DataType]] = {
    "package_id": pl.Int32,
    "total": pl.Int64,
    "mirrors": pl.Int64,
    "first_day": pl.Date,
    "collected": pl.Date,
}
"""Columns of the totals that come with each package."""

SPARKLINE = 30
"""Days drawn beside a name."""

WINDOWS = (1, 7, 30)
"""Days of last_day, last_week and last_month."""


async def build_recent(
    pool: asyncpg.Pool, table: str, day: date, told: Set[date], chunk: int
) -> int:
    """Fill `table`, made like recent_downloads, as of `day`; gives how many packages it holds.

    `told` are days that the source has brought and that are not yet noted as such.
    """

    async def copy(rows: list[Any]) -> int:
        async with pool.acquire() as connection, connection.transaction():
            recent = await _recent(connection, rows, day, told)
            await connection.copy_to_table(table, source=as_csv(recent), format="csv")
        return len(rows)

    return sum(await side_by_side(_counted(pool, chunk), copy))


async def _counted(pool: asyncpg.Pool, most: int) -> AsyncIterator[list[Any]]:
    """Yield packages with history and their totals, some at a time, in order of their numbers."""
    after = 0
    while rows := await fetch(queries.downloads.counted(pool, after=after, most=most)):
        yield rows
        after = rows[-1]["package_id"]


async def _recent(
    connection: Connection, rows: list[Any], day: date, told: Set[date]
) -> pl.DataFrame:
    """Return the table's columns, in its order, for some packages."""
    span = DayRange.ending(day, 7 * WEEKS)
    days, mirrors = await load_span(connection, [row["package_id"] for row in rows], span, told)
    users = less(days, mirrors)
    counted = pl.DataFrame({name: [row[name] for row in rows] for name in COUNTED}, schema=COUNTED)
    own = {f"last_{length}": downloads(users[:, -length:]) for length in WINDOWS}
    whole = {f"all_last_{length}": downloads(days[:, -length:]) for length in WINDOWS}
    return counted.select(
        "package_id",
        "collected",
        "first_day",
        *(pl.Series(name, sums) for name, sums in own.items()),
        pl.col("total") - pl.col("mirrors"),
        *(pl.Series(name, sums) for name, sums in whole.items()),
        pl.col("total").alias("all_total"),
        array_text("weeks", trailing_weeks(users, WEEKS)),
        array_text("sparkline", users[:, -SPARKLINE:]),
    )


def array_text(name: str, days: Matrix) -> pl.Series:
    """Return each row as PostgreSQL writes an array; gaps as null."""
    value = pl.element()
    texts = pl.when(value == GAP).then(pl.lit("NULL")).otherwise(value.cast(pl.String))
    lists = pl.Series(name, days).arr.to_list().list.eval(texts)
    return ("{" + lists.list.join(",") + "}").alias(name)


def as_csv(frame: pl.DataFrame) -> io.BytesIO:
    """Return a frame as COPY reads it."""
    out = io.BytesIO()
    frame.write_csv(out, include_header=False)
    out.seek(0)
    return out


async def load_span(
    connection: Connection, ids: list[int], span: DayRange, told: Set[date] = frozenset()
) -> tuple[Matrix, Matrix]:
    """Return days and mirrors' days of some packages over a span; what is not known is a gap.

    `ids` are in ascending order. A package without a row for a month had no downloads on the days
    the source has brought, and on `told`.
    """
    known = await known_days(connection, span) | told
    days = empty_month(len(ids), flags(span, known))
    mirrors = days.copy()
    first = span.first.replace(day=1)
    rows = await fetch(
        queries.downloads.month_rows(connection, ids=ids, first=first, last=span.last)
    )
    for month, packed in by_month(rows).items():
        at = np.searchsorted(ids, [row["package_id"] for row in packed])
        in_span, in_month = overlap(span, month_days(month))
        length = month_days(month).length
        days[at, in_span] = unpack([row["days"] for row in packed], length)[:, in_month]
        mirrors[at, in_span] = unpack([row["mirrors"] for row in packed], length)[:, in_month]
    return days, mirrors


def by_month(rows: list[Any]) -> dict[date, list[Any]]:
    """Return packed rows by their month."""
    months: dict[date, list[Any]] = {}
    for row in rows:
        months.setdefault(row["month"], []).append(row)
    return months
