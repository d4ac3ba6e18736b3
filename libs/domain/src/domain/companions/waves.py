"""Packages that rise together, as one wave under the one that brings the others."""

import numpy as np

from domain.companions.definition import RISE, RISE_DAYS, WAVE_LINK, WAVE_LINK_REQUIRED
from domain.companions.requirements import Requirements
from domain.companions.series import Flags, Places, Reals, Series, level

ROWS = 512
"""Rising packages compared at once."""


PSEUDO_COUNT = 5.0
"""Downloads a day added to both stretches, so that small numbers jump less."""


def rising(counts: Reals) -> Flags:
    """Return which packages (x days) grew faster than their median over twelve weeks."""
    before = counts[:, : -2 * RISE_DAYS]
    if not before.shape[1]:
        return np.zeros(len(counts), dtype=np.bool_)
    growth = np.log(level(counts) + PSEUDO_COUNT) - np.log(level(before) + PSEUDO_COUNT)
    market = float(np.median(growth)) if len(growth) else 0.0
    risen: Flags = growth - market > RISE
    return risen


def waves_of(series: Series, rising: Flags, requirements: Requirements) -> Places:
    """Return for each row the row that leads its wave; -1 for those in none."""
    told = series.told
    rows = told[rising[told]]
    one, other, likeness = _linked(series.days, rows)
    required = _either(requirements, one, other, len(series.level))
    linked = (likeness >= WAVE_LINK) | required
    group = _components(len(series.level), one[linked], other[linked])
    return _led(series.level, group, rows, requirements)


def _linked(days: Reals, rows: Places) -> tuple[Places, Places, Reals]:
    """Return the pairs of rising rows that may be linked, each once, with their likeness."""
    vectors = days[rows]
    found: list[tuple[Places, Places, Reals]] = []
    for start in range(0, len(rows), ROWS):
        block = vectors[start : start + ROWS] @ vectors.T
        at, to = np.nonzero(block >= WAVE_LINK_REQUIRED)
        later = to > at + start
        at, to = at[later], to[later]
        found.append((rows[at + start], rows[to], block[at, to]))
    nothing = np.empty(0, dtype=np.int64)
    first = (nothing, nothing, np.empty(0, dtype=np.float32))
    one, other, likeness = (np.concatenate(each) for each in zip(first, *found, strict=True))
    return one, other, likeness


def _either(requirements: Requirements, one: Places, other: Places, count: int) -> Flags:
    forth, back = requirements.holds(one, other, count), requirements.holds(other, one, count)
    return forth | back


def _components(count: int, one: Places, other: Places) -> Places:
    """Return the least row that each row is linked with, over any number of links."""
    group = np.arange(count)
    while True:
        before = group.copy()
        least = np.minimum(group[one], group[other])
        np.minimum.at(group, one, least)
        np.minimum.at(group, other, least)
        group = group[group]
        if (group == before).all():
            return group


def _led(level: Reals, group: Places, rows: Places, requirements: Requirements) -> Places:
    """Return the leader of each group of two or more."""
    members = rows[np.bincount(group, minlength=len(group))[group[rows]] > 1]
    needed = _required_within(group, requirements, len(level))
    best = members[np.lexsort((members, -level[members], -needed[members], group[members]))]
    leaders, first = np.unique(group[best], return_index=True)
    leader = np.full(len(level), -1, dtype=np.int64)
    by_group = np.full(len(level), -1, dtype=np.int64)
    by_group[leaders] = best[first]
    leader[members] = by_group[group[members]]
    return leader


def _required_within(group: Places, requirements: Requirements, count: int) -> Places:
    """Return how many of its own group each row requires, at any depth."""
    inside = group[requirements.dependent] == group[requirements.required]
    edges: dict[int, list[int]] = {}
    for one, other in zip(
        requirements.dependent[inside].tolist(), requirements.required[inside].tolist(), strict=True
    ):
        edges.setdefault(one, []).append(other)
    reached = np.zeros(count, dtype=np.int64)
    for start in edges:
        reached[start] = len(_reach(edges, start)) - 1
    return reached


def _reach(edges: dict[int, list[int]], start: int) -> set[int]:
    seen, waiting = {start}, [start]
    while waiting:
        for onward in edges.get(waiting.pop(), ()):
            if onward not in seen:
                seen.add(onward)
                waiting.append(onward)
    return seen
