"""Batches of daily downloads while they wait for their run: packed as history is, with their sums.

Numbers are checked and packed once, when their message comes; the gates read the sums alone.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date

import asyncpg
import msgspec
import numpy as np

from domain.packed_months import Matrix, pack, unpack
from events import DailyDownloads
from events.day_range import DayRange
from events.topology import DOWNLOADS_DAILY
from scorer import queries
from scorer.downloads.months import Flags, flags
from scorer.postgres.jsonb import to_json
from scorer.queries import fetch
from scorer.runs.inbox import Batch
from servicekit.retry import UnacceptableError

BATCH_READ = 20
"""Messages merged at a time."""


class DaySums(msgspec.Struct, frozen=True):
    """Downloads of a batch by day: with all installers, and by mirrors alone."""

    packages: int
    first_day: date
    gaps: list[date]
    days: list[int]
    mirrors: list[int]

    @property
    def window(self) -> DayRange:
        """The days it has sums of."""
        return DayRange(self.first_day, len(self.days))


class PackedBatch(msgspec.Struct, frozen=True, array_like=True):
    """A batch: its packages, and for each a packed row of days and of mirrors' days."""

    names: list[str]
    first_day: date
    window_days: int
    gaps: list[date]
    days: list[bytes]
    mirrors: list[bytes]


@dataclass(frozen=True)
class BatchMatrices:
    """Some packages over a window: all installers, and the part fetched by mirrors."""

    names: list[str]
    window: DayRange
    days: Matrix
    mirrors: Matrix
    gaps: set[date]

    @property
    def told(self) -> Flags:
        """Days the source has told of."""
        return ~flags(self.window, self.gaps)


def stage(event: DailyDownloads) -> Batch:
    """Return what to keep of a message; UnacceptableError where its numbers cannot be true."""
    nothing = [0] * event.window_days
    days = _matrix([package.days for package in event.packages], event.window_days)
    mirrors = _matrix([package.mirrors or nothing for package in event.packages], event.window_days)
    names = [package.name for package in event.packages]
    body = PackedBatch(
        names, event.first_day, event.window_days, event.gaps, pack(days), pack(mirrors)
    )
    sums = DaySums(
        len(names),
        event.first_day,
        event.gaps,
        days.sum(axis=0).tolist(),
        mirrors.sum(axis=0).tolist(),
    )
    return Batch(
        event.run_id, DOWNLOADS_DAILY.name, event.seq, msgspec.msgpack.encode(body), to_json(sums)
    )


def _matrix(rows: list[list[int]], length: int) -> Matrix:
    try:
        matrix = np.array(rows, dtype=np.int64).reshape(len(rows), length)
    except (ValueError, OverflowError) as error:
        raise UnacceptableError(f"not {length} numbers for each package: {error}") from error
    if matrix.min(initial=0) < 0:
        raise UnacceptableError("downloads below zero")
    return matrix


async def staged_sums(pool: asyncpg.Pool, run_id: str) -> list[DaySums]:
    """Return the sums of all staged batches of a run."""
    rows = queries.runs.staged_sums(pool, run_id=run_id, subject=DOWNLOADS_DAILY.name)
    return [msgspec.json.decode(row["sums"], type=DaySums) for row in await fetch(rows)]


async def chunks(pool: asyncpg.Pool, run_id: str) -> AsyncIterator[BatchMatrices]:
    """Yield a run's staged batches as matrices, some messages at a time, in their order."""
    last = await queries.runs.last_seq(pool, run_id=run_id, subject=DOWNLOADS_DAILY.name)
    for first in range(0, -1 if last is None else last + 1, BATCH_READ):
        rows = queries.runs.bodies(
            pool,
            run_id=run_id,
            subject=DOWNLOADS_DAILY.name,
            first=first,
            last=first + BATCH_READ,
        )
        if batches := [
            msgspec.msgpack.decode(row["body"], type=PackedBatch) for row in await fetch(rows)
        ]:
            yield as_matrices(batches)


def as_matrices(batches: list[PackedBatch]) -> BatchMatrices:
    """Return the matrices of some batches of one window."""
    window = DayRange(batches[0].first_day, batches[0].window_days)
    return BatchMatrices(
        names=[name for batch in batches for name in batch.names],
        window=window,
        days=_unpacked((batch.days for batch in batches), window),
        mirrors=_unpacked((batch.mirrors for batch in batches), window),
        gaps={day for batch in batches for day in batch.gaps},
    )


def _unpacked(batches: Iterable[list[bytes]], window: DayRange) -> Matrix:
    return unpack([row for rows in batches for row in rows], window.length)
