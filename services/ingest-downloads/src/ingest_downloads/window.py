"""The days a run is about."""

from events import RunKind, RunRequested
from events.day_range import DayRange

DAYS_OF_BOUND = 30
"""Days over which a package's downloads are held against a bound."""


def window_of(request: RunRequested) -> DayRange:
    """Return the days a request asks for: the last `window_days`, or a backfill's own range."""
    if request.kind == RunKind.BACKFILL and request.first_day is not None:
        return DayRange.between(request.first_day, request.day)
    return DayRange.ending(request.day, request.window_days)


def bound_of(window: DayRange, downloads: int) -> int:
    """Return the share of a 30-day bound that falls on these days, at least 1."""
    return max(1, downloads * window.length // DAYS_OF_BOUND)
