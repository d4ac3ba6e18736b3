"""What share of a package's downloads comes with each package that requires it, as ranges."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.companions.definition import (
    BLOCKS,
    BLUR,
    CACHES,
    CANDIDATES,
    CLIMBS,
    EXPLAINS,
    FADED,
    LEAST_BOUND,
    LEAST_SHARE,
    SLACK,
    SPREADS,
)
from domain.companions.requirements import Requirements
from domain.companions.series import Flags, Places, Reals, Series
from domain.companions.shares import fitted

Doubles = npt.NDArray[np.float64]
CHUNK = 2_000
"""Packages explained at once: bounds the memory."""


@dataclass(frozen=True)
class Carriers:
    """For each row its carriers, the largest first, -1 where there are no more; shares 0 to 1."""

    places: Places
    via: Places
    """The direct dependent through which a carrier brings it; -1 where it requires it itself."""
    extra: Flags
    """Whether that dependent requires it with an extra alone."""
    low: Doubles
    high: Doubles
    own_low: Doubles
    own_high: Doubles
    """NaN where no requirement at all is known."""


def carriers_of(series: Series, requirements: Requirements) -> Carriers:
    """Return what carries each package; nothing of one that is not told or that none requires."""
    own_low = np.clip(1 - CACHES * _brought_share(series, requirements), 0, 1)
    direct = _candidates(series, requirements)
    low, middle, high = _ranges(series, direct)
    _fit_beside(low, own_low)
    named = _climbed(series, direct, (low, middle, high))
    own_high = np.clip(1 - named.low.sum(axis=1), own_low, 1)
    if not len(requirements.dependent):
        own_low, own_high = np.full_like(own_low, np.nan), np.full_like(own_high, np.nan)
    return Carriers(named.places, named.via, named.extra, named.low, named.high, own_low, own_high)


def _brought_share(series: Series, requirements: Requirements) -> Doubles:
    level = np.maximum(series.level.astype(np.float64), 1e-9)
    share: Doubles = requirements.brought(series.level) / level
    return share


@dataclass(frozen=True)
class Direct:
    """The dependents of each row that are held against each other (rows x candidates)."""

    places: Places
    extra: Flags
    bound: Doubles
    """Share that each can bring at most, 0 to 1."""


def _candidates(series: Series, requirements: Requirements) -> Direct:
    """Return for each row the dependents that could bring most, by level and by likeness."""
    count = len(series.level)
    told = np.zeros(count, dtype=np.bool_)
    told[series.told] = True
    bound = requirements.bounds(series.level)
    kept = (bound >= LEAST_BOUND) & told[requirements.dependent] & told[requirements.required]
    dependent, required = requirements.dependent[kept], requirements.required[kept]
    bound, extra = np.minimum(CACHES * bound[kept], 1), requirements.extra[kept]
    worth = bound * np.maximum(_likeness(series.days, dependent, required), LEAST_BOUND)
    order = np.lexsort((-worth, required))
    nth = _nth(required[order])
    order, nth = order[nth < CANDIDATES], nth[nth < CANDIDATES]
    direct = Direct(
        np.full((count, CANDIDATES), -1, dtype=np.int64),
        np.zeros((count, CANDIDATES), dtype=np.bool_),
        np.zeros((count, CANDIDATES)),
    )
    at = required[order], nth
    direct.places[at], direct.extra[at] = dependent[order], extra[order]
    direct.bound[at] = bound[order]
    return direct


def _likeness(days: Reals, one: Places, other: Places) -> Doubles:
    """Return the likeness of pairs of rows, some at a time."""
    parts = [
        np.einsum("ed,ed->e", days[one[k : k + CHUNK]], days[other[k : k + CHUNK]])
        for k in range(0, len(one), CHUNK)
    ]
    return np.concatenate([np.empty(0), *parts])


def _nth(ordered: Places) -> Places:
    """Return the place of each entry within its run of equal ones."""
    first = np.searchsorted(ordered, ordered)
    nth: Places = np.arange(len(ordered)) - first
    return nth


def _ranges(series: Series, direct: Direct) -> tuple[Doubles, Doubles, Doubles]:
    """Return lower end, estimate and upper end of each candidate's share."""
    shape = direct.places.shape
    low, middle, high = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    rows = np.flatnonzero(direct.places[:, 0] >= 0)
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        places, bound = direct.places[some], direct.bound[some]
        others = series.changes[places] * (places >= 0)[:, :, None]
        shares = fitted(series.changes[some], others, bound, BLOCKS)
        low[some], middle[some], high[some] = _widened(shares, bound)
    return low, middle, high


def _widened(shares: Doubles, bound: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Return the ranges from the share of all days and those without a block (jackknife)."""
    middle, without = shares[0], shares[1:]
    blocks = len(without)
    spread = np.sqrt((blocks - 1) / blocks * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    low = np.clip(middle * (1 - BLUR) - SPREADS * spread - SLACK, 0, 1)
    high = np.minimum(middle * (1 + FADED) + SPREADS * spread + SLACK, bound)
    return np.minimum(low, high), middle, high


def _fit_beside(low: Doubles, own_low: Doubles) -> None:
    """Lower the lower ends where with the own part they were more than all."""
    total = low.sum(axis=1)
    room = (1 - own_low) / np.maximum(total, 1e-12)
    low *= np.minimum(room, 1)[:, None]


def _climbed(series: Series, direct: Direct, shares: tuple[Doubles, Doubles, Doubles]) -> Carriers:
    """Name for each candidate the highest package that explains it, once each, largest first."""
    low, middle, high = shares
    best = middle.argmax(axis=1)
    rows = np.arange(len(best))
    step = np.where(middle[rows, best] >= EXPLAINS, direct.places[rows, best], -1)
    top, kept = direct.places.copy(), np.ones(direct.places.shape)
    for _ in range(CLIMBS):
        onward = np.where(top >= 0, step[top], -1)
        onward[(onward == rows[:, None]) | (onward == direct.places)] = -1
        kept = np.where(onward >= 0, kept * middle[top, best[top]], kept)
        top = np.where(onward >= 0, onward, top)
    via = np.where(top == direct.places, -1, direct.places)
    bound = np.clip(CACHES * _bound(series.level, top), 0, 1)
    return _merged(top, via, direct.extra, low * kept, np.minimum(high, bound))


def _bound(level: Reals, top: Places) -> Doubles:
    own = np.maximum(level.astype(np.float64), 1e-9)[:, None]
    bound: Doubles = np.where(top >= 0, level[top] / own, 0.0)
    return bound


def _merged(top: Places, via: Places, extra: Flags, low: Doubles, high: Doubles) -> Carriers:
    """Add up candidates for which the same package is named, leave out what is too small."""
    for k in range(1, top.shape[1]):
        for earlier in range(k):
            same = (top[:, earlier] == top[:, k]) & (top[:, k] >= 0)
            low[same, earlier] += low[same, k]
            high[same, earlier] = np.minimum(high[same, earlier] + high[same, k], 1)
            top[same, k] = -1
    gone = (top < 0) | (high < LEAST_SHARE)
    top, via = np.where(gone, -1, top), np.where(gone, -1, via)
    low, high = np.where(gone, 0, low), np.where(gone, 0, high)
    order = np.lexsort((top, -(low + high)), axis=1)
    nothing = np.zeros(len(top))
    return Carriers(
        np.take_along_axis(top, order, axis=1),
        np.take_along_axis(via, order, axis=1),
        np.take_along_axis(extra, order, axis=1),
        np.take_along_axis(low, order, axis=1),
        np.take_along_axis(high, order, axis=1),
        nothing,
        nothing,
    )
