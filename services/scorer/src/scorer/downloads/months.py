"""Laying a window of days over stored months: which values are new, which are corrected.

Pure functions on matrices of one row a series and one column a day, gaps as `GAP`.
"""

import calendar
from datetime import date

import numpy as np
import numpy.typing as npt

from domain.packed_months import GAP, Matrix
from events.day_range import DayRange

Flags = npt.NDArray[np.bool_]


def flags(window: DayRange, days: set[date]) -> Flags:
    """Return one flag a day of the window: whether it is among `days`."""
    return np.fromiter((day in days for day in window), dtype=np.bool_, count=window.length)


def month_days(month: date) -> DayRange:
    """Return all days of a month."""
    return DayRange(month, calendar.monthrange(month.year, month.month)[1])


def overlap(part: DayRange, whole: DayRange) -> tuple[slice, slice]:
    """Columns of `part` and of `whole` that are the same days."""
    first, last = max(part.first, whole.first), min(part.last, whole.last)
    length = max((last - first).days + 1, 0)
    here, there = (first - part.first).days, (first - whole.first).days
    return slice(here, here + length), slice(there, there + length)


def empty_month(count: int, known: Flags) -> Matrix:
    """Series that have no row yet: 0 on days the source has brought, else a gap."""
    return np.tile(np.where(known, 0, GAP).astype(np.int64), (count, 1))


def overlay(old: Matrix, month: DayRange, new: Matrix, window: DayRange, told: Flags) -> Matrix:
    """Return `old` with the window's values on the days the source has told."""
    in_window, in_month = overlap(window, month)
    merged = old.copy()
    taken = told[in_window]
    merged[:, in_month] = np.where(taken, new[:, in_window], merged[:, in_month])
    return merged


def downloads(days: Matrix) -> npt.NDArray[np.int64]:
    """Sum of each row, gaps left out."""
    total: npt.NDArray[np.int64] = np.where(days == GAP, 0, days).sum(axis=1)
    return total


def corrections(old: Matrix, new: Matrix) -> dict[int, tuple[int, int]]:
    """Column to (series whose known value changed, downloads added)."""
    changed = (old != GAP) & (old != new)
    counts = changed.sum(axis=0)
    change = np.where(changed, new - old, 0).sum(axis=0)
    return {int(c): (int(counts[c]), int(change[c])) for c in np.flatnonzero(counts)}


def first_positive(days: Matrix) -> npt.NDArray[np.int64]:
    """Column of each row's first download; -1 where there is none."""
    positive = days > 0
    return np.where(positive.any(axis=1), positive.argmax(axis=1), -1)


def trailing_weeks(days: Matrix, weeks: int) -> Matrix:
    """Sums of the last whole weeks, oldest first; GAP where any of a week's days is one."""
    cut = days[:, days.shape[1] - 7 * weeks :].reshape(len(days), weeks, 7)
    sums: Matrix = np.where((cut == GAP).any(axis=2), GAP, cut.sum(axis=2))
    return sums


def less(days: Matrix, mirrors: Matrix) -> Matrix:
    """Downloads without those of mirrors, never below 0; gaps stay gaps."""
    rest: Matrix = np.subtract(days, mirrors, where=mirrors != GAP, out=days.copy())
    np.maximum(rest, 0, out=rest)
    rest[days == GAP] = GAP
    return rest
