"""The shapes of pypistats.org and pepy.tech, so that their clients work with this address.

pypistats.org's rules: mirrors are left out of everything but `with_mirrors`; `with_mirrors`
holds all, `without_mirrors` a part of it; 180 days; without a filter rows go by category and
date, with one by date.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.answers.package import Columns, Document
from api.database import FIRST_DAY
from api.downloads.breakdown import LabelDays
from api.downloads.history import Day
from events.day_range import DayRange

DAYS = 180
"""Days pypistats.org keeps; `start_date` asks for more."""
Row = Document
SYSTEMS = {"windows": "Windows", "linux": "Linux", "darwin": "Darwin", "macos": "Darwin"}
UNKNOWN = "null"
"""What pypistats.org calls downloads that do not tell."""


def envelope(package: str, kind: str, data: object) -> Document:
    """Return the outer shape that all five share."""
    return {"data": data, "package": package, "type": kind}


def recent(row: Columns, period: str | None) -> Document:
    """Return the last day, week and month without mirrors, or only the period asked for."""
    periods = [period] if period else ["day", "week", "month"]
    return {f"last_{each}": row[f"last_{each}"] or 0 for each in periods}


def overall(days: Iterable[Day], mirrors: str | None) -> list[Row]:
    """Return both series, or the one that `mirrors` (true or false) asks for; gaps are left out."""
    known = [day for day in days if day.all is not None]
    wanted = {"true": ["with_mirrors"], "false": ["without_mirrors"]}.get(
        (mirrors or "").lower(), ["with_mirrors", "without_mirrors"]
    )
    return [
        {
            "category": category,
            "date": day.day,
            "downloads": day.all if category == "with_mirrors" else day.without,
        }
        for category in wanted
        for day in known
    ]


def by_category(
    labels: Sequence[LabelDays], span: DayRange, category: Callable[[str], str], wanted: str | None
) -> list[Row]:
    """Return rows of the labels merged into categories, zeros and gaps left out."""
    merged: dict[str, dict[date, int]] = {}
    for each in labels:
        days = merged.setdefault(category(each.label), {})
        for day, value in zip(span, each.days, strict=True):
            if value:
                days[day] = days.get(day, 0) + value
    return [
        {"category": name, "date": day, "downloads": days[day]}
        for name, days in sorted(merged.items())
        if wanted is None or name.lower() == wanted.lower()
        for day in sorted(days)
    ]


def _python_major(label: str) -> str:
    return label.split(".", maxsplit=1)[0] or UNKNOWN


def _python_minor(label: str) -> str:
    return label or UNKNOWN


def _system(label: str) -> str:
    return SYSTEMS.get(label.lower(), "other") if label else UNKNOWN


@dataclass(frozen=True)
class Split:
    """A breakdown of pypistats.org: its name, ours, and its category of one of our labels."""

    name: str
    dimension: str
    category: Callable[[str], str]


PYTHON_MAJOR = Split("python_major", "python", _python_major)
PYTHON_MINOR = Split("python_minor", "python", _python_minor)
SYSTEM = Split("system", "system", _system)


def last_span(last: date, start: date | None, end: date | None) -> DayRange:
    """Return the days asked for, by default the last 180."""
    newest = max(min(end or last, last), FIRST_DAY + timedelta(days=DAYS))
    return DayRange.between(max(start or newest - timedelta(days=DAYS - 1), FIRST_DAY), newest)


def pepy(name: str, row: Columns, versions: Sequence[LabelDays], span: DayRange) -> Document:
    """Return the project as pepy.tech does: the total, and three months by day and version."""
    days: dict[str, dict[str, int]] = {}
    for each in versions:
        for day, value in zip(span, each.days, strict=True):
            if value:
                days.setdefault(day.isoformat(), {})[each.label or UNKNOWN] = value
    return {
        "id": name,
        "total_downloads": row["all_total"],
        "versions": [each.label for each in versions if each.label],
        "downloads": dict(sorted(days.items())),
    }
