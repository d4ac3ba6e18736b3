"""OSV records: from one JSON document to what matching needs, small enough to keep 100,000."""

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from security_scan.malware import is_malware
from security_scan.schema import AffectedEntry, Document, Range, Remarks, StatedSeverity, decode
from security_scan.severity import UNRATED, Rating, rating
from security_scan.versions import (
    MAX_VERSION_LENGTH,
    Boundary,
    Interval,
    intervals,
    is_version,
    place,
    spelled_once,
)
from servicekit.foreign_text import shown

ECOSYSTEM = "PyPI"
MAX_SUMMARY = 300
"""Characters."""
MAX_ID = 100
"""Characters of an identifier."""
MAX_ALIASES = 64
"""Aliases a record may name; with more it would join what has nothing in common."""
MAX_NAME = 200
"""Characters of a package's name."""
MAX_PACKAGES = 2_000
"""`affected` entries in one record."""
MAX_VERSIONS = 50_000
"""Versions and events in one record."""
MAX_SHOWN = 50
"""Versions shown of those an entry without ranges names."""
OLDEST_YEAR = 1990
"""A date before it means that nobody knew: records exist that were modified in the year 1."""


class BrokenRecordError(ValueError):
    """A record that cannot be used; its message says why."""


class Affected(NamedTuple):
    """What a record says of one package."""

    name: str
    """Canonical (PEP 503)."""
    versions: tuple[str, ...]
    """Versions named one by one, in the spelling of `spelled_once`.

    A tuple, because 25,000 sets of a hundred versions would take 200 MB.
    """
    intervals: tuple[Interval, ...]
    fixed: tuple[str, ...]
    """Versions that mend it, oldest first."""
    ranges: tuple[str, ...]
    """What is affected, for people: `>=1.2, <1.4`, or `==1.3` where there is no range."""
    rating: Rating = UNRATED
    """How bad it is in this package, where the record says so of the package itself."""

    def holds(self, version: str) -> bool:
        """Whether the record names the version, or has it inside a range (OSV schema)."""
        if spelled_once(version) in self.versions:
            return True
        point = place(version)
        return any(interval.holds(point) for interval in self.intervals)

    def named_alone(self) -> "Affected":
        """Return what is left without ranges: the versions that are named."""
        if not self.intervals:
            return self
        shown = sorted(self.versions, key=place)[-MAX_SHOWN:]
        return self._replace(intervals=(), ranges=tuple(f"=={version}" for version in shown))

    @property
    def everything(self) -> bool:
        """Whether all versions there are and will be are meant."""
        return any(each.start[0] == 0 and each.end is None for each in self.intervals)


class Record(NamedTuple):
    """One record of the archive, without its long text."""

    id: str
    member: str
    """Its file in the archive, where the long text is."""
    aliases: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    withdrawn: bool
    withdrawn_at: datetime | None
    rating: Rating
    """What it says of itself as a whole."""
    summary: str
    affected: tuple[Affected, ...]
    malicious: bool = False
    """Whether it is a report of malware."""
    broken: str = ""
    """What of it could not be read, though the rest is used."""


def canonical(name: str) -> str:
    """Return the name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_record(member: str, body: bytes) -> Record:
    """Read one record. Raises BrokenRecordError, and nothing else, where it cannot be used."""
    try:
        return _record(member, decode(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenRecordError(str(error)) from error


def read_details(body: bytes, length: int) -> str:
    """Return the first `length` characters of the long text; empty where there is none."""
    return shown(decode(body).details or "")[:length]


def _record(member: str, document: Document) -> Record:
    if not document.id or len(document.id) > MAX_ID:
        raise BrokenRecordError(f"its identifier has {len(document.id)} characters")
    affected = document.affected or []
    _refuse_absurd(affected)
    remarks = document.database_specific or Remarks()
    aliases = [alias for alias in document.aliases or [] if 0 < len(alias) <= MAX_ID]
    return Record(
        id=document.id,
        member=member,
        aliases=tuple(map(sys.intern, aliases)) if len(aliases) <= MAX_ALIASES else (),
        published=_moment(document.published),
        modified=_moment(document.modified),
        withdrawn=bool(document.withdrawn),
        withdrawn_at=_moment(document.withdrawn),
        rating=rating(_vectors(document.severity), remarks.severity),
        summary=_summary(document),
        affected=tuple(_by_package(affected)),
        malicious=is_malware(document.id, (document.summary, document.details), remarks.cwe_ids),
        broken=_unreadable(affected),
    )


def _refuse_absurd(affected: list[AffectedEntry]) -> None:
    if len(affected) > MAX_PACKAGES:
        raise BrokenRecordError(f"it names {len(affected)} packages")
    named = sum(len(each.versions or ()) for each in affected)
    events = sum(len(r.events or ()) for each in affected for r in each.ranges or ())
    if named + events > MAX_VERSIONS:
        raise BrokenRecordError(f"it names {named} versions and {events} events")


def _moment(value: object) -> datetime | None:
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    if not OLDEST_YEAR <= moment.year < 9999:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _vectors(stated: list[StatedSeverity] | None) -> Iterator[str]:
    return (each.score for each in stated or () if isinstance(each.score, str))


def _summary(document: Document) -> str:
    """Return the record's summary, or the first lines of its text where it has none."""
    text = shown(document.summary or (document.details or "")[: 4 * MAX_SUMMARY])
    return shortened(" ".join(text.split()), MAX_SUMMARY)


def shortened(text: str, length: int) -> str:
    """Return the text cut to at most `length` characters, with a sign where it was cut."""
    return text if len(text) <= length else text[: max(length - 1, 0)].rstrip() + "…"


def _by_package(affected: Iterable[AffectedEntry]) -> Iterator[Affected]:
    """Join the entries of each package: some sources repeat it once per interval."""
    entries: dict[str, list[AffectedEntry]] = {}
    for each in affected:
        package = each.package
        if package is None or package.ecosystem.split(":")[0] != ECOSYSTEM:
            continue
        if not package.name or len(package.name) > MAX_NAME:
            raise BrokenRecordError("it names a package that PyPI cannot have")
        entries.setdefault(sys.intern(canonical(package.name)), []).append(each)
    for name, mine in entries.items():
        yield _affected(name, mine)


def _affected(name: str, entries: list[AffectedEntry]) -> Affected:
    ranges = [events for each in entries for events in _readable_ranges(each)]
    named = {version for each in entries for version in each.versions or ()}
    words = dict.fromkeys(text for events in ranges for text in _in_words(events))
    fixed = {event.version for events in ranges for event in events if event.kind == "fixed"}
    return Affected(
        name=name,
        versions=tuple({sys.intern(spelled_once(version)) for version in named}),
        intervals=tuple(interval for events in ranges for interval in intervals(events)),
        fixed=tuple(sorted(map(sys.intern, fixed), key=place)),
        ranges=tuple(words) or tuple(f"=={each}" for each in _newest(named)),
        rating=rating(vector for each in entries for vector in _vectors(each.severity)),
    )


def _readable_ranges(entry: AffectedEntry) -> Iterator[list[Boundary]]:
    """Yield an entry's ranges; of one with an event that cannot be read only what is sure.

    The named versions are sure where there are some. Else the range is read without the event:
    a fix that nobody can read is no reason to call a version clean.
    """
    for found in entry.ranges or ():
        if found.type == "GIT":
            continue
        events = _boundaries(found)
        readable = [each for each in events if is_version(each.version)]
        if len(readable) == len(events):
            yield events
        elif not entry.versions:
            begins = any(each.kind == "introduced" for each in readable)
            yield readable if begins else [Boundary("introduced", "0"), *readable]


def _unreadable(affected: list[AffectedEntry]) -> str:
    """Return a sentence on the first event that cannot be read; empty where all can."""
    ranges = (found for each in affected for found in each.ranges or () if found.type != "GIT")
    events = (event for found in ranges for event in _boundaries(found))
    wrong = next((each for each in events if not is_version(each.version)), None)
    return f"`{wrong.kind}` at {wrong.version!r}, which is no version" if wrong else ""


def _newest(named: set[str]) -> list[str]:
    return sorted((each[:MAX_VERSION_LENGTH] for each in named), key=place)[-MAX_SHOWN:]


def _boundaries(found: Range) -> list[Boundary]:
    pairs = [
        Boundary(kind, version)
        for event in found.events or ()
        for kind in ("introduced", "fixed", "last_affected", "limit")
        if (version := getattr(event, kind)) is not None
    ]
    if any(len(each.version) > MAX_VERSION_LENGTH for each in pairs):
        raise BrokenRecordError("a version in a range has more characters than PyPI admits")
    return pairs


def _in_words(events: list[Boundary]) -> Iterator[str]:
    """Yield the intervals for people; `*` means all versions."""
    spelling = {place(each.version): each.version for each in events}
    for start, end, closed in intervals(events):
        low = [] if start[0] == 0 else [f">={spelling[start]}"]
        high = [] if end is None else [f"{'<=' if closed else '<'}{spelling[end]}"]
        yield ", ".join(low + high) or "*"
