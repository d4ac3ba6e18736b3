"""The archive in memory: every flaw, found by package or by identifier."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from security_scan.archive import ArchiveError, Bounds, BrokenMemberError, members, opened, unpack
from security_scan.flaws import Flaw, join
from security_scan.records import BrokenRecordError, Record, read_record

MAX_BROKEN_NAMED = 100


@dataclass(frozen=True)
class Index:
    """All flaws of one archive."""

    path: Path
    flaws: list[Flaw]
    """Sorted by identifier."""
    by_name: dict[str, list[Flaw]]
    """Canonical package name to the flaws that speak of it, withdrawn ones included."""
    identifiers: frozenset[str]
    """Every identifier and alias in the archive."""
    readable: int
    """Records read whole."""
    broken: dict[str, str]
    """Files that could not be read, or not whole, with the reason."""

    @property
    def records(self) -> int:
        """Records in the archive, broken ones included."""
        return self.readable + len(self.broken)

    def about(self, name: str) -> list[Flaw]:
        """The flaws that speak of a package, withdrawn ones included."""
        return self.by_name.get(name, [])


def read_index(path: Path, bounds: Bounds) -> Index:
    """Read the whole archive; a broken record costs that record only.

    Raises ArchiveError where the archive is not whole or holds nothing that can be read.
    """
    broken: dict[str, str] = {}
    records = list(_read(path, bounds, broken))
    if not records:
        raise ArchiveError("OSV's archive holds no record that can be read.")
    flaws = join(records)
    return Index(
        path=path,
        flaws=flaws,
        by_name=_by_name(flaws),
        identifiers=frozenset(name for each in records for name in (each.id, *each.aliases)),
        readable=sum(not record.broken for record in records),
        broken=broken,
    )


def _read(path: Path, bounds: Bounds, broken: dict[str, str]) -> Iterator[Record]:
    with opened(path, bounds) as archive:
        for member in members(archive):
            try:
                record = read_record(member, unpack(archive, member, bounds))
                if record.broken:
                    broken[member] = record.broken
                yield record
            except (BrokenMemberError, BrokenRecordError) as error:
                broken[member] = str(error)


def _by_name(flaws: list[Flaw]) -> dict[str, list[Flaw]]:
    found: dict[str, list[Flaw]] = {}
    for flaw in flaws:
        for name in flaw.names():
            found.setdefault(name, []).append(flaw)
    return found
