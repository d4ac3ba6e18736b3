"""What a source gives: the contract between ClickHouse, BigQuery and the runs.

Days travel as JSON text from the source to the bus: the database writes `[5,0,7]`, and the
message carries it as it came. No number becomes a Python object on the way.
"""

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

from events import Dimension, RunRequested, SourceFacts
from events.day_range import DayRange

NO_DAYS = msgspec.Raw(b"[]")
"""No downloads on any day."""


class SourceError(Exception):
    """The source cannot be read as asked; the text is the sentence an operator is shown."""


class EncodedDays(msgspec.Struct, array_like=True, frozen=True):
    """`events.PackageDays` with its numbers still as JSON."""

    name: str
    days: msgspec.Raw
    mirrors: msgspec.Raw = NO_DAYS


class EncodedBreakdown(msgspec.Struct, array_like=True, frozen=True):
    """`events.PackageBreakdown` with its labels still as JSON: a list of [label, days]."""

    name: str
    labels: msgspec.Raw


class Source(Protocol):
    """Download counts by day; every stream is ordered by name, and raises SourceError."""

    def window(self, request: RunRequested) -> DayRange:
        """Return the days this source reads for a run."""

    async def facts(self, window: DayRange) -> SourceFacts:
        """Return the newest day, and the totals of the days that have rows; asked first."""

    def packages(self, window: DayRange) -> AsyncIterator[EncodedDays]:
        """Return every package with downloads in the window."""

    def breakdown(self, dimension: Dimension, window: DayRange) -> AsyncIterator[EncodedBreakdown]:
        """Return the labels of every package above the bound; nothing where the source has none."""

    def unknown_installer_share(self) -> float | None:
        """Return the unknown part of all downloads read so far, 0 to 1; none: not known."""
