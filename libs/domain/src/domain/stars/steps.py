"""Weeks in which the archive began to catch less or more, seen without any count.

People do not star a third less from one week to the next, and least of all in most repositories at
once; the archive's losses begin like that. So a step in the flow of events of most repositories is
taken for a step of what was caught.
"""

import numpy as np

from domain.stars.archive import Floats

SPAN = 4
"""Weeks before and after that are compared: launches and holidays are shorter."""

LEAST_STEP = 0.3
"""Logarithm of the quotient that counts as a step; real growth and seasons stay below 0.26."""

LEAST_EVENTS = 10.0
"""Events of a repository in both spans, below which chance decides."""

LEAST_REPOSITORIES = 20

HALF_EVENT = 0.5
"""Added to both spans, so that none divides by zero."""


def expected_changes(weekly: Floats) -> Floats:
    """Return by how much the logarithm of the factor changes from each week to the next.

    `weekly` has a row a repository and a column a week; a repository takes part from its first
    event to its last. Zero where no step is seen.
    """
    steps = np.zeros(weekly.shape[1] - 1)
    sums = np.cumsum(np.pad(weekly, ((0, 0), (1, 0))), axis=1)
    first, last = _lifetimes(weekly)
    for week in range(SPAN, weekly.shape[1] - SPAN + 1):
        there = (first < week - SPAN) & (last >= week + SPAN - 1)
        before = sums[there, week] - sums[there, week - SPAN]
        after = sums[there, week + SPAN] - sums[there, week]
        steps[week - 1] = _usual_change(before, after)
    return -_peaks(steps)


def _lifetimes(weekly: Floats) -> tuple[Floats, Floats]:
    """Return each repository's first and last week with an event."""
    starred = weekly > 0
    weeks = weekly.shape[1]
    first = np.where(starred.any(axis=1), starred.argmax(axis=1), weeks)
    return first, weeks - 1 - starred[:, ::-1].argmax(axis=1)


def _usual_change(before: Floats, after: Floats) -> float:
    """Return the median change of the flow, each repository weighing as its events are sure."""
    enough = before + after >= LEAST_EVENTS
    if enough.sum() < LEAST_REPOSITORIES:
        return 0.0
    before, after = before[enough], after[enough]
    change = np.log((after + HALF_EVENT) / (before + HALF_EVENT))
    order = np.argsort(change)
    weights = np.cumsum(np.sqrt(before + after)[order])
    return float(change[order][np.searchsorted(weights, weights[-1] / 2)])


def _peaks(steps: Floats) -> Floats:
    """Return the steps that are large enough and the largest around, the others as zero."""
    size = np.abs(steps)
    largest = [size[max(0, week - SPAN) : week + SPAN + 1].max() for week in range(len(steps))]
    return np.where((size >= LEAST_STEP) & (size == np.array(largest)), steps, 0.0)
