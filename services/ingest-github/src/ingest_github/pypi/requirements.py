"""What a package asks for: other packages, and a Python version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

MOST_NAMES = 400
"""Dependencies kept of each kind; the longest lists name everything there is."""

PYTHONS = tuple(f"2.{minor}" for minor in range(8)) + tuple(f"3.{minor}" for minor in range(30))
"""Minor versions that can be somebody's lowest, oldest first."""

MICROS = 31
"""A minor version counts as admitted when one of its first micro releases is."""

# What installers mend before they give up, so that what installs is also read here.
_MENDED = (
    # `'>=3.6'` and `>="3.6"`: quotes around the whole, or around a version.
    (re.compile(r"""['"]"""), ""),
    # `> = 3.6`, `!=4.0*` and `>=3.6.`: a space too many, a dot too few or too many.
    (re.compile(r"(?<=[<>!~=])\s+(?==)"), ""),
    (re.compile(r"(?<=\.\d)\*"), ".*"),
    (re.compile(r"(?<=\d)\.(?=\s*(?:[,);]|$))"), ""),
    # `>=3.6.*`: only == and != take a wildcard.
    (re.compile(r"(~=|>=|<=|>|<)(\s*v?\d+(?:\.\d+)*)(?:\.\*)+"), r"\1\2"),
    # `~=3`: a compatible release needs two numbers; with one it means no less.
    (re.compile(r"~=(\s*v?\d+)(?=\s*(?:[,);]|$))"), r">=\1"),
    # `=>3.6` and `=<4` are written by hand.
    (re.compile(r"(?<![=~!<>])=([<>])(?=\s*v?\d)"), r"\1="),
    # `>=3.6,,<4` and `>=3.6,`.
    (re.compile(r",(?=\s*(?:,|$|\)|;))"), ""),
    # `>=2.7 !=3.0.*` and `>=3.6 <4`: a comma is missing.
    (re.compile(r"(?<=[\d*])\s+(?=(?:[=!~]=|[<>]=?)\s*v?\d)"), ","),
)
_NAMED = re.compile(
    r"""\s*([A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?)     # a name
    \s*(?:\[[^\]]*\]\s*)?                        # extras
    (?:[(<>=!~@][^;]*)?                           # what is broken
    (?:;(.*))?""",  # what it depends on
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Dependencies:
    """Canonical names, sorted; a name that is always required is not repeated as an extra."""

    required: list[str]
    by_extra: list[str]


def read_dependencies(requires_dist: Sequence[object], package: str = "") -> Dependencies:
    """Split the declared requirements into those of the package and those of its extras.

    Lines that name no package are left out; a broken version beside a name hides it from nobody.
    A requirement for some systems or Pythons only counts as required. A package that requires its
    own extras does not depend on itself.
    """
    required: set[str] = set()
    by_extra: set[str] = set()
    for name, marker in filter(None, map(_asked, requires_dist)):
        kind = by_extra if _only_by_extra(marker) else required
        kind.add(canonicalize_name(name))
    for kind in (required, by_extra):
        kind.discard(canonicalize_name(package))
    return Dependencies(sorted(required)[:MOST_NAMES], sorted(by_extra - required)[:MOST_NAMES])


def _asked(line: object) -> tuple[str, Marker | None] | None:
    """Return the package that a requirement names, and when it is needed."""
    if not isinstance(line, str):
        return None
    try:
        requirement = Requirement(line)
    except InvalidRequirement:
        return _asked_brokenly(line)
    return requirement.name, requirement.marker


def _asked_brokenly(line: str) -> tuple[str, Marker | None] | None:
    """Return what is certain of a requirement whose version cannot be read."""
    match = _NAMED.fullmatch(line)
    return (match[1], _marker(match[2])) if match else None


def _marker(words: str | None) -> Marker | None:
    """Return the marker; one that cannot be read either still tells of an extra."""
    try:
        return Marker(words.strip()) if words else None
    except InvalidMarker:
        return Marker("extra == ''") if words and re.search(r"\bextra\s*==", words) else None


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
    """Return the lowest minor version that the specifiers admit, as `3.9`; None where none is."""
    admitted = _specifiers(requires_python)
    if not admitted:
        return None
    return next((minor for minor in PYTHONS if _admitted(minor, admitted)), None)


def _specifiers(words: str) -> SpecifierSet | None:
    """Return the specifiers, mended as installers mend them."""
    for attempt in (words, _mended(words)):
        try:
            return SpecifierSet(attempt)
        except InvalidSpecifier:
            continue
    return None


def _mended(words: str) -> str:
    for broken, sound in _MENDED:
        words = broken.sub(sound, words.strip())
    return words


def _admitted(minor: str, specifiers: SpecifierSet) -> bool:
    return any(specifiers.contains(f"{minor}.{micro}") for micro in range(MICROS))
