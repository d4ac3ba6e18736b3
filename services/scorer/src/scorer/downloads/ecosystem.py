"""The labels of all packages together, kept in step with the packages' own."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from domain.packed_months import GAP, Matrix
from scorer.downloads.months import Flags


class Together:
    """What some messages change in the months of each label, summed over packages."""

    def __init__(self) -> None:
        self._changes: dict[tuple[int, date], tuple[Any, Flags]] = {}

    def add(self, labels: Sequence[int], month: date, old: Matrix, new: Matrix) -> None:
        """Count a month of series, one row each, as they were and as they are."""
        changed = np.flatnonzero((old != new).any(axis=1))
        known = np.asarray(labels, dtype=np.int64)[changed]
        distinct, place = np.unique(known, return_inverse=True)
        sums = np.zeros((len(distinct), new.shape[1]), dtype=np.int64)
        told = np.zeros(sums.shape, dtype=np.bool_)
        np.add.at(sums, place, _counted(new[changed]) - _counted(old[changed]))
        np.logical_or.at(told, place, new[changed] != GAP)
        for index, label in enumerate(distinct.tolist()):
            self._count((label, month), sums[index], told[index])

    def _count(self, key: tuple[int, date], sums: Any, told: Flags) -> None:
        before = self._changes.get(key)
        self._changes[key] = (sums + before[0], told | before[1]) if before else (sums, told)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield each label's month, the change of each day; null: nobody tells of that day."""
        for (label, month), (sums, told) in sorted(self._changes.items()):
            pairs = zip(sums.tolist(), told.tolist(), strict=True)
            yield {
                "label_id": label,
                "month": month,
                "days": [change if known else None for change, known in pairs],
            }


def _counted(days: Matrix) -> Matrix:
    return np.where(days == GAP, 0, days)
