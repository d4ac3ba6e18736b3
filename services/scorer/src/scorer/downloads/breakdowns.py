"""Downloads by label, merged into packed months as downloads themselves are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import asyncpg
import msgspec
import numpy as np

from domain.packed_months import GAP, Matrix, pack, unpack
from events import Dimension, DownloadBreakdown
from events.day_range import DayRange
from events.topology import DOWNLOADS_BREAKDOWN
from scorer import queries
from scorer.downloads.ecosystem import Together
from scorer.downloads.months import flags, month_days, overlay
from scorer.downloads.shares import SHARED, Shares
from scorer.queries import fetch
from scorer.runs.inbox import Connection

Key = tuple[int, int]
"""Package and label."""

MESSAGES_AT_ONCE = 16
"""Messages merged by one transaction, so that their sums over all packages are written once."""


@dataclass(frozen=True)
class Series:
    """Some packages' labels over a window, by their numbers."""

    window: DayRange
    gaps: set[date]
    keys: list[Key]
    days: Matrix


async def merge_breakdowns(pool: asyncpg.Pool, run_id: str) -> int:
    """Merge all staged breakdowns of a run, some messages a transaction; gives how many series."""
    last = await queries.runs.last_seq(pool, run_id=run_id, subject=DOWNLOADS_BREAKDOWN.name)
    count = 0
    for first in range(0, 0 if last is None else last + 1, MESSAGES_AT_ONCE):
        async with pool.acquire() as connection, connection.transaction():
            count += await _merge_some(connection, run_id, first)
    return count


async def _merge_some(connection: Connection, run_id: str, first: int) -> int:
    rows = queries.runs.bodies(
        connection,
        run_id=run_id,
        subject=DOWNLOADS_BREAKDOWN.name,
        first=first,
        last=first + MESSAGES_AT_ONCE,
    )
    together, shares = Together(), Shares()
    count = 0
    for row in await fetch(rows):
        batch = msgspec.json.decode(row["body"], type=DownloadBreakdown)
        count += await _merge(connection, batch, together, shares)
    await queries.downloads.add_to_ecosystem(connection, list(together.rows()))
    await shares.store(connection)
    return count


async def _merge(
    connection: Connection, batch: DownloadBreakdown, together: Together, shares: Shares
) -> int:
    series = await _series(connection, batch)
    for month in map(month_days, series.window.months()):
        await queries.downloads.ensure_year(
            connection, parent="breakdown_month", year=month.first.year
        )
        old, new = await _merge_month(connection, series, month)
        if batch.dimension != Dimension.VERSION:
            together.add([label for _, label in series.keys], month.first, old, new)
    if batch.dimension in SHARED:
        packages = [package_id for package_id, _ in series.keys]
        shares.add(batch.dimension, packages, series.days, series.window.last)
    return len(series.keys)


async def _series(connection: Connection, batch: DownloadBreakdown) -> Series:
    packages = await _package_ids(connection, batch)
    labels = await _label_ids(connection, batch)
    window = DayRange(batch.first_day, batch.window_days)
    known = [
        ((packages[package.name], labels[each.label]), each.days)
        for package in batch.packages
        if package.name in packages
        for each in package.labels
    ]
    days = np.array([row for _, row in known], dtype=np.int64).reshape(len(known), window.length)
    return Series(window, set(batch.gaps), [key for key, _ in known], days)


async def _package_ids(connection: Connection, batch: DownloadBreakdown) -> dict[str, int]:
    names = [package.name for package in batch.packages]
    rows = await fetch(queries.packages.ids(connection, names=names))
    return {row["name"]: row["package_id"] for row in rows}


async def _label_ids(connection: Connection, batch: DownloadBreakdown) -> dict[str, int]:
    labels = sorted({each.label for package in batch.packages for each in package.labels})
    dimension = Dimension(batch.dimension)
    await queries.downloads.add_labels(connection, dimension=dimension, labels=labels)
    rows = queries.downloads.label_ids(connection, dimension=dimension, labels=labels)
    return {row["label"]: row["label_id"] for row in await fetch(rows)}


async def _merge_month(
    connection: Connection, series: Series, month: DayRange
) -> tuple[Matrix, Matrix]:
    """Store a month; gives its days as they were and as they are."""
    stored = await _stored(connection, series.keys, month)
    old = np.full((len(series.keys), month.length), GAP, dtype=np.int64)
    at = [index for index, key in enumerate(series.keys) if key in stored]
    old[at] = unpack([stored[series.keys[index]] for index in at], month.length)
    told = ~flags(series.window, series.gaps)
    new = overlay(old, month, series.days, series.window, told)
    changed = np.flatnonzero((new != old).any(axis=1))
    await _store(connection, _rows(series.keys, month.first, new, changed))
    return old, new


async def _stored(connection: Connection, keys: list[Key], month: DayRange) -> dict[Key, bytes]:
    rows = queries.downloads.breakdown_rows(
        connection,
        ids=sorted({key[0] for key in keys}),
        labels=sorted({key[1] for key in keys}),
        first=month.first,
        last=month.first,
    )
    return {(row["package_id"], row["label_id"]): row["days"] for row in await fetch(rows)}


def _rows(
    keys: list[Key], month: date, days: Matrix, changed: Any
) -> Iterator[tuple[int, int, date, bytes]]:
    for index, packed in zip(changed, pack(days[changed]), strict=True):
        yield (*keys[index], month, packed)


async def _store(connection: Connection, rows: Iterator[tuple[int, int, date, bytes]]) -> None:
    await queries.downloads.make_staged_breakdowns(connection)
    await connection.copy_records_to_table("staged_breakdowns", records=rows)
    await queries.downloads.store_breakdowns(connection)
    await queries.downloads.drop_staged_breakdowns(connection)
