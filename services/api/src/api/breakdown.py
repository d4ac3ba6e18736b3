"""Downloads by Python version, system, installer, country, package version or file type."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from api.answers.package import Document
from api.database import QUERIES, Connection, every
from api.history import Span
from api.packed import days_of

DRAWN = 20
"""Labels that get a series of their own, the biggest ones; `labels` names all."""


class LabelDays(msgspec.Struct, frozen=True):
    """One label's downloads on every day of a span; None: the source had nothing."""

    label: str
    days: list[int | None]

    @property
    def downloads(self) -> int:
        """All downloads of the span."""
        return sum(value or 0 for value in self.days)


async def read_labels(
    connection: Connection, package_id: int, dimension: str, span: Span
) -> list[LabelDays]:
    """Give every label of the dimension, the biggest first; the empty label is unknown."""
    if span.last < span.first:
        return []
    rows = await every(
        QUERIES.breakdown(
            connection,
            package_id=package_id,
            dimension=dimension,
            first_month=span.first.replace(day=1),
            last_month=span.last,
        )
    )
    sources = await every(QUERIES.source_days(connection, first_day=span.first, last_day=span.last))
    sourced = {row["day"] for row in sources}
    months: dict[str, dict[date, int | None]] = {}
    for row in rows:
        months.setdefault(row["label"], {}).update(days_of(row["month"], row["days"]))
    absent: dict[date, int | None] = {day: 0 if day in sourced else None for day in span.days()}
    labels = [
        LabelDays(label, [known.get(day, absent[day]) for day in absent])
        for label, known in months.items()
    ]
    return sorted(labels, key=lambda each: (-each.downloads, each.label))


def document(dimension: str, span: Span, labels: Sequence[LabelDays]) -> Document:
    """Give the labels with their shares, and the series of the biggest."""
    total = sum(each.downloads for each in labels)
    return {
        "dimension": dimension,
        "days": (span.last - span.first).days + 1,
        "first_day": span.first,
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
            {"label": each.label or "unknown", "points": each.days} for each in labels[:DRAWN]
        ],
    }


def last_days(last: date, days: int) -> Span:
    """Give the span of so many days that ends with the newest one."""
    return Span(last - timedelta(days=days - 1), last)
