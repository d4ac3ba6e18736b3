"""Downloads by Python version, system, installer, country and so on."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from api.answers.package import Document
from api.database import QUERIES, Connection, every
from api.downloads.history import Day
from api.downloads.months import days_of
from api.downloads.scope import Subject
from events.day_range import DayRange

DRAWN = 20
"""Labels that get a series of their own, the biggest ones; `labels` names all."""
OF_ALL = ("installer", "installer_version", "file_type")
"""Dimensions that count mirrors as well; all others leave them out."""


class LabelDays(msgspec.Struct, frozen=True):
    """One label's downloads on every day of a span; None: the source had nothing."""

    label: str
    days: list[int | None]

    @property
    def downloads(self) -> int:
        """All downloads of the span."""
        return sum(value or 0 for value in self.days)


async def read_labels(
    connection: Connection, subject: Subject, dimension: str, span: DayRange
) -> list[LabelDays]:
    """Return every label of the dimension, the biggest first; the empty label is unknown."""
    if span.length <= 0:
        return []
    months = await _months(connection, subject, dimension, span)
    sources = await every(QUERIES.source_days(connection, first_day=span.first, last_day=span.last))
    sourced = {row["day"] for row in sources}
    absent: dict[date, int | None] = {day: 0 if day in sourced else None for day in span}
    labels = [
        LabelDays(label, [known.get(day, absent[day]) for day in absent])
        for label, known in months.items()
    ]
    return sorted(labels, key=lambda each: (-each.downloads, each.label))


async def _months(
    connection: Connection, subject: Subject, dimension: str, span: DayRange
) -> dict[str, dict[date, int | None]]:
    """Return the days of each label in the months that the span touches."""
    asked = {
        "dimension": dimension,
        "first_month": span.first.replace(day=1),
        "last_month": span.last,
    }
    months: dict[str, dict[date, int | None]] = {}
    if subject.package_id is None:
        for row in await every(QUERIES.ecosystem_breakdown(connection, **asked)):
            days = DayRange(row["month"], len(row["days"]))
            months.setdefault(row["label"], {}).update(zip(days, row["days"], strict=True))
        return months
    rows = QUERIES.breakdown(connection, package_id=subject.package_id, **asked)
    for row in await every(rows):
        months.setdefault(row["label"], {}).update(days_of(row["month"], row["days"]))
    return months


def covered(dimension: str, labels: Sequence[LabelDays], days: Sequence[Day]) -> float | None:
    """Return the part of the downloads that the labels hold, 0 to 1; None without downloads."""
    counts = [day.all if dimension in OF_ALL else day.without for day in days]
    total = sum(count or 0 for count in counts)
    return round(min(1.0, sum(each.downloads for each in labels) / total), 4) if total else None


MAJOR = re.compile(r"v?(?:\d+!)?(\d+)")


def by_major(labels: Sequence[LabelDays]) -> list[LabelDays]:
    """Return versions together by their first number (`2.x`), the biggest first."""
    groups: dict[str, list[LabelDays]] = {}
    for each in labels:
        found = MAJOR.match(each.label)
        groups.setdefault(f"{found[1]}.x" if found else each.label, []).append(each)
    joined = [LabelDays(name, _together(members)) for name, members in groups.items()]
    return sorted(joined, key=lambda each: (-each.downloads, each.label))


def _together(labels: Sequence[LabelDays]) -> list[int | None]:
    """Return the sum of each day; None where no label has any."""
    days = zip(*(each.days for each in labels), strict=True)
    return [
        sum(known) if (known := [value for value in day if value is not None]) else None
        for day in days
    ]


def document(
    dimension: str,
    span: DayRange,
    labels: Sequence[LabelDays],
    days: Sequence[Day],
    drawn: int = DRAWN,
) -> Document:
    """Return the labels with their shares, and the series of the `drawn` biggest."""
    total = sum(each.downloads for each in labels)
    return {
        "dimension": dimension,
        "days": span.length,
        "first_day": span.first,
        "covered": covered(dimension, labels, days),
        "labels": [
            {
                "label": each.label or "unknown",
                "downloads": each.downloads,
                "share": round(each.downloads / total, 4) if total else 0.0,
            }
            for each in labels
            if each.downloads
        ],
        "series": [
            {"label": each.label or "unknown", "points": each.days} for each in labels[:drawn]
        ],
    }


def last_days(last: date, days: int) -> DayRange:
    """Return the span of so many days that ends with the newest one."""
    return DayRange.ending(last, days)


def asked_span(
    newest: date, days: int, first: date | None, last: date | None, most: int
) -> DayRange:
    """Return the days asked for: by their ends, one of which may be left out, or by number."""
    end = min(last or newest, newest)
    if first is None:
        return last_days(end, days)
    return DayRange.between(min(max(first, end - timedelta(days=most - 1)), end), end)
