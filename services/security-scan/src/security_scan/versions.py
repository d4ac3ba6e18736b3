"""Order of versions, and the intervals of versions that an advisory's events enclose."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version

MAX_VERSION_LENGTH = 200
"""Characters; PyPI admits no longer version."""

Place = tuple[int, object]
"""A sort key: the beginning of time, then versions from before PEP 440, then PEP 440's order."""

BEGINNING: Place = (0, 0)

_BEFORE_PEP_440 = 1
_BY_PEP_440 = 2


@lru_cache(maxsize=100_000)
def parsed(text: str) -> Version | None:
    """Return the version, or none where PEP 440 does not know such a spelling."""
    if len(text) > MAX_VERSION_LENGTH:
        return None
    try:
        return Version(text)
    except InvalidVersion:
        return None


OLD_VERSION = re.compile(r"[a-z0-9][^\s<>=,;!|^~\[\]()]*", re.IGNORECASE)
"""A version from before PEP 440, such as `2004d`: without what specifiers and prose alone have."""


def is_version(text: str) -> bool:
    """Return whether a text can be a version of any age, or the `*` of a limit."""
    plain = text.strip()
    if plain == "*" or parsed(plain) is not None:
        return True
    return OLD_VERSION.fullmatch(plain) is not None and any(map(str.isdigit, plain))


def place(text: str) -> Place:
    """Return the version's place in the order.

    PyPI has accepted nothing but PEP 440 since 2017, so a spelling unknown to it comes before
    every other; OSV orders in the same way.
    """
    version = parsed(text)
    if version is None:
        return (_BEFORE_PEP_440, _natural(text))
    return (_BY_PEP_440, version)


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"[0-9]+|[a-z]+", text[:MAX_VERSION_LENGTH].lower())
    return tuple((1, int(part), "") if part.isdigit() else (0, 0, part) for part in parts)


@lru_cache(maxsize=100_000)
def spelled_once(text: str) -> str:
    """Return one spelling for all that mean the same version: `1.0` and `v1.0.0` are both `1`."""
    if parsed(text) is None:
        return text[:MAX_VERSION_LENGTH].strip().lower()
    return canonicalize_version(text)


class Interval(NamedTuple):
    """Versions from `start` on, up to `end`; no end means all later versions."""

    start: Place
    end: Place | None = None
    closed: bool = False
    """Whether `end` itself belongs to it."""

    def holds(self, point: Place) -> bool:
        """Whether the version at this place is inside."""
        if point < self.start:
            return False
        if self.end is None:
            return True
        return point <= self.end if self.closed else point < self.end


class Boundary(NamedTuple):
    """One event of an OSV range: introduced, fixed, last_affected or limit, at a version."""

    kind: str
    version: str


def intervals(events: Iterable[Boundary]) -> tuple[Interval, ...]:
    """Return the affected intervals of one OSV range, whatever the order of its events.

    Source of the rule: OSV schema, "Evaluation". Where a fix and a new introduction fall on one
    version the state before it goes on: `[1, 2)` and `[2, 3)` join, `[1, 1)` is empty.
    """
    kinds: defaultdict[Place, set[str]] = defaultdict(set)
    limits = []
    for kind, version in events:
        if kind == "limit":
            limits.append(version)
        elif kind == "introduced" and version == "0":
            kinds[BEGINNING].add(kind)
        else:
            kinds[place(version)].add(kind)
    found = tuple(_walk(kinds))
    if not limits or "*" in limits:
        return found
    return tuple(_capped(found, max(place(limit) for limit in limits)))


def _walk(kinds: dict[Place, set[str]]) -> Iterator[Interval]:
    start: Place | None = None
    for point in sorted(kinds):
        here = kinds[point]
        if "introduced" in here and "fixed" not in here and start is None:
            start = point
        elif "fixed" in here and "introduced" not in here and start is not None:
            yield Interval(start, point)
            start = None
        if "last_affected" in here and start is not None:
            yield Interval(start, point, closed=True)
            start = None
    if start is not None:
        yield Interval(start)


def _capped(found: Iterable[Interval], limit: Place) -> Iterator[Interval]:
    for interval in found:
        if interval.start >= limit:
            continue
        if interval.end is None or interval.end >= limit:
            yield Interval(interval.start, limit)
        else:
            yield interval
