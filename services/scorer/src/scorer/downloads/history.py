"""Daily downloads of a run, merged into the packed months.

Everything here sets values, so that doing it twice changes nothing; a chunk of packages is one
transaction, so that a kill in between loses nothing.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import numpy as np

from domain.packed_months import Matrix, pack, unpack
from events.day_range import DayRange
from scorer import queries
from scorer.downloads.batch_codec import BatchMatrices
from scorer.downloads.months import (
    Flags,
    corrections,
    downloads,
    empty_month,
    first_positive,
    flags,
    month_days,
    overlay,
)
from scorer.queries import fetch
from scorer.runs.inbox import Connection

NEVER = date.max.toordinal()
""""First day" of a series without downloads."""


@dataclass
class MergeResult:
    """What laying a chunk over its months has changed."""

    months: list[tuple[int, date, bytes, bytes]] = field(default_factory=list)
    total: Any = None
    mirrors: Any = None
    first_day: Any = None
    """Ordinal of the first day with a download; NEVER where there is none."""
    corrected: dict[date, tuple[int, int]] = field(default_factory=dict)


async def make_years(pool: asyncpg.Pool, window: DayRange) -> None:
    """Make the partitions a window needs, before transactions side by side write into them."""
    for year in range(window.first.year, window.last.year + 1):
        await queries.downloads.ensure_year(pool, parent="downloads_month", year=year)


async def merge(
    connection: Connection, chunk: BatchMatrices, ids: list[int], collected: date
) -> MergeResult:
    """Lay one chunk over the stored months of its packages; needs a transaction and the years."""
    changes = MergeResult(
        total=np.zeros(len(ids), dtype=np.int64),
        mirrors=np.zeros(len(ids), dtype=np.int64),
        first_day=np.full(len(ids), NEVER, dtype=np.int64),
    )
    for month in map(month_days, chunk.window.months()):
        await _merge_month(connection, chunk, ids, month, changes)
    await _store(connection, ids, changes, collected)
    return changes


async def _merge_month(
    connection: Connection,
    chunk: BatchMatrices,
    ids: list[int],
    month: DayRange,
    changes: MergeResult,
) -> None:
    stored, days, mirrors = await _load_month(connection, ids, month)
    new_days = overlay(days, month, chunk.days, chunk.window, chunk.told)
    new_mirrors = overlay(mirrors, month, chunk.mirrors, chunk.window, chunk.told)
    changed = ((new_days != days) | (new_mirrors != mirrors)).any(axis=1)
    worth = np.flatnonzero(changed & (stored | (new_days > 0).any(axis=1)))
    changes.months += [
        (ids[index], month.first, packed, packed_mirrors)
        for index, packed, packed_mirrors in zip(
            worth, pack(new_days[worth]), pack(new_mirrors[worth]), strict=True
        )
    ]
    changes.total += downloads(new_days) - downloads(days)
    changes.mirrors += downloads(new_mirrors) - downloads(mirrors)
    first = first_positive(new_days)
    ordinals = np.where(first >= 0, month.first.toordinal() + first, NEVER)
    changes.first_day = np.minimum(changes.first_day, ordinals)
    dates = month.days
    for column, (packages, change) in corrections(days, new_days).items():
        changes.corrected[dates[column]] = (packages, change)


async def known_days(connection: Connection, span: DayRange) -> set[date]:
    """Return the days of a span that the source has brought."""
    rows = queries.downloads.known_days(connection, first=span.first, last=span.last)
    return {row["day"] for row in await fetch(rows)}


async def _load_month(
    connection: Connection, ids: list[int], month: DayRange
) -> tuple[Flags, Matrix, Matrix]:
    """Return which packages have a row for the month, their days and their mirrors' days.

    A package without a row had no downloads on the days the source has brought.
    """
    days = empty_month(len(ids), flags(month, await known_days(connection, month)))
    mirrors = days.copy()
    rows = await fetch(
        queries.downloads.month_rows(connection, ids=ids, first=month.first, last=month.first)
    )
    place = {package_id: index for index, package_id in enumerate(ids)}
    at = [place[row["package_id"]] for row in rows]
    days[at] = unpack([row["days"] for row in rows], month.length)
    mirrors[at] = unpack([row["mirrors"] for row in rows], month.length)
    stored = np.zeros(len(ids), dtype=np.bool_)
    stored[at] = True
    return stored, days, mirrors


async def _store(
    connection: Connection, ids: list[int], changes: MergeResult, collected: date
) -> None:
    await queries.downloads.make_staged_months(connection)
    await connection.copy_records_to_table("staged_months", records=changes.months)
    await queries.downloads.store_months(connection)
    await queries.downloads.make_staged_totals(connection)
    first = [None if day == NEVER else date.fromordinal(day) for day in changes.first_day.tolist()]
    totals = zip(ids, changes.total.tolist(), changes.mirrors.tolist(), first, strict=True)
    await connection.copy_records_to_table("staged_totals", records=list(totals))
    await queries.downloads.store_totals(connection, collected=collected)
