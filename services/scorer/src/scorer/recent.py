"""What lists need of downloads, made anew for every package from the packed months."""

from collections.abc import Set
from datetime import date, timedelta
from typing import Any

import asyncpg
import numpy as np

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
            records = await _records(connection, rows, day, told)
            await connection.copy_records_to_table(table, records=records)
        after, count = rows[-1]["package_id"], count + len(rows)


async def _records(
    connection: Connection, rows: list[Any], day: date, told: Set[date]
) -> list[tuple[Any, ...]]:
    span = Span(day - timedelta(days=7 * WEEKS - 1), 7 * WEEKS)
    ids = [row["package_id"] for row in rows]
    days, mirrors = await load_span(connection, ids, span, told)
    users = less(days, mirrors)
    own = [downloads(users[:, -length:]).tolist() for length in WINDOWS]
    of_mirrors = [
        (downloads(days[:, -length:]) - np.array(own[index])).tolist()
        for index, length in enumerate(WINDOWS)
    ]
    weeks = _with_nulls(trailing_weeks(users, WEEKS))
    sparkline = _with_nulls(users[:, -SPARKLINE:])
    return [
        (
            row["package_id"],
            row["collected"],
            row["first_day"],
            *(sums[index] for sums in own),
            row["total"] - row["mirrors"],
            *(sums[index] + of_mirrors[place][index] for place, sums in enumerate(own)),
            row["total"],
            weeks[index],
            sparkline[index],
        )
        for index, row in enumerate(rows)
    ]


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


def _with_nulls(days: Matrix) -> list[list[int | None]]:
    if not (days == GAP).any():
        return days.tolist()  # type: ignore[no-any-return]
    return [[None if value == GAP else value for value in row] for row in days.tolist()]
