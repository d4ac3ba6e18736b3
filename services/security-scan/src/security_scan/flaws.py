"""One flaw for all records that speak of it, joined over their identifiers."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from security_scan.records import Affected, Record
from security_scan.severity import UNRATED, Rating, worst

LEADING = ("MAL-", "GHSA-", "PYSEC-")
"""Whose record speaks for a flaw: reports of malware, then the best described."""

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a withdrawal whose date cannot be read: the withdrawal itself must not be lost."""


class Flaw(NamedTuple):
    """Records of one flaw, the leading one first."""

    records: tuple[Record, ...]

    @property
    def id(self) -> str:
        """The identifier by which the flaw is known here."""
        return self.records[0].id

    @property
    def aliases(self) -> list[str]:
        """All its other identifiers, sorted."""
        named = {name for record in self.records for name in (record.id, *record.aliases)}
        return sorted(named - {self.id})

    @property
    def standing(self) -> tuple[Record, ...]:
        """The records that nobody has withdrawn."""
        return tuple(record for record in self.records if not record.withdrawn)

    @property
    def speaking(self) -> tuple[Record, ...]:
        """The standing records; all of them where the whole flaw was withdrawn."""
        return self.standing or self.records

    @property
    def withdrawn(self) -> bool:
        """Whether nothing of it stands any more."""
        return not self.standing

    @property
    def withdrawn_at(self) -> datetime | None:
        """When the last record of it was withdrawn; none while one stands."""
        if not self.withdrawn:
            return None
        dates = (record.withdrawn_at or record.modified for record in self.records)
        return max((date for date in dates if date), default=UNDATED)

    @property
    def modified(self) -> datetime | None:
        """When a record of it was last changed."""
        return max((r.modified for r in self.records if r.modified), default=None)

    @property
    def malicious(self) -> bool:
        """Whether it is about malware."""
        return any(record.malicious for record in self.speaking)

    @property
    def published(self) -> datetime | None:
        """When it was first made public."""
        return min((r.published for r in self.speaking if r.published), default=None)

    @property
    def rating(self) -> Rating:
        """The worst that a standing record says, of itself or of a package."""
        own = [record.rating for record in self.speaking]
        return worst([*own, *(each.rating for r in self.speaking for each in r.affected)])

    def rating_in(self, name: str) -> Rating:
        """Return how bad it is in one package: what is said of others does not count."""
        said = list(self.about(name))
        return worst(
            affected.rating if affected.rating != UNRATED else record.rating
            for record, affected in said
        )

    @property
    def summary(self) -> str:
        """One line about it."""
        return next((record.summary for record in self.speaking if record.summary), "")

    def names(self) -> list[str]:
        """Canonical names of the packages it is about, sorted."""
        return sorted({each.name for record in self.speaking for each in record.affected})

    def about(self, name: str) -> Iterator[tuple[Record, Affected]]:
        """What each standing record says of a package.

        Where a report of malware names versions, those alone are meant: a range beside them, in
        it or in a copy of it, is what it said before it was made exact.
        """
        yield from self._exact(self.standing, name)

    def fixes(self, name: str) -> Iterator[str]:
        """Versions that the standing records call fixed, released or not."""
        return (version for _, said in self.about(name) for version in said.fixed)

    def told_of(self, name: str) -> Iterator[Affected]:
        """What the flaw says of a package, for the catalogue: also where it was withdrawn."""
        return (affected for _, affected in self._exact(self.speaking, name))

    @staticmethod
    def _exact(records: Iterable[Record], name: str) -> Iterator[tuple[Record, Affected]]:
        said = [(r, each) for r in records for each in r.affected if each.name == name]
        exact = any(record.malicious and affected.versions for record, affected in said)
        for record, affected in said:
            yield record, affected.named_alone() if exact and record.malicious else affected

    def holds(self, name: str, version: str) -> bool:
        """Whether a standing record says that this version is affected."""
        return any(affected.holds(version) for _, affected in self.about(name))


def join(records: Iterable[Record]) -> list[Flaw]:
    """Return one flaw for each set of records linked by identifiers and aliases, sorted by id."""
    kept = list(records)
    leader = _Sets()
    for record in kept:
        leader.find(record.id)
        for alias in record.aliases:
            leader.union(record.id, alias)
    groups: dict[str, list[Record]] = {}
    for record in kept:
        groups.setdefault(leader.find(record.id), []).append(record)
    flaws = (Flaw(tuple(sorted(group, key=_order))) for group in groups.values())
    return sorted(flaws, key=lambda flaw: flaw.id)


def _order(record: Record) -> tuple[bool, int, str, str]:
    place = next((n for n, p in enumerate(LEADING) if record.id.startswith(p)), len(LEADING))
    return record.withdrawn, place, record.id, record.member


class _Sets:
    """Disjoint sets of identifiers (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, name: str) -> str:
        parent = self._parent
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def union(self, one: str, other: str) -> None:
        self._parent[self.find(one)] = self.find(other)
