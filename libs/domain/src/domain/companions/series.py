"""Daily counts into changes that packages can be compared by: market and weekday taken out."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from domain.companions.definition import (
    BEND,
    COURSE_DAYS,
    CUT,
    MARKET_MOVE,
    PSEUDO_SHARE,
    STANDARD,
    Bounds,
)

Reals = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]

WEEK = 7
NORMAL = 1.4826
"""Standard deviations of a normal distribution in its median absolute deviation."""
LEAST_SCALE = 1e-3
"""Natural logarithm: a steadier series is taken to move by that."""
ROWS = 4_096
"""Series worked on at once: bounds the memory."""


class Reason(StrEnum):
    """Why nothing is told of a package; `told` where something is."""

    TOLD = "told"
    SHORT = "short"
    SMALL = "small"
    BROKEN = "broken"
    BEYOND = "beyond"


@dataclass(frozen=True)
class Series:
    """Adjusted series, one row a package; every row of `days` and `course` has length 1 or 0."""

    level: Reals
    """Mean downloads a day of the last four weeks that are known."""
    changes: Reals
    """ln change a day, market and weekday taken out; 0 where it is not known."""
    days: Reals
    """The changes scaled by their usual size, bounded, and to length 1."""
    course: Reals
    """The course within a month, likewise."""
    weekend: Reals
    """ln of the weekend's usual day over the week's."""
    reasons: list[Reason]

    @property
    def told(self) -> Places:
        """Rows of which something can be told."""
        return np.flatnonzero([reason is Reason.TOLD for reason in self.reasons])

    @staticmethod
    def of(counts: npt.NDArray[np.floating], weekday: int, bounds: Bounds = STANDARD) -> "Series":
        """Adjust daily counts (packages x days, oldest first, NaN where a day is not known).

        `weekday` is that of the first day, Monday 0. Days before a package's first download are
        not known; a column that is NaN in all rows is a day the source lacks.
        """
        counts = np.asarray(counts, dtype=np.float32)
        known = _since_first(counts)
        logs = _logs(counts, known)
        weekdays = (weekday + np.arange(counts.shape[1])) % WEEK
        changes = _adjusted(logs, weekdays[1:])
        reasons = _reasons(counts, known, changes, bounds)
        told = np.array([reason is Reason.TOLD for reason in reasons])
        weekend = _weekend(logs, weekdays)
        del logs
        changes = np.where(told[:, None], np.nan_to_num(changes), np.float32(0))
        return Series(level(counts), changes, _days(changes), _course(changes), weekend, reasons)


def level(counts: Reals, days: int = 28) -> Reals:
    """Return the mean of the newest known days; 0 where none is known."""
    newest = counts[:, -days:]
    known = np.isfinite(newest).sum(axis=1)
    mean: Reals = (np.nansum(newest, axis=1) / np.maximum(known, 1)).astype(np.float32)
    return mean


def _since_first(counts: Reals) -> Flags:
    """Return which days are known, those before the first download left out."""
    known: Flags = np.isfinite(counts) & np.logical_or.accumulate(counts > 0, axis=1)
    return known


def _logs(counts: Reals, known: Flags) -> Reals:
    median = _row_median(np.where(known, counts, np.nan))
    pseudo = PSEUDO_SHARE * np.where(median > 0, median, 1.0)[:, None]
    with np.errstate(invalid="ignore"):
        logs: Reals = np.log(counts + pseudo, dtype=np.float32)
    logs[~known] = np.nan
    return logs


def _adjusted(logs: Reals, weekdays: Places) -> Reals:
    """Return changes without market and weekday, NaN on days of unusual moves of the market."""
    changes: Reals = np.diff(logs, axis=1)
    market = np.array([_median(column) for column in changes.T], dtype=np.float32)
    changes -= market
    changes[:, _unusual(market, weekdays)] = np.nan
    for day in range(WEEK):
        here = weekdays == day
        changes[:, here] -= _row_mean(changes[:, here])[:, None]
    return changes


def _unusual(market: Reals, weekdays: Places) -> Flags:
    """Return the days on which the market moved otherwise than it does on that weekday."""
    usual = np.array([_median(market[weekdays == day]) for day in range(WEEK)])
    far: Flags = np.abs(market - usual[weekdays]) > MARKET_MOVE
    return far


def _median(values: Reals) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else 0.0


def _row_mean(values: Reals) -> Reals:
    known = np.isfinite(values).sum(axis=1)
    mean: Reals = (np.nansum(values, axis=1) / np.maximum(known, 1)).astype(np.float32)
    return mean


def _row_median(values: Reals) -> Reals:
    """Return the median of each row's known values, 0 where none is known."""
    ordered = np.sort(values, axis=1)  # unknown ones come last
    known = np.isfinite(values).sum(axis=1)
    rows = np.arange(len(values))
    low, high = np.maximum((known - 1) // 2, 0), np.minimum(known // 2, values.shape[1] - 1)
    median = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(known > 0, median, 0).astype(np.float32)


def _reasons(counts: Reals, known: Flags, changes: Reals, bounds: Bounds) -> list[Reason]:
    compared = np.isfinite(changes).sum(axis=1)
    median = _row_median(np.where(known, counts, np.nan))
    moves = (np.abs(np.nan_to_num(changes)) > LEAST_SCALE).any(axis=1)
    tests = [
        (known.sum(axis=1) < bounds.days, Reason.SHORT),
        (median < bounds.downloads, Reason.SMALL),
        ((compared < bounds.days) | ~moves, Reason.BROKEN),
    ]
    which = np.select([test for test, _ in tests], list(range(len(tests))), len(tests))
    words = [*(reason for _, reason in tests), Reason.TOLD]
    return [words[each] for each in which]


def _weekend(logs: Reals, weekdays: Places) -> Reals:
    """Return the mean of ln downloads of weekends less that of all days."""
    weekend = _row_mean(logs[:, weekdays >= WEEK - 2])
    return weekend - _row_mean(logs)


def _days(changes: Reals) -> Reals:
    return _bounded(changes)


def _bounded(values: Reals) -> Reals:
    """Return tanh(value / usual size), scaled to length 1; unknown and unmoved values stay 0."""
    result = np.empty_like(values)
    for start in range(0, len(values), ROWS):
        part = values[start : start + ROWS]
        size = BEND * NORMAL * _row_median(np.where(part == 0, np.nan, np.abs(part)))
        scaled = np.tanh(part / np.maximum(size, LEAST_SCALE)[:, None])
        length = np.linalg.norm(scaled, axis=1, keepdims=True)
        result[start : start + ROWS] = scaled / np.maximum(length, 1e-6)
    return result


def _course(changes: Reals) -> Reals:
    """Return how far each day is from the mean of the month around it, bounded, of length 1."""
    summed = np.cumsum(np.clip(changes, -CUT, CUT), axis=1, dtype=np.float32)
    half = COURSE_DAYS // 2
    for start in range(0, len(summed), ROWS):
        part = summed[start : start + ROWS]
        wide = np.pad(part, ((0, 0), (half + 1, half)), mode="edge")
        total = np.cumsum(wide, axis=1, dtype=np.float64)
        part -= (total[:, COURSE_DAYS:] - total[:, :-COURSE_DAYS]) / COURSE_DAYS
    return _bounded(summed)
