"""What ingest-github saw at PyPI and GitHub."""

from datetime import date, datetime
from enum import StrEnum

from events.base import Event, Message


class Outcome(StrEnum):
    """How one look at a source ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    GONE = "gone"
    BLOCKED = "blocked"
    EMPTY = "empty"
    FAILED = "failed"
    SKIPPED = "skipped"
    NONE = "none"
    """There is nothing to look at: the package names no repository."""


class Release(Message, frozen=True, kw_only=True):
    """One release of a package."""

    version: str
    day: date | None = None
    yanked: bool = False
    yanked_reason: str | None = None
    prerelease: bool = False


class PackageFacts(Message, frozen=True, kw_only=True):
    """What PyPI says of a package; texts are cut to what a page shows."""

    display_name: str
    version: str | None = None
    summary: str | None = None
    released: date | None = None
    """Day of the newest release, pre-releases included."""
    first_release: date | None = None
    release_count: int = 0
    releases_last_year: int = 0
    yanked: bool = False
    yanked_reason: str | None = None
    requires_python: str | None = None
    minimum_python: str | None = None
    """Lowest minor version that `requires_python` admits, as `3.9`."""
    classifiers: list[str] = []
    development_status: int | None = None
    """1 (planning) to 7 (inactive), as the classifiers declare it."""
    license: str | None = None
    """SPDX expression where one could be read, else a short text."""
    license_class: str = "unknown"
    """permissive, weak_copyleft, strong_copyleft, proprietary or unknown."""
    keywords: list[str] = []
    import_names: list[str] = []
    """Modules and namespaces that it declares to be imported by (core metadata 2.5)."""
    links: dict[str, str] = {}
    owners: list[str] = []
    """Account names, and the organisation's."""
    organization: str | None = None
    """The organisation on PyPI that owns it: its members, however many, can release it too."""
    maintainers: list[str] = []
    """Names as the author and maintainer fields give them, without addresses."""
    project_status: str = "active"
    """active, archived, deprecated or quarantined."""
    status_reason: str | None = None
    dependencies: list[str] = []
    """Canonical names required without an extra."""
    extra_dependencies: list[str] = []
    """Canonical names required by an extra only."""
    releases: list[Release] = []
    """Newest first, at most 50."""
    vulnerabilities: list[str] = []
    """Identifiers in PyPI's own list for the latest release."""


FAMILY = 4
"""From so many packages on, a repository that bears the name of one of them is the house of all."""

FOREIGN_FACTOR = 0.5
"""What is left of the confidence in a repository that is somebody else's."""


class RepositoryChoice(Message, frozen=True, kw_only=True):
    """Which repository a package belongs to, and how sure that is."""

    full_name: str
    confidence: float
    """0 to 1."""
    reason: str
    resemblance: str | None = None
    """How the names compare: same, part, owner, some or none; a repository that bears the name of
    one package and is named by another with `none` is somebody else's project."""
    directory: str | None = None
    """Where the package lies in a repository that holds several, if its link tells."""


class ProjectStatus(Message, frozen=True, kw_only=True):
    """What a project's Simple page says of the project (PEP 792)."""

    status: str
    """active, archived, deprecated or quarantined."""
    reason: str | None = None


class PackageObservation(Message, frozen=True, kw_only=True):
    """One look at one package."""

    name: str
    outcome: Outcome
    observed_at: datetime
    reason: str | None = None
    serial: int | None = None
    etag: str | None = None
    page_etag: str | None = None
    """Of the Simple page that told the status."""
    status: ProjectStatus | None = None
    """With `unchanged`: the status, where the Simple page alone has changed."""
    facts: PackageFacts | None = None
    repository: RepositoryChoice | None = None


class PackagesObserved(Event, frozen=True, kw_only=True):
    """The packages of one piece of work."""

    run_id: str
    seq: int
    packages: list[PackageObservation]
    requests: dict[str, int] = {}
    """Requests by outcome."""


class RepositoryFacts(Message, frozen=True, kw_only=True):
    """What GitHub says of a repository; none means not asked or not told, never zero."""

    id: int
    full_name: str
    description: str | None = None
    stars: int = 0
    forks: int = 0
    watchers: int | None = None
    open_issues: int | None = None
    """Without pull requests, where those could be told apart."""
    open_pulls: int | None = None
    issues_and_pulls: int = 0
    has_issues: bool = True
    """Whether its tracker is switched on; where it is off, no count of issues tells anything."""
    closed_issues: int | None = None
    topics: list[str] = []
    license: str | None = None
    language: str | None = None
    homepage: str | None = None
    archived: bool = False
    fork: bool = False
    created: date | None = None
    last_push: datetime | None = None
    """Whoever pushed, bots too, and to whichever branch."""
    last_commit: datetime | None = None
    """A person's newest commit on the default branch, with the deeper facts; where only bots'
    commits were found, the oldest of them, which no person's is later than."""
    releases: int | None = None
    commits_last_year: int | None = None
    commits_last_90_days: int | None = None
    commits_since_release: int | None = None
    contributors: int | None = None
    """Bots left out; GitHub's list ends near 500."""
    half_of_commits_by: int | None = None
    """How few contributors made half of the commits."""
    merged_pulls_last_year: int | None = None
    discussions: int | None = None


class RepositoryObservation(Message, frozen=True, kw_only=True):
    """One look at one repository, for the package that named it."""

    package: str
    asked: str
    """owner/name that was asked for."""
    outcome: Outcome
    observed_at: datetime
    reason: str | None = None
    etag: str | None = None
    facts: RepositoryFacts | None = None


class RepositoriesObserved(Event, frozen=True, kw_only=True):
    """The repositories of one piece of work."""

    run_id: str
    seq: int
    repositories: list[RepositoryObservation]
    requests: dict[str, int] = {}


class IndexEntry(Message, frozen=True, kw_only=True, array_like=True):
    """A name on PyPI and its serial."""

    name: str
    serial: int


class IndexObserved(Event, frozen=True, kw_only=True):
    """A part of PyPI's list of names; the parts together are the whole list."""

    run_id: str
    part: int
    parts: int
    day: date
    entries: list[IndexEntry]
