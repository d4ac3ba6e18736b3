"""Consecutive days: what a run asks for, what a batch holds, and what an answer covers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class DayRange:
    """Consecutive days, oldest first."""

    first: date
    length: int
    """Days; none where 0 or less."""

    @classmethod
    def between(cls, first: date, last: date) -> "DayRange":
        """Return the days from one to another, both included; none if `last` is the earlier."""
        return cls(first, (last - first).days + 1)

    @classmethod
    def ending(cls, last: date, length: int) -> "DayRange":
        """Return that many days, of which `last` is the newest."""
        return cls(last - timedelta(days=length - 1), length)

    @property
    def last(self) -> date:
        """The newest day."""
        return self.first + timedelta(days=self.length - 1)

    @property
    def days(self) -> list[date]:
        """All days, oldest first."""
        return list(self)

    def __iter__(self) -> Iterator[date]:
        """Yield the days, oldest first."""
        return (self.first + timedelta(days=offset) for offset in range(self.length))

    def newest(self, length: int) -> "DayRange":
        """Return the part that holds the newest days; 0 or too many means the whole."""
        return DayRange.ending(self.last, min(length, self.length) or self.length)

    def months(self) -> Iterator[date]:
        """Yield the first days of the months it touches, oldest first."""
        month = self.first.replace(day=1)
        while month <= self.last:
            yield month
            month = next_month(month)


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)
