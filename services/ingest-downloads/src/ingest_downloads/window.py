"""The days a run is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from events import RunKind, RunRequested

DAYS_OF_BOUND = 30
"""Days over which a package's downloads are held against a bound."""


@dataclass(frozen=True)
class Window:
    """Consecutive days, oldest first."""

    first: date
    days: int

    @property
    def last(self) -> date:
        """The newest day."""
        return self.first + timedelta(days=self.days - 1)

    def __iter__(self) -> Iterator[date]:
        """Return the days, oldest first."""
        return (self.first + timedelta(days=n) for n in range(self.days))

    def newest(self, days: int) -> "Window":
        """Return the part that holds the newest days; 0 or too many means the whole."""
        kept = min(days, self.days) or self.days
        return Window(self.last - timedelta(days=kept - 1), kept)

    def bound(self, downloads: int) -> int:
        """Return the share of a 30-day bound that falls on this many days, at least 1."""
        return max(1, downloads * self.days // DAYS_OF_BOUND)


def window_of(request: RunRequested) -> Window:
    """Return the days a request asks for: the last `window_days`, or a backfill's own range."""
    if request.kind == RunKind.BACKFILL and request.first_day is not None:
        return Window(request.first_day, (request.day - request.first_day).days + 1)
    return Window(request.day - timedelta(days=request.window_days - 1), request.window_days)
