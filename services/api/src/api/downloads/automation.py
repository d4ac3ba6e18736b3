"""Unusual days that one label alone has made: possible automation, shown and never taken away.

An unusual day is far above the package's own days before (`history.unusual`). Where all but one
installer, country or version were downloaded that day as they usually are, the jump is that one's:
news brings people by many ways, a machine comes by one.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

import msgspec

from api.answers.package import Document
from api.database import Connection
from api.downloads.breakdown import LabelDays, read_labels
from api.downloads.history import UNUSUAL_EXCESS, UNUSUAL_WINDOW
from api.downloads.scope import Subject
from events.day_range import DayRange

JUDGED = ("installer", "country", "version")
"""Dimensions in which a machine shows, in the order they are looked at."""
REST_GROWTH = 1.5
"""Times its usual downloads that the rest may have for the day to be one label's alone."""
REST_LEAST = 100
"""Downloads a day that the rest must usually have: of less it cannot be said what it does."""
MOST_JUDGED = 10
"""Newest unusual days of an answer that are looked into: each takes a query a dimension."""


class Cause(msgspec.Struct, frozen=True):
    """The one label behind a jump."""

    dimension: str
    label: str
    """The empty string is unknown."""


async def read_causes(
    connection: Connection, subject: Subject, unusual: Iterable[date]
) -> dict[date, Cause]:
    """Return the unusual days that one label alone has made, with that label."""
    causes = {}
    for day in sorted(unusual)[-MOST_JUDGED:]:
        span = DayRange.ending(day, UNUSUAL_WINDOW + 1)
        for dimension in JUDGED:
            labels = await read_labels(connection, subject, dimension, span)
            label = only_label(labels)
            if label is not None:
                causes[day] = Cause(dimension, label)
                break
    return causes


async def marked_days(
    connection: Connection, subject: Subject, unusual: Iterable[date]
) -> dict[date, Document]:
    """Return each unusual day, with the label behind it; empty where there is not only one."""
    causes = await read_causes(connection, subject, unusual)
    return {day: _told(causes[day]) if day in causes else {} for day in unusual}


def _told(cause: Cause) -> Document:
    return {"dimension": cause.dimension, "label": cause.label or "unknown"}


def only_label(labels: Sequence[LabelDays]) -> str | None:
    """Return the label that alone jumped on the last day; None where others did, or none did."""
    if not labels:
        return None
    jumps = [(each.days[-1] or 0) - _usual(each) for each in labels]
    highest = max(range(len(labels)), key=jumps.__getitem__)
    others = [each for place, each in enumerate(labels) if place != highest]
    usual = sum(map(_usual, others))
    rest = sum(each.days[-1] or 0 for each in others)
    jumped = jumps[highest] > UNUSUAL_EXCESS
    alone = jumped and usual >= REST_LEAST and rest <= REST_GROWTH * usual
    return labels[highest].label if alone else None


def _usual(label: LabelDays) -> float:
    """Return the label's median over the days before the last."""
    known = [value for value in label.days[:-1] if value is not None]
    return median(known) if known else 0
