"""How many stars were gained for each person the archive caught, week by week.

The archive misses events, more of them since 2025, and it never tells of a star taken back. Both
are one factor a week, the same for all repositories: where two counts of a repository are known,
what it gained between them is the sum of its caught events, each week's times its factor. The
factors are those that fit most repositories (least absolute relative difference) and change
seldom except where the flow of events stepped (total variation of their logarithms, less the steps
of `steps.py`), found by iteratively reweighted Gauss-Newton steps. Weeks that lie between no two
counts have the factor of the nearest that do, but for such steps.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from domain.stars.archive import Floats
from domain.stars.steps import expected_changes

StarCounts = Sequence[tuple[int, int]]
"""A repository's counts that were told: (day, stars), oldest first, each day once."""

Weeks = npt.NDArray[np.integer]

WEEK = 7
"""Days."""

USUAL = 0.95
"""Factor where nothing else is known: nearly all are caught, some stars are taken back."""

LEAST_EVENTS = 20
"""Caught events between two counts, below which chance decides."""

FEW = 10.0
"""Stars added to both sides of a relative difference, so that few stars weigh little."""

HEAVIEST = 30.0
"""Most weight of one pair of counts: a thousand stars are told as well as a million."""

STEADINESS = 30.0
"""Cost of a change of the factor by its e-th part, against one of the relative differences."""

PULL = 2e-4
"""Cost of a factor's distance from the usual one: keeps the equations solvable."""

STEPS = 25
SMALL_DIFFERENCE, SMALL_CHANGE = 0.02, 1e-3
"""Differences below which the absolute value is rounded off."""


def weekly_factors(events: Floats, told: Sequence[StarCounts]) -> Floats:
    """Return the stars gained for a caught event, one factor for each day of `events`.

    `told` has the counts of each row of `events`, days as columns of it.
    """
    weeks = np.arange(events.shape[1]) // WEEK
    weekly = np.stack([_by_week(row, weeks, int(weeks[-1]) + 1) for row in events])
    pairs = [
        (
            _by_week(events[row, start + 1 : end + 1], weeks[start + 1 : end + 1], len(weekly[0])),
            gain,
        )
        for row, counts in enumerate(told)
        for start, end, gain in _gains(counts)
    ]
    usable = [pair for pair in pairs if pair[0].sum() >= LEAST_EVENTS]
    if not usable:
        return np.full(events.shape[1], USUAL)
    caught = np.stack([pair[0] for pair in usable])
    gains = np.array([pair[1] for pair in usable], dtype=np.float64)
    return np.exp(fitted(caught, gains, expected_changes(weekly)))[weeks]


def fitted(caught: Floats, gained: Floats, expected: Floats) -> Floats:
    """Return the logarithm of each week's factor.

    `caught` has a row a pair of counts and a column a week, `gained` what lies between them,
    `expected` the change of the logarithm from each week to the next.
    """
    logs = np.full(caught.shape[1], np.log(USUAL))
    between = _differences(caught.shape[1])
    weights = np.minimum(np.sqrt(gained + FEW), HEAVIEST)
    for _ in range(STEPS):
        told = caught @ np.exp(logs) + FEW
        missed = np.log(gained + FEW) - np.log(told)
        slopes = caught * np.exp(logs) / told[:, None]
        trust = weights / np.maximum(np.abs(missed), SMALL_DIFFERENCE)
        changes = between @ logs - expected
        steady = STEADINESS / np.maximum(np.abs(changes), SMALL_CHANGE)
        curvature = slopes.T @ (slopes * trust[:, None]) + between.T @ (between * steady[:, None])
        gradient = slopes.T @ (trust * missed) - between.T @ (steady * changes)
        pull = PULL * (logs - np.log(USUAL))
        logs = logs + np.linalg.solve(curvature + PULL * np.eye(len(logs)), gradient - pull)
    return logs


def _differences(weeks: int) -> Floats:
    """Return the matrix that gives each week's change against the one before."""
    return np.eye(weeks - 1, weeks, 1) - np.eye(weeks - 1, weeks)


def _gains(counts: StarCounts) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and gain of neighbouring counts; a fall says nothing of what was caught."""
    for (start, before), (end, after) in pairwise(counts):
        if after >= before:
            yield start, end, after - before


def _by_week(events: Floats, weeks: Weeks, count: int) -> Floats:
    return np.bincount(weeks, events, minlength=count).astype(np.float64)
