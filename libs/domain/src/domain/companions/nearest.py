"""The packages nearest to each: all pairs, a block of rows at a time, in bounded memory."""

from dataclasses import astuple, dataclass

import numpy as np

from domain.companions.definition import (
    CLOSENESS,
    CONSIDERED,
    LEAST_LIKENESS,
    TOLD,
    Closeness,
)
from domain.companions.series import Places, Reals, Series

BLOCK_VALUES = 12_000_000
"""Likenesses held at once, four bytes each."""
CHUNK = 512
"""Packages whose nearest are ordered at once."""
NEARLY_ONE = 0.999
"""Likeness beyond which the inverse of tanh says no more."""
CROWD = 3
"""Third packages that tell where a candidate belongs."""
DIGITS = 4
"""Of a likeness: finer, it depends on the order in which numbers were added."""


@dataclass(frozen=True)
class Nearest:
    """For each package its companions in order; -1 where there are no more."""

    places: Places
    likeness: Reals


def candidates(days: Reals, most: int = CONSIDERED, least: float = LEAST_LIKENESS) -> Nearest:
    """Return for each row of unit vectors the rows most like it, at most `most`, likest first."""
    count = len(days)
    places = np.full((count, most), -1, dtype=np.int64)
    likeness = np.zeros((count, most), dtype=np.float32)
    rows = max(1, BLOCK_VALUES // max(count, 1))
    for start in range(0, count, rows):
        block = days[start : start + rows] @ days.T
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -1
        _keep(block, least, places[start : start + rows], likeness[start : start + rows])
    return Nearest(places, likeness)


def _keep(block: Reals, least: float, places: Places, likeness: Reals) -> None:
    """Write each row's likest into its places, from those that reach `least`."""
    flat = np.flatnonzero(block.ravel() >= least)
    values = block.ravel()[flat]
    row, column = np.divmod(flat, block.shape[1])
    order = np.lexsort((column, -values, row))
    row, column, values = row[order], column[order], values[order]
    first = np.searchsorted(row, np.arange(len(block)))
    nth = np.arange(len(row)) - first[row]
    kept = nth < places.shape[1]
    places[row[kept], nth[kept]] = column[kept]
    likeness[row[kept], nth[kept]] = values[kept]


def companions(series: Series, told: int = TOLD, weights: Closeness = CLOSENESS) -> Nearest:
    """Return for each package the companions in order of closeness."""
    found = candidates(series.days)
    order = np.empty(found.places.shape, dtype=np.int64)
    for start in range(0, len(order), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(order)))
        score = closeness(series, found, rows, weights)
        level = series.level[found.places[rows]]
        order[rows] = np.lexsort((-level, -np.round(score, DIGITS)), axis=1)
    places = np.take_along_axis(found.places, order, axis=1)[:, :told]
    likeness = np.take_along_axis(found.likeness, order, axis=1)[:, :told]
    return Nearest(places, likeness)


def closeness(series: Series, found: Nearest, rows: Places, weights: Closeness) -> Reals:
    """Return what the candidates of some rows are ordered by, -inf where there is none."""
    vector = np.array(astuple(weights), dtype=np.float32)
    score: Reals = features_of(series, found, rows) @ vector
    score[found.places[rows] < 0] = -np.inf
    return score


def features_of(series: Series, found: Nearest, rows: Places) -> Reals:
    """Return the measures that `Closeness` weighs (rows x candidates x measures)."""
    other, likeness = found.places[rows], found.likeness[rows]
    logs = np.log(np.maximum(series.level, 1))
    course = np.einsum("rd,rcd->rc", series.course[rows], series.course[other])
    features: Reals = np.stack(
        [
            np.arctanh(np.minimum(likeness, NEARLY_ONE)),
            course,
            np.abs(logs[other] - logs[rows][:, None]),
            np.log1p(_place_among(found.places, other, rows)),
            series.weekend[other] - series.weekend[rows][:, None],
            _crowd(series.days, other) - likeness,
        ],
        axis=2,
    ).astype(np.float32)
    return features


def _place_among(places: Places, other: Places, rows: Places) -> Reals:
    """Return the place of each row among its candidates' nearest, just beyond where it has none."""
    same = places[other] == rows[:, None, None]
    place: Reals = np.where(same.any(axis=2), same.argmax(axis=2), places.shape[1]).astype(
        np.float32
    )
    return place


def _crowd(days: Reals, other: Places) -> Reals:
    """Return each candidate's mean likeness to the three other candidates nearest to it."""
    vectors = days[other] * (other >= 0)[:, :, None]
    each = vectors @ vectors.transpose(0, 2, 1)
    most = np.partition(each, -CROWD - 1, axis=2)[:, :, -CROWD - 1 :]
    own = np.einsum("rcc->rc", each)
    mean: Reals = ((most.sum(axis=2) - own) / CROWD).astype(np.float32)
    return mean
