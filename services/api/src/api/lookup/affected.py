"""Whether a version lies in the ranges that an advisory names.

Ranges are compared as OSV does it, by the order of versions alone: `<2.0` holds 2.0rc1, which a
specifier of PEP 440 leaves out.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import eq, ge, gt, le, lt

from packaging.version import InvalidVersion, Version

EVERY = "*"
COMPARISONS: tuple[tuple[str, Callable[[Version, Version], bool]], ...] = (
    (">=", ge),
    ("<=", le),
    ("==", eq),
    (">", gt),
    ("<", lt),
)


def is_affected(version: str | None, ranges: Iterable[str]) -> bool:
    """Return whether any range holds the version; one that cannot be compared is in none."""
    known = _version(version) if version else None
    return known is not None and any(_holds(each, known) for each in ranges)


@lru_cache(maxsize=8192)
def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _holds(interval: str, version: Version) -> bool:
    if interval == EVERY:
        return True
    return all(_bound(part.strip(), version) for part in interval.split(","))


def _bound(part: str, version: Version) -> bool:
    for sign, compare in COMPARISONS:
        if part.startswith(sign):
            limit = _version(part.removeprefix(sign))
            return limit is not None and compare(version, limit)
    return False
