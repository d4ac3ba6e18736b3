"""A run: one collection of one kind for one day."""

from datetime import date, datetime
from enum import StrEnum

from events.base import Event, Message


class RunKind(StrEnum):
    """What a run collects."""

    DOWNLOADS = "downloads"
    METADATA = "metadata"
    SECURITY = "security"
    BACKFILL = "backfill"


class RunStatus(StrEnum):
    """Where a run stands; `complete` and `partial` are final, `held` waits for an operator."""

    OPEN = "open"
    APPLIED = "applied"
    HELD = "held"
    COMPLETE = "complete"
    PARTIAL = "partial"
    CANCELLED = "cancelled"


class RunRequested(Event, frozen=True, kw_only=True):
    """Somebody asks for a run. The same `run_id` asked for twice is one run."""

    run_id: str
    kind: RunKind
    day: date
    """The day the run is about: its newest day of downloads, or the day of observation."""
    requested_at: datetime
    deadline: datetime
    """When a run that is still open ends as `partial`."""
    window_days: int = 30
    first_day: date | None = None
    """Backfill only: the first day of the month or range to read; `day` is the last."""
    names: list[str] | None = None
    """Only these packages; none means whatever is due."""


class RunAction(StrEnum):
    """What an operator may order."""

    RELEASE = "release"
    """Let a held run pass its gates as it is."""
    CANCEL = "cancel"
    """End a run that is open or held, without its numbers."""


class RunOrdered(Event, frozen=True, kw_only=True):
    """An operator has decided about a run."""

    run_id: str
    action: RunAction
    reason: str
    """Why, for the status page."""


class RunPlanned(Event, frozen=True, kw_only=True):
    """The producer of a run's batches has counted them, so that the run can end."""

    run_id: str
    batches: int
    """Batches over all subjects of this run."""
    facts: "SourceFacts | None" = None


class SourceFacts(Message, frozen=True, kw_only=True):
    """What the source said of itself: the gates judge by it."""

    source: str
    """`clickhouse`, `bigquery`, `osv`, `pypi` or `github`."""
    newest_day: date | None = None
    total: int | None = None
    """Downloads of the run's day over all packages, all installers."""
    totals_by_day: dict[str, int] = {}
    """ISO day to downloads over all packages, all installers; days of the window only."""
    packages: int | None = None
    records: int | None = None
    """OSV: records in the archive."""
    unknown_installer_share: float | None = None
    problem: str | None = None
    """Why the source could not be read as asked, in one sentence; the run is then held."""
    left_out: list[str] = []
    """What the run goes on without, each with its reason in one sentence."""


class RunCompleted(Event, frozen=True, kw_only=True):
    """A run is in the tables and in the read model; the cache may move on."""

    run_id: str
    kind: RunKind
    day: date
    status: RunStatus
    generation: int
    """Number of the read model now visible; grows by one with each run that changed it."""
    completed_at: datetime
    data_through: date | None = None
    counts: dict[str, int] = {}
    missing_packages: int = 0
    missing_sample: list[str] = []
    """At most 100 names of packages this run should have brought and did not."""
