"""What somebody asks about: packages with their versions, and lines that could not be read."""

from collections.abc import Iterable

import msgspec
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from api.search.names import LONGEST, VALID

SHOWN = 200
"""Letters of a line that are given back with the reason why it was not read."""


class Wanted(msgspec.Struct, frozen=True):
    """One package that was asked for."""

    name: str
    """Canonical (PEP 503)."""
    version: str | None = None
    """The one version that is meant, where there is one."""
    text: str = ""
    line: int | None = None


class Unread(msgspec.Struct, frozen=True):
    """One line that was not read, and why."""

    text: str
    reason: str
    line: int | None = None


class Reading(msgspec.Struct, frozen=True):
    """Everything that was read, in its order, each package and version once."""

    wanted: list[Wanted]
    unread: list[Unread]


def wanted(name: str, version: str | None, text: str, line: int | None = None) -> Wanted | Unread:
    """Return what is asked for, or that no package can have this name."""
    if len(name) > LONGEST or not VALID.fullmatch(name):
        return unread(text, "no package can have this name", line)
    return Wanted(canonicalize_name(name), version, text[:SHOWN], line)


def unread(text: str, reason: str, line: int | None = None) -> Unread:
    """Return a line that was not read, cut to what is worth showing."""
    return Unread(text[:SHOWN], reason, line)


def pinned(specifiers: SpecifierSet) -> str | None:
    """Return the one version that specifiers admit: that of a sole `==` without a wildcard."""
    exact = [each for each in specifiers if each.operator in ("==", "===")]
    alone = len(specifiers) == 1 and len(exact) == 1 and not exact[0].version.endswith(".*")
    return exact[0].version if alone else None


def gathered(entries: Iterable[Wanted | Unread]) -> Reading:
    """Return the entries apart; a package asked for twice in the same version counts once."""
    packages: dict[tuple[str, str | None], Wanted] = {}
    others: list[Unread] = []
    for each in entries:
        if isinstance(each, Unread):
            others.append(each)
        else:
            packages.setdefault((each.name, each.version), each)
    return Reading(list(packages.values()), others)
