"""The advisory catalogue as messages: every flaw with its text, in parts below 1 MB."""

from collections.abc import Iterator
from typing import NamedTuple
from zipfile import ZipFile

import msgspec

from events import AdvisoriesObserved, Advisory, AffectedPackage, FindingKind
from events.message_size import LARGEST_BODY
from security_scan.archive import Bounds, BrokenMemberError, opened, unpack
from security_scan.flaws import Flaw
from security_scan.index import MAX_BROKEN_NAMED, Index
from security_scan.records import read_details, shortened
from security_scan.versions import place

FLAWS_PER_PART = 250
"""A flaw takes 1 to 3 kB, so that a part seldom has to be cut."""


class Cut(NamedTuple):
    """How much of an advisory is told."""

    details: int = 2_000
    """Characters."""
    packages: int = 1_000
    ranges: int = 50
    """Intervals, and fixing versions, of each package."""
    aliases: int = 200


CUTS = (Cut(), Cut(600, 100, 20, 50), Cut(200, 20, 10, 20), Cut(0, 5, 3, 5))
"""The first that lets a part fit is taken; the last always does: 250 x 3 kB."""


def part_count(index: Index) -> int:
    """How many messages the catalogue takes."""
    return -(-len(index.flaws) // FLAWS_PER_PART)


def parts(index: Index, bounds: Bounds, page_url: str, run_id: str) -> Iterator[AdvisoriesObserved]:
    """Yield the catalogue's messages; texts are read as they are needed."""
    with opened(index.path, bounds) as archive:
        texts = _Texts(archive, bounds)
        for part in range(part_count(index)):
            start = part * FLAWS_PER_PART
            flaws = index.flaws[start : start + FLAWS_PER_PART]
            for cut in CUTS:
                event = AdvisoriesObserved(
                    run_id=run_id,
                    part=part,
                    parts=part_count(index),
                    advisories=[advisory(flaw, texts, page_url, cut) for flaw in flaws],
                    records=index.records,
                    broken=[name[:200] for name in sorted(index.broken)[:MAX_BROKEN_NAMED]],
                )
                if len(msgspec.json.encode(event)) <= LARGEST_BODY:
                    break
            yield event


class _Texts:
    """Long texts of records, read from the archive when they are asked for."""

    def __init__(self, archive: ZipFile, bounds: Bounds) -> None:
        self._archive = archive
        self._bounds = bounds

    def of(self, flaw: Flaw, length: int) -> str:
        """Return the first text a record of this flaw has, cut to `length` characters."""
        for record in flaw.speaking if length else ():
            try:
                text = read_details(unpack(self._archive, record.member, self._bounds), length + 1)
            except (BrokenMemberError, msgspec.MsgspecError, KeyError):
                continue
            if text:
                return shortened(text, length)
        return ""


def advisory(flaw: Flaw, texts: _Texts, page_url: str, cut: Cut) -> Advisory:
    """Return the catalogue's entry for one flaw."""
    rated = flaw.rating
    return Advisory(
        id=flaw.id,
        aliases=flaw.aliases[: cut.aliases],
        kind=FindingKind.MALICIOUS if flaw.malicious else FindingKind.VULNERABLE,
        severity=rated.severity,
        score=rated.score,
        summary=flaw.summary,
        details=texts.of(flaw, cut.details),
        url=f"{page_url}{flaw.id}",
        published=flaw.published,
        modified=flaw.modified,
        withdrawn=flaw.withdrawn_at,
        packages=[_package(flaw, name, cut.ranges) for name in flaw.names()[: cut.packages]],
    )


def _package(flaw: Flaw, name: str, length: int) -> AffectedPackage:
    said = list(flaw.told_of(name))
    ranges = dict.fromkeys(text for each in said for text in each.ranges)
    fixed = {version for each in said for version in each.fixed}
    return AffectedPackage(
        name=name,
        ranges=list(ranges)[:length],
        fixed_in=sorted(fixed, key=place)[:length],
    )
