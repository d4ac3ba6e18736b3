"""What lists need of downloads, made anew for every package from the packed months."""

import io
from collections.abc import Set
from datetime import date, timedelta
from typing import Any

import asyncpg
import numpy as np
import polars as pl

from scorer import queries
from scorer.history import load_month
from scorer.inbox import Connection
from scorer.months import Span, downloads, less, month_span, overlap, trailing_weeks
from scorer.packed import GAP, Matrix
from scorer.queries import fetch

WEEKS = 28
"""Whole weeks kept for the trend: seven blocks of four."""

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
    after, count = 0, 0
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await fetch(queries.downloads.counted(connection, after=after, most=chunk))
            if not rows:
                return count
            recent = await _recent(connection, rows, day, told)
            await connection.copy_to_table(table, source=as_csv(recent), format="csv")
        after, count = rows[-1]["package_id"], count + len(rows)


async def _recent(
    connection: Connection, rows: list[Any], day: date, told: Set[date]
) -> pl.DataFrame:
    """Give the table's columns, in its order, for some packages."""
    span = Span(day - timedelta(days=7 * WEEKS - 1), 7 * WEEKS)
    days, mirrors = await load_span(connection, [row["package_id"] for row in rows], span, told)
    users = less(days, mirrors)
    counted = pl.DataFrame([dict(row) for row in rows], infer_schema_length=None)
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
    """Give each row as PostgreSQL writes an array; gaps as null."""
    value = pl.element()
    texts = pl.when(value == GAP).then(pl.lit("NULL")).otherwise(value.cast(pl.String))
    lists = pl.Series(name, days).arr.to_list().list.eval(texts)
    return ("{" + lists.list.join(",") + "}").alias(name)


def as_csv(frame: pl.DataFrame) -> io.BytesIO:
    """Give a frame as COPY reads it."""
    out = io.BytesIO()
    frame.write_csv(out, include_header=False)
    out.seek(0)
    return out


async def load_span(
    connection: Connection, ids: list[int], span: Span, told: Set[date] = frozenset()
) -> tuple[Matrix, Matrix]:
    """Give days and mirrors' days of some packages over a span; what is not known is a gap."""
    days = np.full((len(ids), span.length), GAP, dtype=np.int64)
    mirrors = days.copy()
    for month in map(month_span, span.months()):
        _, month_days, month_mirrors = await load_month(connection, ids, month, told)
        in_span, in_month = overlap(span, month)
        days[:, in_span] = month_days[:, in_month]
        mirrors[:, in_span] = month_mirrors[:, in_month]
    return days, mirrors
