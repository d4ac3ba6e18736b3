"""Counts from ClickHouse: what is asked of which table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from msgspec import Raw

from events import Dimension, RunRequested, SourceFacts
from events.day_range import DayRange
from ingest_downloads.clickhouse import ClickHouse, Row
from ingest_downloads.mirrors import MIRRORS
from ingest_downloads.ranges import SQL, Question, Range, all_rows, days_of, ranges, ranges_of
from ingest_downloads.settings import Settings
from ingest_downloads.source import EncodedBreakdown, EncodedDays, SourceError
from ingest_downloads.window import bound_of, window_of

NO_DAY = date(1970, 1, 1)
"""What ClickHouse calls the newest day of an empty table."""

PER_DAY = "pypi_downloads_per_day"
INSTALLERS = "pypi_downloads_per_day_by_version_by_installer_by_type"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Table:
    """Where a dimension's counts are, and where the mirrors' part of them is."""

    name: str
    label: str
    mirror_table: str = ""
    mirror_label: str = "unknown"


TABLES = {
    Dimension.PYTHON: Table(
        "pypi_downloads_per_day_by_version_by_python", "python_minor", INSTALLERS
    ),
    Dimension.SYSTEM: Table("pypi_downloads_per_day_by_version_by_system", "system", INSTALLERS),
    Dimension.INSTALLER: Table(INSTALLERS, "installer"),
    Dimension.COUNTRY: Table(
        "pypi_downloads_per_day_by_version_by_country",
        "country_code",
        f"{INSTALLERS}_by_country",
        "country_code",
    ),
    Dimension.VERSION: Table("pypi_downloads_per_day_by_version", "version", INSTALLERS, "version"),
    Dimension.FILE_TYPE: Table("pypi_downloads_per_day_by_version_by_file_type", "type"),
}
"""The rule behind the mirrors' part is in `mirrors.py`."""

ALL_TABLES = frozenset({PER_DAY, *(table.name for table in TABLES.values())}) | {
    table.mirror_table for table in TABLES.values() if table.mirror_table
}


class ClickHouseSource:
    """Reads the counts of one run."""

    def __init__(self, server: ClickHouse, settings: Settings) -> None:
        self._server = server
        self._settings = settings
        self._tables: frozenset[str] | None = None
        self._broken_down: dict[DayRange, list[Range]] = {}
        self._total = 0
        self._downloads = 0
        self._unknown = 0

    def window(self, request: RunRequested) -> DayRange:
        """Return the whole window: one pass over it costs little more than a day."""
        return window_of(request)

    async def facts(self, window: DayRange) -> SourceFacts:
        """Return the newest day and the totals of the window's days that have any rows."""
        ((newest,),) = await self._server.rows(SQL["newest_day"])
        totals = await self._server.rows(SQL["totals_by_day"], **days_of(window))
        by_day = {day: int(downloads) for day, downloads in totals}
        self._total = sum(by_day.values())
        return SourceFacts(
            source="clickhouse",
            newest_day=None if newest == NO_DAY else newest,
            total=by_day.get(window.last),
            totals_by_day={day.isoformat(): total for day, total in by_day.items()},
        )

    async def packages(self, window: DayRange) -> AsyncIterator[EncodedDays]:
        """Yield every package with downloads in the window."""
        question = await self._packages_question(window)
        plan = await ranges(self._server, question, self._settings.clickhouse_range_packages)
        planned = sum(each.downloads for each in plan)
        if planned != self._total:
            raise SourceError(
                f"ClickHouse contradicts itself: {planned:,} downloads by package, "
                f"{self._total:,} by day"
            )
        least = bound_of(window, self._settings.breakdown_min_downloads)
        above: list[str] = []
        async for row in all_rows(self._server, question, plan):
            name, days, mirrors, downloads, unknown = row
            self._downloads += downloads
            self._unknown += unknown
            if downloads >= least:
                above.append(name)
            yield EncodedDays(name, Raw(days), Raw(mirrors))
        self._broken_down[window] = ranges_of(above, self._settings.clickhouse_range_broken_down)

    async def breakdown(
        self, dimension: Dimension, window: DayRange
    ) -> AsyncIterator[EncodedBreakdown]:
        """Yield the labels of every package above the bound; nothing where the source has none."""
        question = await self._breakdown_question(dimension, window)
        if question is None:
            log.info("no table to break down by", dimension=dimension.value)
            return
        plan = self._broken_down.get(window)
        if plan is None:  # other days than the packages were read for
            size = self._settings.clickhouse_range_broken_down
            plan = self._broken_down[window] = await ranges(self._server, question, size)
        async for name, labels, _ in all_rows(self._server, question, plan):
            yield EncodedBreakdown(name, Raw(labels))

    def unknown_installer_share(self) -> float | None:
        """Return the unknown part of all downloads read so far; none where nothing is unknown.

        No real day is without unknown installers: none seen means a source without installers.
        """
        return self._unknown / self._downloads if self._unknown else None

    async def _packages_question(self, window: DayRange) -> Question:
        parameters: dict[str, Any] = days_of(window) | {"days": window.length}
        if INSTALLERS not in await self._known_tables():
            return Question(SQL["packages"], window, parameters, as_planned)
        parameters["mirrors"] = list(MIRRORS)
        return Question(SQL["packages_with_mirrors"], window, parameters, as_planned)

    async def _breakdown_question(self, dimension: Dimension, window: DayRange) -> Question | None:
        table, known = TABLES.get(dimension), await self._known_tables()
        if table is None or table.name not in known:
            return None
        least = bound_of(window, self._settings.breakdown_min_downloads)
        parameters = days_of(window) | {
            "days": window.length,
            "least": least,
            "table": table.name,
            "label": table.label,
        }
        if table.mirror_table not in known:
            return Question(SQL["breakdown"], window, parameters, to_the_last, least)
        parameters |= {
            "mirror_table": table.mirror_table,
            "mirror_label": table.mirror_label,
            "mirrors": list(MIRRORS),
        }
        query = SQL["breakdown_without_mirrors"]
        return Question(query, window, parameters, to_the_last, least)

    async def _known_tables(self) -> frozenset[str]:
        if self._tables is None:
            database = self._settings.clickhouse_database
            rows = await self._server.rows(SQL["tables"], database=database)
            listed = frozenset(name for (name,) in rows)
            # Who may read tables may not be shown them; then a missing one holds the run.
            self._tables = listed if PER_DAY in listed else ALL_TABLES
        return self._tables


def as_planned(rows: list[Row], wanted: Range) -> bool:
    """Say whether rows of `packages` are as many, with as many downloads, as the range holds."""
    return len(rows) == wanted.packages and sum(row[3] for row in rows) == wanted.downloads


def to_the_last(rows: list[Row], wanted: Range) -> bool:
    """Say whether rows of `breakdown` end with the one that none follow.

    The range counts packages of the table by day; a table by label may hold fewer.
    """
    return not rows or rows[-1][-1] == 1
