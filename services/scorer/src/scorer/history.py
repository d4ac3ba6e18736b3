"""Daily downloads of a run, merged into the packed months.

Everything here sets values, so that doing it twice changes nothing; a chunk of packages is one
transaction, so that a kill in between loses nothing.
"""

from collections.abc import AsyncIterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import asyncpg
import msgspec
import numpy as np

from events import DailyDownloads
from events.topology import DOWNLOADS_DAILY
from scorer import queries
from scorer.inbox import Connection
from scorer.months import (
    Flags,
    Span,
    corrections,
    downloads,
    empty_month,
    first_positive,
    month_span,
    overlay,
)
from scorer.packed import Matrix, pack, unpack
from scorer.queries import fetch

BATCH_READ = 20
"""Messages decoded at a time."""

NEVER = date.max.toordinal()
""""First day" of a series without downloads."""


@dataclass(frozen=True)
class Chunk:
    """Some packages over a window: all installers, and the part fetched by mirrors."""

    names: list[str]
    window: Span
    days: Matrix
    mirrors: Matrix
    gaps: set[date]

    @property
    def told(self) -> Flags:
        """Days the source has told of."""
        return ~self.window.flags(self.gaps)


@dataclass
class Changes:
    """What laying a chunk over its months has changed."""

    months: list[tuple[int, date, bytes, bytes]] = field(default_factory=list)
    total: Any = None
    mirrors: Any = None
    first_day: Any = None
    """Ordinal of the first day with a download; NEVER where there is none."""
    corrected: dict[date, tuple[int, int]] = field(default_factory=dict)


async def chunks(pool: asyncpg.Pool, run_id: str) -> AsyncIterator[Chunk]:
    """Give a run's staged batches as matrices, some messages at a time, in their order."""
    last = await queries.runs.last_seq(pool, run_id=run_id, subject=DOWNLOADS_DAILY.name)
    for first in range(0, -1 if last is None else last + 1, BATCH_READ):
        rows = await fetch(
            queries.runs.bodies(
                pool,
                run_id=run_id,
                subject=DOWNLOADS_DAILY.name,
                first=first,
                last=first + BATCH_READ,
            )
        )
        if rows:
            yield _chunk([msgspec.json.decode(row["body"], type=DailyDownloads) for row in rows])


def _chunk(batches: Sequence[DailyDownloads]) -> Chunk:
    window = Span(batches[0].first_day, batches[0].window_days)
    packages = [package for batch in batches for package in batch.packages]
    nothing = [0] * window.length
    return Chunk(
        names=[package.name for package in packages],
        window=window,
        days=_matrix([package.days for package in packages], window),
        mirrors=_matrix([package.mirrors or nothing for package in packages], window),
        gaps={day for batch in batches for day in batch.gaps},
    )


def _matrix(rows: list[list[int]], window: Span) -> Matrix:
    return np.array(rows, dtype=np.int64).reshape(len(rows), window.length)


async def merge(connection: Connection, chunk: Chunk, ids: list[int], collected: date) -> Changes:
    """Lay one chunk over the stored months of its packages; needs a transaction."""
    changes = Changes(
        total=np.zeros(len(ids), dtype=np.int64),
        mirrors=np.zeros(len(ids), dtype=np.int64),
        first_day=np.full(len(ids), NEVER, dtype=np.int64),
    )
    for month in map(month_span, chunk.window.months()):
        await _merge_month(connection, chunk, ids, month, changes)
    await _store(connection, ids, changes, collected)
    return changes


async def _merge_month(
    connection: Connection, chunk: Chunk, ids: list[int], month: Span, changes: Changes
) -> None:
    stored, days, mirrors = await load_month(connection, ids, month)
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


async def load_month(
    connection: Connection, ids: list[int], month: Span, told: Set[date] = frozenset()
) -> tuple[Flags, Matrix, Matrix]:
    """Give which packages have a row for the month, their days and their mirrors' days.

    A package without a row had no downloads on the days the source has brought, and on `told`.
    """
    known = await fetch(
        queries.downloads.known_days(connection, first=month.first, last=month.last)
    )
    days = empty_month(len(ids), month.flags({row["day"] for row in known} | told))
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


async def _store(connection: Connection, ids: list[int], changes: Changes, collected: date) -> None:
    for year in sorted({row[1].year for row in changes.months}):
        await queries.downloads.ensure_year(connection, parent="downloads_month", year=year)
    await queries.downloads.make_staged_months(connection)
    await connection.copy_records_to_table("staged_months", records=changes.months)
    await queries.downloads.store_months(connection)
    await queries.downloads.make_staged_totals(connection)
    first = [None if day == NEVER else date.fromordinal(day) for day in changes.first_day.tolist()]
    totals = zip(ids, changes.total.tolist(), changes.mirrors.tolist(), first, strict=True)
    await connection.copy_records_to_table("staged_totals", records=list(totals))
    await queries.downloads.store_totals(connection, collected=collected)
