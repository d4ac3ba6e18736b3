"""Counts from BigQuery: one scan of the days asked for, read section by section.

The first sections are the totals and the packages, then the dimensions in the order of
`SECTIONS`, which is the order in which a run asks for them.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import msgspec
from msgspec import Raw

from events import Dimension, RunKind, RunRequested, SourceFacts
from ingest_downloads.bigquery import BigQuery
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.queries import load
from ingest_downloads.settings import Settings
from ingest_downloads.source import NO_DAYS, BreakdownText, PackageText
from ingest_downloads.window import Window, window_of

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


class Count(NamedTuple):
    """One row of the query."""

    section: int
    project: str
    label: str
    day: date
    downloads: int
    mirrors: int
    unknowns: int


class BigQuerySource:
    """Reads the counts of one run; what is asked must be asked in the order of the sections."""

    def __init__(self, project: BigQuery, settings: Settings, run_id: str) -> None:
        self._project = project
        self._settings = settings
        self._run_id = run_id
        self._rows: AsyncIterator[Count] | None = None
        self._ahead: Count | None = None
        self._unknown_share: float | None = None

    def window(self, request: RunRequested) -> Window:
        """Give the day and those before it that may have had late rows; a backfill's days whole."""
        window = window_of(request)
        if request.kind == RunKind.BACKFILL:
            return window
        return window.newest(1 + self._settings.bigquery_late_days)

    async def facts(self, window: Window) -> SourceFacts:
        """Run the query, and give the totals of the days that have any rows."""
        self._rows = self._counts(window)
        self._ahead = await anext(self._rows, None)
        totals = [row async for row in self._section(TOTALS)]
        by_day = {row.day: row.downloads for row in totals}
        downloads = sum(by_day.values())
        if downloads:
            self._unknown_share = sum(row.unknowns for row in totals) / downloads
        return SourceFacts(
            source="bigquery",
            newest_day=max(by_day, default=None),
            total=by_day.get(window.last),
            totals_by_day={day.isoformat(): total for day, total in by_day.items()},
        )

    async def packages(self, window: Window) -> AsyncIterator[PackageText]:
        """Give every package with downloads in the window."""
        async for name, rows in self._projects(PACKAGES):
            mirrored = any(row.mirrors for row in rows)
            yield PackageText(
                name,
                days_text(window, ((row.day, row.downloads) for row in rows)),
                days_text(window, ((row.day, row.mirrors) for row in rows))
                if mirrored
                else NO_DAYS,
            )

    async def breakdown(self, dimension: Dimension, window: Window) -> AsyncIterator[BreakdownText]:
        """Give the labels of every package above the bound."""
        async for name, rows in self._projects(SECTIONS[dimension]):
            counts: dict[str, list[tuple[date, int]]] = {}
            for row in rows:
                counts.setdefault(row.label, []).append((row.day, row.downloads))
            labels = [
                [label, days_text(window, days)]
                for label, days in counts.items()
                if any(window.first <= day for day, _ in days)
            ]
            if labels:
                yield BreakdownText(name, Raw(msgspec.json.encode(labels)))

    def unknown_installer_share(self) -> float | None:
        """Give the unknown part of all downloads of the window."""
        return self._unknown_share

    async def _counts(self, window: Window) -> AsyncIterator[Count]:
        midnight = datetime.combine(window.first, time(), UTC)
        parameters = {
            "first": midnight,
            "beyond": midnight + timedelta(days=window.days),
            "mirrors": list(MIRRORS),
            "least": window.bound(self._settings.breakdown_min_downloads),
        }
        async for row in self._project.rows(SQL["counts"], parameters, self._run_id):
            yield Count(*row)

    async def _section(self, section: int) -> AsyncIterator[Count]:
        """Give the rows of one section, after those before it that nobody asked for."""
        while self._ahead is not None and self._ahead.section <= section and self._rows:
            if self._ahead.section == section:
                yield self._ahead
            self._ahead = await anext(self._rows, None)

    async def _projects(self, section: int) -> AsyncIterator[tuple[str, list[Count]]]:
        """Give a section's rows by package."""
        rows: list[Count] = []
        async for row in self._section(section):
            if rows and rows[0].project != row.project:
                yield rows[0].project, rows
                rows = []
            rows.append(row)
        if rows:
            yield rows[0].project, rows


def days_text(window: Window, counts: Iterable[tuple[date, int]]) -> Raw:
    """Give counts by day as the window's JSON; days outside it are left out."""
    days = [0] * window.days
    for day, count in counts:
        if window.first <= day <= window.last:
            days[(day - window.first).days] += count
    return Raw(msgspec.json.encode(days))
