"""The event archive as a whole: on which days it lost everything, and what then may have been.

Events are matrices of one row a repository and one column a day: how many people were caught
starring it on that day.
"""

import numpy as np
import numpy.typing as npt

Events = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEIGHBOURS = 14
"""Days on each side that a day is held against."""

LOST_SHARE = 0.2
"""A day with less than this share of the median around it was not recorded."""

LEAST_USUAL = 30
"""Events of all repositories a day, below which a day without any says nothing."""


def lost_days(total: npt.NDArray[np.integer]) -> Flags:
    """Return for each day whether the archive lost it, from the events of all repositories.

    Days before the first event and after the last are outside of the archive, not lost.
    """
    lost = np.zeros(len(total), dtype=np.bool_)
    seen = np.flatnonzero(total)
    if not len(seen):
        return lost
    first, last = seen[0], seen[-1]
    for day in range(first, last + 1):
        usual = np.median(total[max(first, day - NEIGHBOURS) : min(last, day + NEIGHBOURS) + 1])
        lost[day] = usual >= LEAST_USUAL and total[day] < LOST_SHARE * usual
    return lost


def without_losses(events: Events, lost: Flags) -> Floats:
    """Return the events, lost days as the mean of the days around them that were recorded."""
    filled: Floats = events.astype(np.float64)
    for day in np.flatnonzero(lost):
        around = slice(max(0, day - NEIGHBOURS), day + NEIGHBOURS + 1)
        recorded = events[:, around][:, ~lost[around]]
        if recorded.shape[1]:
            filled[:, day] = recorded.mean(axis=1)
    return filled
