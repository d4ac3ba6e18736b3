"""Counts from BigQuery: one scan of the days asked for, read section by section.

The first sections are the totals and the packages, then the dimensions in the order of
`SECTIONS`, which is the order in which a run asks for them.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple

import msgspec
from msgspec import Raw

from events import Dimension, RunKind, RunRequested, SourceFacts
from events.day_range import DayRange
from ingest_downloads.bigquery import BigQuery
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.queries import load
from ingest_downloads.settings import Settings
from ingest_downloads.source import NO_DAYS, EncodedBreakdown, EncodedDays
from ingest_downloads.window import bound_of, window_of

SQL = load("bigquery.sql")
TOTALS = 0
PACKAGES = 1
SECTIONS = {
    Dimension.PYTHON: 2,
    Dimension.SYSTEM: 3,
    Dimension.INSTALLER: 4,
    Dimension.COUNTRY: 5,
    Dimension.VERSION: 6,
    Dimension.FILE_TYPE: 7,
    Dimension.INSTALLER_VERSION: 8,
    Dimension.CI: 9,
}
"""The query's number of each dimension."""


class Count(msgspec.Struct, frozen=True):
    """What the query counted under one label on one day, the window's first being 0."""

    label: str
    day: int
    downloads: int
    mirrors: int
    unknowns: int


class Row(NamedTuple):
    """One row of the query."""

    section: int
    project: str
    counts: str
    """JSON of a list of Count, by label and day."""


COUNTS = msgspec.json.Decoder(list[Count])


class BigQuerySource:
    """Reads the counts of one run; what is asked must be asked in the order of the sections."""

    def __init__(self, project: BigQuery, settings: Settings, run_id: str) -> None:
        self._project = project
        self._settings = settings
        self._run_id = run_id
        self._first = date.min
        self._rows: AsyncIterator[Row] | None = None
        self._ahead: Row | None = None
        self._unknown_share: float | None = None

    def window(self, request: RunRequested) -> DayRange:
        """Return the day and those before it that may have late rows; a backfill's days whole."""
        window = window_of(request)
        if request.kind == RunKind.BACKFILL:
            return window
        return window.newest(1 + self._settings.bigquery_late_days)

    async def facts(self, window: DayRange) -> SourceFacts:
        """Run the query, and give the totals of the days that have any rows."""
        self._first = window.first
        self._rows = self._run(window)
        self._ahead = await anext(self._rows, None)
        totals = [count async for _, counts in self._section(TOTALS) for count in counts]
        by_day = {window.first + timedelta(days=each.day): each.downloads for each in totals}
        downloads = sum(by_day.values())
        if downloads:
            self._unknown_share = sum(each.unknowns for each in totals) / downloads
        return SourceFacts(
            source="bigquery",
            newest_day=max(by_day, default=None),
            total=by_day.get(window.last),
            totals_by_day={day.isoformat(): total for day, total in sorted(by_day.items())},
        )

    async def packages(self, window: DayRange) -> AsyncIterator[EncodedDays]:
        """Yield every package with downloads in the window."""
        async for name, counts in self._section(PACKAGES):
            days = self._days(window, ((each.day, each.downloads) for each in counts))
            mirrors = self._days(window, ((each.day, each.mirrors) for each in counts))
            yield EncodedDays(name, as_json(days), as_json(mirrors) if any(mirrors) else NO_DAYS)

    async def breakdown(
        self, dimension: Dimension, window: DayRange
    ) -> AsyncIterator[EncodedBreakdown]:
        """Yield the labels of every package above the bound."""
        async for name, counts in self._section(SECTIONS[dimension]):
            labels = [
                [label, days]
                for label, group in groupby(counts, key=lambda each: each.label)
                if any(days := self._days(window, ((each.day, each.downloads) for each in group)))
            ]
            if labels:
                yield EncodedBreakdown(name, as_json(labels))

    def unknown_installer_share(self) -> float | None:
        """Return the unknown part of all downloads of the window."""
        return self._unknown_share

    async def _run(self, window: DayRange) -> AsyncIterator[Row]:
        midnight = datetime.combine(window.first, time(), UTC)
        parameters = {
            "first": midnight,
            "beyond": midnight + timedelta(days=window.length),
            "mirrors": list(MIRRORS),
            "least": bound_of(window, self._settings.breakdown_min_downloads),
        }
        async for row in self._project.rows(SQL["counts"], parameters, self._run_id):
            yield Row(*row)

    async def _section(self, section: int) -> AsyncIterator[tuple[str, list[Count]]]:
        """Yield one section's packages, after the sections before it that nobody asked for."""
        while self._ahead is not None and self._ahead.section <= section and self._rows:
            if self._ahead.section == section:
                yield self._ahead.project, COUNTS.decode(self._ahead.counts)
            self._ahead = await anext(self._rows, None)

    def _days(self, window: DayRange, counts: Iterable[tuple[int, int]]) -> list[int]:
        """Return counts by day of the query as days of a window that may begin later."""
        days = [0] * window.length
        later = (window.first - self._first).days
        for day, count in counts:
            if 0 <= day - later < window.length:
                days[day - later] += count
        return days


def as_json(value: object) -> Raw:
    """Return a value as it goes into the message."""
    return Raw(msgspec.json.encode(value))
