"""Packages."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel

from api.documents.base import Dated, field

Status = Literal["clean", "vulnerable", "malicious", "lookalike", "quarantined", "unknown"]


class Downloads(BaseModel):
    """Downloads up to the newest published day."""

    last_day: int = field("Downloads of the newest day.", 39_600_000)
    last_week: int = field("Downloads of the last 7 days.", 277_200_000)
    last_month: int = field("Downloads of the last 30 days.", 1_148_400_000)
    total: int = field("Downloads since the first day known.", 9_564_000_000)
    rank: int | None = field("Place by last_month among all packages; null without downloads.", 4)


class Momentum(BaseModel):
    """How downloads move against the market."""

    score: float | None = field(
        "Steady growth per four weeks over six months against the market, as a logarithm; "
        "0.02 is about two per cent.",
        0.0213,
    )
    week_over_week: float | None = field("This week against the four before; 0.1 is +10 %.", 0.013)
    enough_data: bool = field("Whether there is enough data to tell a trend from chance.", True)


class ShortHealth(BaseModel):
    """The health score."""

    score: float | None = field("0 to 100; null where too little is known.", 91.3)
    confidence: str | None = field("high, medium or low: how much of the inputs is known.", "high")
    rules_version: str | None = field("Version of the rules, see /api/definitions.", "1")


class Labels(BaseModel):
    """Labels; each value is explained by the package's score, each rule by the definitions."""

    maintenance: str = field("When the last sign of work was.", "active")
    category: str = field("What downloads and stars say together.", "industry standard")
    python: str = field("Support of living Python versions.", "current")
    license: str = field("Class of the licence.", "permissive")
    cadence: str = field("How often it is released.", "regular")
    contributor_risk: str = field("How many people carry it, for its use.", "healthy")


class Repository(BaseModel):
    """The repository matched to the package."""

    full_name: str = field("Owner and name on GitHub.", "psf/requests")
    stars: int = field("Stars when last observed.", 54_000)
    forks: int = field("Forks when last observed.", 9_500)
    open_issues: int | None = field("Open issues without pull requests.", 200)
    topics: list[str] = field("Topics its owners gave it.", ["http", "python"])
    last_commit: datetime | None = field(
        "Newest commit of a person on the default branch, UTC; null where commits are not known.",
        "2026-06-25T10:00:00Z",
    )
    last_push: datetime | None = field(
        "Newest push to any branch, bots' included, UTC.", "2026-06-27T08:00:00Z"
    )
    archived: bool | None = field("Whether its owners made it read only.", False)
    confidence: float | None = field("How sure it belongs to the package, 0 to 1.", 0.95)
    observed_at: datetime | None = field("When GitHub was asked.", "2026-06-28T03:00:00Z")


class ShortSecurity(BaseModel):
    """The gravest open finding."""

    status: Status = field("The gravest open finding, or clean, or never examined.", "clean")
    severity: str | None = field(
        "Of a vulnerable package: the worst open flaw of its latest version, critical, high, "
        "medium, low, none or unknown.",
        "high",
        default=None,
    )


class Package(BaseModel):
    """A package as lists show it."""

    name: str = field("Canonical name (PEP 503).", "requests")
    display_name: str = field("Name as its authors spell it.", "requests")
    summary: str | None = field("One line by its authors.", "Python HTTP for Humans.")
    version: str | None = field("Newest version.", "2.34.0")
    released: date | None = field("Day of the newest release, UTC.", "2026-05-20")
    downloads: Downloads = field("Without mirrors.")
    with_mirrors: Downloads = field("All installers, mirrors included; the rank is the same.")
    momentum: Momentum
    health: ShortHealth
    labels: Labels
    repository: Repository | None
    dependents: int = field("Packages that require it, extras not counted.", 60_123)
    project_status: str = field("active, archived, deprecated, quarantined or gone.", "active")
    security: ShortSecurity
    stale: bool = field("Whether the last run did not bring it.", False)
    trend: list[int | None] = field(
        "Downloads without mirrors of the last 52 weeks, smoothed over three, the highest as 100, "
        "oldest first; shorter where the package is younger, null where days are missing, empty "
        "where only a few packages of a list are shown.",
        [61, 64, None, 97, 100],
    )
    first_release: date | None = field(
        "Day of its first release, UTC; where packages are asked for by name.",
        "2011-02-14",
        default=None,
    )
    star_surplus: float | None = field(
        "Stars beyond what its downloads would explain, in standard deviations; only in a list "
        "that is ordered by it.",
        1.7,
        default=None,
    )
    sparkline: list[int | None] = field(
        "Downloads without mirrors of the last 30 days, oldest first; null is a missing day.",
        [39_000_000, None, 40_000_000],
    )


class PackageList(Dated):
    """One page of a list."""

    packages: list[Package]
    next: str | None = field("Cursor of the following page; null at the end.", "WyJkb3du")
    total: int = field("Packages of the whole list.", 886_323)
    missing: list[str] = field(
        "Of `names`, those that no package has; absent from all other lists.",
        ["no-such-package"],
        default_factory=list,
    )


class LabelCount(BaseModel):
    """How many packages of lists have a value."""

    value: str = field("The label's value, as the filter takes it.", "permissive")
    packages: int = field("Packages beside the filters on other labels.", 412_000)


class Facets(Dated):
    """What each value of each label would leave of the list."""

    facets: dict[str, list[LabelCount]] = field(
        "By filter: category, maintenance, license, python, cadence; the most frequent value first."
    )


class Comparison(Dated):
    """Packages side by side."""

    packages: list[Package] = field("In the order asked for.")
    missing: list[str] = field("Names that no package has.", ["no-such-package"])


class Finding(BaseModel):
    """One thing found about a package."""

    kind: str = field(
        "vulnerable, malicious, hijacked, lookalike, quarantined or yanked.", "vulnerable"
    )
    source: str = field("osv, pypi or names.", "osv")
    id: str = field("Identifier; of a look-alike the name it is close to.", "GHSA-9hjg-9r4m-mvj7")
    severity: str = field("critical, high, medium, low, none or unknown.", "medium")
    summary: str = field("What it is.")
    url: str = field("Where to read more.")
    since: date | None = field("Since when it is known.", "2026-05-01")
    fixed_in: str | None = field("Version without it.", "2.32.4")
    aliases: list[str] = field("Other identifiers.", ["CVE-2024-47081"])
    probability: float | None = field("Look-alikes only: how sure, 0 to 1.", 0.97)
    evidence: list[str] = field("What speaks for it.")


class LiftedFinding(BaseModel):
    """One thing that was found about a package and is no longer true."""

    kind: str = field("As in `findings`.", "malicious")
    source: str = field("osv, pypi or names.", "osv")
    id: str = field("Identifier.", "MAL-2026-1234")
    summary: str
    url: str
    found: date = field("Day it was first found.", "2026-05-01")
    lifted: date = field("Day it was found gone.", "2026-05-03")


class Security(BaseModel):
    """Everything found about a package."""

    status: Status
    severity: str | None = field("As in lists.", "high", default=None)
    safe_version: str | None = field("Newest released version without an open flaw.", "2.6.0")
    median_days_to_fix: int | None = field("Days from a flaw's disclosure to its fix.", 12)
    findings: list[Finding] = field("The gravest first.")
    history: list[LiftedFinding] = field("What was lifted, the newest first.")


class LongRepository(Repository):
    """The repository with all that is known of it."""

    description: str | None
    language: str | None = field("Main language.", "Python")
    homepage: str | None
    watchers: int | None
    open_pulls: int | None = field("Open pull requests.", 12)
    contributors: int | None = field(
        "People with a commit, no bots. GitHub's list ends near 500: from 400 on, at least so many."
    )
    commits_last_year: int | None
    fork: bool | None
    matched_by: str | None = field("Why this repository.", "its own link")
    shared_by: int | None = field(
        "Packages that name this repository, this one included; null: not counted yet.", 1
    )


class AdvisoryCount(BaseModel):
    """How many advisories there are."""

    known: int = field("Advisories that name the package.", 3)
    open: int = field("Of them, those its newest version is open to.", 0)


class Dependency(BaseModel):
    """A package that this one requires."""

    name: str
    extra: bool = field("Whether only an extra requires it.", False)
    last_month: int | None = field("Its own downloads of 30 days; null if unknown here.", 9)
    security: ShortSecurity


class Dependent(BaseModel):
    """A package that requires this one."""

    name: str
    last_month: int = field("Its own downloads of 30 days.", 123_456)


class Stars(BaseModel):
    """Stars and forks of one day."""

    day: date
    stars: int
    forks: int


class Freshness(BaseModel):
    """When each source was last read for this package."""

    downloads: date | None
    pypi: datetime | None
    github: datetime | None
    security: date | None


class Release(BaseModel):
    """One release."""

    version: str
    day: date | None = None
    yanked: bool = False
    yanked_reason: str | None = None
    prerelease: bool = False


class PackagePage(Package, Dated):
    """All that is known of a package."""

    security: Security  # type: ignore[assignment]
    repository: LongRepository | None
    advisories: AdvisoryCount
    requires_python: str | None = field("As its metadata says.", ">=3.9")
    license: str | None = field("SPDX expression where one could be read.", "Apache-2.0")
    keywords: list[str]
    owners: list[str] = field("Accounts that can release it, as far as PyPI tells.")
    maintainers: list[str]
    classifiers: list[str]
    links: dict[str, Any] = field("Links by their names.")
    releases: list[Release] = field("Newest first, at most 50.")
    release_count: int | None
    first_release: date | None
    yanked: bool | None = field("Whether the newest release was withdrawn.", False)
    yanked_reason: str | None
    status_reason: str | None
    gone_since: date | None = field("Day it was no longer on PyPI.")
    dependencies: list[Dependency]
    dependents_top: list[Dependent] = field("The most downloaded packages that require it.")
    dependents_by_extra: int = field(
        "Packages that require it only with an extra of theirs; counted up to 10,000.", 120
    )
    dependents_by_extra_top: list[Dependent] = field("The most downloaded of those.")
    previous_month: int | None = field(
        "Downloads without mirrors of the 30 days before the last 30; null where days are missing.",
        1_101_200_000,
    )
    star_history: list[Stars] = field("The last 90 days, Mondays before that.")
    history_from: date | None = field("First day with a download.", "2016-01-12")
    freshness: Freshness
