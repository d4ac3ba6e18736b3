"""One repository's stars day by day, and how each of them is known."""

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from domain.stars.archive import Floats
from domain.stars.capture import StarCounts

EVEN_SHARE = 0.03
"""Part of a gain that is spread evenly: a day without a caught event is not a day without stars."""

USUAL_GAIN = 1_000.0
"""Stars with which the factor of all repositories stands against that of a single one."""

LEAST_OWN, MOST_OWN = 0.5, 1.5
"""Bounds of a repository's own factor."""


class Kind(IntEnum):
    """How a count is known."""

    UNKNOWN = 0
    """Nobody knows: before the archive begins, or of a repository that was never counted."""
    RECONSTRUCTED = 1
    """From the counts around it and the events between them."""
    MEASURED = 2
    """GitHub told it on that day."""


class Line(NamedTuple):
    """A value a day; where `kinds` is UNKNOWN, the value is the nearest known one, or 0."""

    stars: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]


def line(gains: Floats, told: StarCounts, archive: tuple[int, int]) -> Line:
    """Return a repository's line.

    `gains` are the stars that its caught events stand for, one value a day: events, lost days
    filled, times the factor of the day. `told` are the counts that are certain. `archive` are the
    first and the last day with events of anybody. Between two counts the gain is spread as the
    events were; a fall, of which no event tells, is spread evenly. Before the first count the
    gains are taken off day by day, after the last added.
    """
    stars = np.zeros(len(gains))
    kinds = np.full(len(gains), Kind.UNKNOWN, dtype=np.uint8)
    if not told:
        return Line(stars.astype(np.int64), kinds)
    (first, level), (last, _) = told[0], told[-1]
    kinds[max(0, min(first, archive[0] - 1)) : max(last, archive[1]) + 1] = Kind.RECONSTRUCTED
    for (start, before), (end, after) in pairwise(told):
        share = _spread(gains[start + 1 : end + 1], rising=after >= before)
        stars[start + 1 : end + 1] = before + np.cumsum(share) * (after - before)
    own = own_factor(gains, told)
    stars[: first + 1] = _backwards(own * gains[1 : first + 1], level)
    stars[last + 1 :] = told[-1][1] + np.cumsum(own * gains[last + 1 :])
    rounded = np.rint(stars).astype(np.int64)
    for day, count in told:
        rounded[day], kinds[day] = count, Kind.MEASURED
    return Line(rounded, kinds)


def own_factor(gains: Floats, told: StarCounts) -> float:
    """Return how much more or less than usual this repository gained for its events.

    Held against so many stars of the usual that few of its own change little.
    """
    gained = told[-1][1] - told[0][1]
    expected = float(gains[told[0][0] + 1 : told[-1][0] + 1].sum())
    own = max(0.0, gained + USUAL_GAIN) / (expected + USUAL_GAIN)
    return float(np.clip(own, LEAST_OWN, MOST_OWN))


def _spread(gains: Floats, *, rising: bool) -> Floats:
    """Return which part of a change falls on each day."""
    even: Floats = np.full(len(gains), 1 / len(gains))
    total = gains.sum()
    if not rising or total <= 0:
        return even
    even += (1 - EVEN_SHARE) * (gains / total - even)
    return even


def _backwards(gains: Floats, level: int) -> Floats:
    """Return the counts up to a known one, a value more than there are gains; none below zero."""
    later = np.append(np.cumsum(gains[::-1])[::-1], 0.0)
    too_much = max(1.0, later[0] / level) if level else 1.0
    return np.maximum(0.0, level - later / too_much)


def at(counts: Sequence[tuple[int, int]], days: int) -> StarCounts:
    """Return the counts in order, one for each of the days 0 to `days`: the last that was told."""
    return sorted({day: stars for day, stars in counts if 0 <= day < days}.items())
