"""Findings about packages, and the advisory catalogue."""

from datetime import date, datetime
from enum import StrEnum

from events.base import Event, Message


class FindingKind(StrEnum):
    """What a finding says."""

    VULNERABLE = "vulnerable"
    MALICIOUS = "malicious"
    HIJACKED = "hijacked"
    """Some versions were malicious; the latest is not among them. A warning, not a verdict."""
    LOOKALIKE = "lookalike"
    QUARANTINED = "quarantined"
    YANKED = "yanked"


class Severity(StrEnum):
    """How bad; `unknown` where neither a vector nor the database says."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"


class Finding(Message, frozen=True, kw_only=True):
    """One thing found about one package, with its source."""

    kind: FindingKind
    source: str
    """osv, pypi or names."""
    id: str
    """Advisory identifier; for a look-alike the name it is close to."""
    severity: Severity = Severity.UNKNOWN
    summary: str = ""
    url: str = ""
    since: date | None = None
    fixed_in: str | None = None
    aliases: list[str] = []
    probability: float | None = None
    """Look-alikes only."""
    evidence: list[str] = []


class PackageFindings(Message, frozen=True, kw_only=True):
    """All findings of one package; an empty list means examined and clean."""

    name: str
    version: str | None = None
    findings: list[Finding] = []
    safe_version: str | None = None
    """Newest version without an open flaw, where the sources name enough to tell."""
    median_days_to_fix: int | None = None


class SecurityObserved(Event, frozen=True, kw_only=True):
    """The packages of one piece of work."""

    run_id: str
    seq: int
    packages: list[PackageFindings]


class AffectedPackage(Message, frozen=True, kw_only=True):
    """What an advisory says of one package."""

    name: str
    ranges: list[str] = []
    """Human-readable, as `>=1.2, <1.4`."""
    fixed_in: list[str] = []


class Advisory(Message, frozen=True, kw_only=True):
    """One flaw, joined over all its identifiers."""

    id: str
    aliases: list[str] = []
    kind: FindingKind
    severity: Severity = Severity.UNKNOWN
    score: float | None = None
    """CVSS base score, 0 to 10."""
    summary: str = ""
    details: str = ""
    url: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    withdrawn: datetime | None = None
    packages: list[AffectedPackage] = []


class AdvisoriesObserved(Event, frozen=True, kw_only=True):
    """A part of the advisory catalogue; the parts together are the whole catalogue."""

    run_id: str
    part: int
    parts: int
    advisories: list[Advisory]
    records: int = 0
    """Records in the archive, broken ones included."""
    broken: list[str] = []
    """At most 100 names of records that could not be read."""
