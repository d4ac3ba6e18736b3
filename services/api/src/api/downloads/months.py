"""The days of a packed month, as the table `downloads_month` keeps them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from domain.packed_months import month_values


def month_length(month: date) -> int:
    """Return the days of a month."""
    return monthrange(month.year, month.month)[1]


def days_of(month: date, packed: bytes) -> Iterator[tuple[date, int | None]]:
    """Return each day of a packed month with its value; ValueError where it is none."""
    values = month_values(packed, month_length(month))
    return ((month + timedelta(days=index), value) for index, value in enumerate(values))
