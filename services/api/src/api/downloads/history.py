"""Daily downloads over all time, by day, week or month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Literal

import msgspec

from api.answers.package import Document
from api.database import QUERIES, Connection, Publication, Row, every
from api.downloads.months import days_of
from api.downloads.scope import Subject
from events.day_range import DayRange

Granularity = Literal["day", "week", "month"]
Series = Literal["all", "without_mirrors", "both"]
UNUSUAL_FACTOR = 4
"""A day so many times the median of the days before it is marked unusual."""
UNUSUAL_EXCESS = 1000
"""Downloads a day must lie above that median to be marked, so that small numbers may jump."""
UNUSUAL_WINDOW = 28
"""Days before a day that it is compared with: whole weeks."""


class Day(msgspec.Struct, frozen=True):
    """One day; None: the source had nothing."""

    day: date
    all: int | None
    mirrors: int | None

    @property
    def without(self) -> int | None:
        """Downloads not made by mirrors."""
        return None if self.all is None else max(0, self.all - (self.mirrors or 0))


async def read_days(connection: Connection, subject: Subject, span: DayRange) -> list[Day]:
    """Return every day of the span; a month without a row is zero where the source had the day."""
    if span.length <= 0:
        return []
    sources = await every(QUERIES.source_days(connection, first_day=span.first, last_day=span.last))
    if subject.package_id is None:
        found = {row["day"]: Day(row["day"], row["total"], row["mirrors"]) for row in sources}
        return [found.get(day) or Day(day, None, None) for day in span]
    months = await every(
        QUERIES.months(
            connection,
            package_id=subject.package_id,
            first_month=span.first.replace(day=1),
            last_month=span.last,
        )
    )
    return unpacked_days(months, {row["day"] for row in sources}, span)


def unpacked_days(months: Iterable[Row], sourced: set[date], span: DayRange) -> list[Day]:
    """Return every day of the span from packed months."""
    counted = {
        day: Day(day, every, mirrors)
        for row in months
        for (day, every), (_, mirrors) in zip(
            days_of(row["month"], row["days"]), days_of(row["month"], row["mirrors"]), strict=True
        )
    }
    return [
        counted.get(day) or (Day(day, 0, 0) if day in sourced else Day(day, None, None))
        for day in span
    ]


def unusual(days: Sequence[Day]) -> set[date]:
    """Return the days far above the 28 before them: automation, or news."""
    marked = set()
    for index in range(UNUSUAL_WINDOW // 2, len(days)):
        value = days[index].without
        window = [d.without for d in days[max(0, index - UNUSUAL_WINDOW) : index]]
        before = [known for known in window if known is not None]
        if value is None or len(before) < UNUSUAL_WINDOW // 2:
            continue
        usual = median(before)
        if value > UNUSUAL_FACTOR * usual and value - usual > UNUSUAL_EXCESS:
            marked.add(days[index].day)
    return marked


def points(
    days: Sequence[Day], granularity: Granularity, series: Series, marked: Mapping[date, Document]
) -> list[Document]:
    """Return the series, one point a day, week (its Monday) or month (its first).

    `marked` are the unusual days, with what is known of their cause.
    """
    groups: dict[date, list[Day]] = {}
    for day in days:
        groups.setdefault(start_of(day.day, granularity), []).append(day)
    return [_point(start, group, granularity, series, marked) for start, group in groups.items()]


def start_of(day: date, granularity: Granularity) -> date:
    """Return the first day of the day's period."""
    if granularity == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if granularity == "month" else day


def _point(
    start: date,
    group: list[Day],
    granularity: Granularity,
    series: Series,
    marked: Mapping[date, Document],
) -> Document:
    known = [day for day in group if day.all is not None]
    every = sum(day.all or 0 for day in known) if known else None
    without = sum(day.without or 0 for day in known) if known else None
    return {
        "date": start,
        "downloads": None if series == "all" else without,
        "with_mirrors": None if series == "without_mirrors" else every,
        "incomplete": len(known) < _length(start, granularity),
        "unusual": any(day.day in marked for day in group),
        "automation": next((marked[day.day] for day in group if marked.get(day.day)), None),
    }


def _length(start: date, granularity: Granularity) -> int:
    if granularity == "month":
        return ((start.replace(day=28) + timedelta(days=4)).replace(day=1) - start).days
    return 7 if granularity == "week" else 1


def clipped(
    publication: Publication, first_day: date | None, asked_from: date | None, asked_to: date | None
) -> DayRange:
    """Return the span asked for, within the package's first day and the newest published one."""
    last = publication.newest
    first = first_day or last
    return DayRange.between(max(asked_from or first, first), min(asked_to or last, last))
