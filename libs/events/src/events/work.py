"""Work that the scorer plans and other services carry out."""

from datetime import date, datetime

from events.base import Event, Message


class MetadataTask(Message, frozen=True, kw_only=True):
    """One package whose facts are due, with what is known of it."""

    name: str
    """Canonical name (PEP 503)."""
    serial: int | None = None
    """PyPI's serial when the package was last read; none: never read."""
    pypi_etag: str | None = None
    page_etag: str | None = None
    """Of the Simple page whose status is known."""
    repository: str | None = None
    """owner/name as last seen."""
    repository_id: int | None = None
    repository_etag: str | None = None
    rank: int | None = None
    """Rank by downloads of the last 30 days, 1 is the most downloaded."""
    deep: bool = False
    """Also read what costs several requests: releases, commits, contributors."""
    read_package: bool = True
    read_page: bool = False
    """Without `read_package`: read the Simple page alone, for the project's status."""
    read_repository: bool = True


class MetadataWork(Event, frozen=True, kw_only=True):
    """About 100 packages for one worker of ingest-github."""

    run_id: str
    seq: int
    day: date
    tasks: list[MetadataTask]
    expires: datetime | None = None
    """When the next run's work takes its place; whoever gets it later carries nothing out."""


class SecurityTask(Message, frozen=True, kw_only=True):
    """One package to be examined."""

    name: str
    version: str | None = None
    """Latest version on PyPI; none: not known."""
    rank: int | None = None
    first_release: date | None = None
    owners: list[str] = []
    """Account names of owners and maintainers, and the repository's owner."""
    repository: str | None = None
    project_status: str | None = None
    status_reason: str | None = None
    yanked: bool = False
    """Whether the latest version was taken back by its owners."""
    yanked_reason: str | None = None
    vulnerabilities: list[str] = []
    """Identifiers in PyPI's own list for the latest version."""
    releases: dict[str, date | None] = {}
    """Versions that are not yanked, with their day; of packages that the catalogue names."""


class SecurityWork(Event, frozen=True, kw_only=True):
    """About 1,000 packages for one worker of security-scan."""

    run_id: str
    seq: int
    day: date
    tasks: list[SecurityTask]
    popular: list[str] = []
    """The 5,000 most downloaded names, most downloaded first; the same in every message."""
    popular_owners: list[str] = []
    """Account that owns the repository of each name in `popular`; empty where none is known."""


class IndexWork(Event, frozen=True, kw_only=True):
    """Read PyPI's list of names and serials, so that changed packages can be planned."""

    run_id: str
    day: date
