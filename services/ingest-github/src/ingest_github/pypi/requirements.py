"""What a package asks for: other packages, and a Python version."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

MOST_NAMES = 400
"""Dependencies kept of each kind; the longest lists name everything there is."""

PYTHONS = tuple(f"2.{minor}" for minor in range(8)) + tuple(f"3.{minor}" for minor in range(30))
"""Minor versions that can be somebody's lowest, oldest first."""

MICROS = 31
"""A minor version counts as admitted when one of its first micro releases is."""


@dataclass(frozen=True)
class Dependencies:
    """Canonical names, sorted; a name that is always required is not repeated as an extra."""

    required: list[str]
    by_extra: list[str]


def read_dependencies(requires_dist: Sequence[object], package: str = "") -> Dependencies:
    """Split the declared requirements into those of the package and those of its extras.

    Lines that are no requirement (PEP 508) are left out. A requirement for some systems or
    Pythons only counts as required. A package that requires its own extras does not depend on
    itself.
    """
    required: set[str] = set()
    by_extra: set[str] = set()
    for line in requires_dist:
        requirement = _requirement(line)
        if requirement is not None:
            kind = by_extra if _only_by_extra(requirement.marker) else required
            kind.add(canonicalize_name(requirement.name))
    for kind in (required, by_extra):
        kind.discard(canonicalize_name(package))
    return Dependencies(sorted(required)[:MOST_NAMES], sorted(by_extra - required)[:MOST_NAMES])


def _requirement(line: object) -> Requirement | None:
    try:
        return Requirement(line) if isinstance(line, str) else None
    except InvalidRequirement:
        return None


def _only_by_extra(marker: Marker | None) -> bool:
    """Tell whether the marker is false in every environment that asks for no extra."""
    if marker is None or "extra" not in str(marker):
        return False
    # packaging has no public way to walk a marker, and evaluating it asks for an environment.
    return not _admits(marker._markers)


def _admits(parts: Any) -> bool:
    """Evaluate a marker with every `extra ==` false and everything else true."""
    if isinstance(parts, list):
        return any(all(_admits(part) for part in group) for group in _alternatives(parts))
    left, operator, right = (str(part) for part in parts)
    return "extra" not in (left, right) or operator == "!="


def _alternatives(parts: list[Any]) -> list[list[Any]]:
    """Split `a and b or c` at its `or`s."""
    groups: list[list[Any]] = [[]]
    for part in parts:
        if part == "or":
            groups.append([])
        elif part != "and":
            groups[-1].append(part)
    return groups


@lru_cache(maxsize=4096)
def minimum_python(requires_python: str) -> str | None:
    """Give the lowest minor version that the specifiers admit, as `3.9`; None where none is."""
    try:
        admitted = SpecifierSet(requires_python)
    except InvalidSpecifier:
        return None
    if not admitted:
        return None
    return next((minor for minor in PYTHONS if _admitted(minor, admitted)), None)


def _admitted(minor: str, specifiers: SpecifierSet) -> bool:
    return any(specifiers.contains(f"{minor}.{micro}") for micro in range(MICROS))
