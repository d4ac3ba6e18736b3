"""Rows from a source, packed into messages.

What a batch holds depends on the rows alone, so that a run asked for twice gives the same
batches under the same numbers.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

import msgspec

from events import (
    DailyDownloads,
    Dimension,
    DownloadBreakdown,
    PackageBreakdown,
    PackageDays,
)
from events.day_range import DayRange
from events.message_size import LARGEST_BODY
from ingest_downloads.source import EncodedBreakdown, EncodedDays

ROW_BYTES = 16
"""Brackets, quotes and commas around one row."""

NAME_BYTES = 6
"""Bytes a character of a name may take, escaped."""

Row = TypeVar("Row", EncodedDays, EncodedBreakdown)
LABELS = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class Head:
    """What all messages of a run have in common."""

    run_id: str
    window: DayRange
    gaps: list[date]


async def packed(rows: AsyncIterable[Row], most: int) -> AsyncIterator[list[Row]]:
    """Yield the rows in lists of at most `most`, each small enough for one message."""
    batch: list[Row] = []
    size = 0
    async for row in rows:
        more = row_bytes(row)
        if len(batch) == most or (batch and size + more > LARGEST_BODY):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += more
    if batch:
        yield batch


def row_bytes(row: EncodedDays | EncodedBreakdown) -> int:
    """Return the most bytes a row takes in a message."""
    texts = (row.days, row.mirrors) if isinstance(row, EncodedDays) else (row.labels,)
    numbers = sum(memoryview(text).nbytes for text in texts)
    return numbers + NAME_BYTES * len(row.name) + ROW_BYTES


async def split_labels(rows: AsyncIterable[EncodedBreakdown]) -> AsyncIterator[EncodedBreakdown]:
    """Yield the rows, one too large for a message as several with a part of the labels each."""
    async for row in rows:
        if row_bytes(row) <= LARGEST_BODY:
            yield row
            continue
        for labels in label_parts(LABELS.decode(row.labels)):
            yield EncodedBreakdown(row.name, msgspec.Raw(msgspec.json.encode(labels)))


def label_parts(labels: list[msgspec.Raw]) -> Iterator[list[msgspec.Raw]]:
    """Yield the labels in lists of at most half a message."""
    part: list[msgspec.Raw] = []
    size = 0
    for label in labels:
        more = memoryview(label).nbytes + 1
        if part and size + more > LARGEST_BODY // 2:
            yield part
            part, size = [], 0
        part.append(label)
        size += more
    yield part


def daily(head: Head, seq: int, rows: list[EncodedDays]) -> DailyDownloads:
    """Return the message of some packages; their numbers go into it as the JSON they are."""
    return DailyDownloads(
        run_id=head.run_id,
        seq=seq,
        first_day=head.window.first,
        window_days=head.window.length,
        packages=cast(list[PackageDays], rows),
        gaps=head.gaps,
    )


def breakdown(
    head: Head, seq: int, dimension: Dimension, rows: list[EncodedBreakdown]
) -> DownloadBreakdown:
    """Return the message of some packages' labels in one dimension."""
    return DownloadBreakdown(
        run_id=head.run_id,
        seq=seq,
        dimension=dimension,
        first_day=head.window.first,
        window_days=head.window.length,
        packages=cast(list[PackageBreakdown], rows),
        gaps=head.gaps,
    )
