"""Streams, durable consumers and users: the one definition of the bus.

From here come the bootstrap job, each service's subscriptions, the server's permissions,
the manifests' scaling rules and the documentation.
"""

from dataclasses import dataclass

from events.base import Event
from events.cache import CacheOrdered
from events.downloads import DailyDownloads, DownloadBreakdown
from events.letters import DeadLetter, LetterReplayed
from events.observed import IndexObserved, PackagesObserved, RepositoriesObserved
from events.runs import RunCompleted, RunOrdered, RunPlanned, RunRequested
from events.security import AdvisoriesObserved, SecurityObserved
from events.work import IndexWork, MetadataWork, SecurityWork

DAY = 24 * 3600.0
"""Seconds."""


@dataclass(frozen=True)
class Subject:
    """One kind of message: its name on the bus, its structure, and the stream that keeps it."""

    name: str
    event: type[Event]
    stream: str


RUNS_REQUESTED = Subject("runs.requested", RunRequested, "RUNS")
RUNS_ORDERED = Subject("runs.ordered", RunOrdered, "RUNS")
RUNS_PLANNED = Subject("runs.planned", RunPlanned, "RUNS")
RUNS_COMPLETED = Subject("runs.completed", RunCompleted, "RUNS")
WORK_INDEX = Subject("work.index", IndexWork, "WORK")
WORK_METADATA = Subject("work.metadata", MetadataWork, "WORK")
WORK_SECURITY = Subject("work.security", SecurityWork, "WORK")
DOWNLOADS_DAILY = Subject("downloads.daily", DailyDownloads, "DOWNLOADS")
DOWNLOADS_BREAKDOWN = Subject("downloads.breakdown", DownloadBreakdown, "DOWNLOADS")
PACKAGES_INDEX = Subject("packages.index", IndexObserved, "PACKAGES")
PACKAGES_OBSERVED = Subject("packages.observed", PackagesObserved, "PACKAGES")
REPOS_OBSERVED = Subject("repos.observed", RepositoriesObserved, "REPOS")
SECURITY_OBSERVED = Subject("security.observed", SecurityObserved, "SECURITY")
SECURITY_ADVISORIES = Subject("security.advisories", AdvisoriesObserved, "SECURITY")
DEAD_LETTERS = Subject("dead.letters", DeadLetter, "DEAD")
DEAD_REPLAYED = Subject("dead.replayed", LetterReplayed, "DEAD")
CACHE_ORDERED = Subject("cache.ordered", CacheOrdered, "CACHE")

SUBJECTS = (
    RUNS_REQUESTED,
    RUNS_ORDERED,
    RUNS_PLANNED,
    RUNS_COMPLETED,
    WORK_INDEX,
    WORK_METADATA,
    WORK_SECURITY,
    DOWNLOADS_DAILY,
    DOWNLOADS_BREAKDOWN,
    PACKAGES_INDEX,
    PACKAGES_OBSERVED,
    REPOS_OBSERVED,
    SECURITY_OBSERVED,
    SECURITY_ADVISORIES,
    DEAD_LETTERS,
    DEAD_REPLAYED,
    CACHE_ORDERED,
)


@dataclass(frozen=True)
class Stream:
    """A file-backed stream with limits retention: replayable, with several readers."""

    name: str
    subjects: tuple[str, ...]
    max_age: float = 7 * DAY
    """Seconds."""
    duplicate_window: float = 1800.0
    """Seconds in which a message id is stored once."""


@dataclass(frozen=True)
class Durable:
    """A consumer made by the bootstrap; services only bind to it."""

    name: str
    user: str
    subject: Subject
    ack_wait: float = 30.0
    """Seconds without a sign of life after which a message is given to another worker; one that
    is being worked on gives such a sign three times as often, however long it takes."""
    attempts: int = 12
    """Deliveries after which a message is given up as a dead letter, by the service that reads it.

    The server has no bound of its own: what has used up a server's bound is delivered to nobody,
    so nobody could give it up, and it may stay counted as work that is under way.
    """
    max_ack_pending: int = 64

    @property
    def stream(self) -> str:
        """The stream it reads."""
        return self.subject.stream


MAX_PAYLOAD = 1_048_576
"""Bytes; no message may be larger."""

STREAMS = (
    Stream("RUNS", ("runs.>",), max_age=30 * DAY),
    Stream("WORK", ("work.>",)),
    Stream("DOWNLOADS", ("downloads.>",)),
    Stream("PACKAGES", ("packages.>",)),
    Stream("REPOS", ("repos.>",)),
    Stream("SECURITY", ("security.>",)),
    Stream("DEAD", ("dead.>",), max_age=30 * DAY),
    Stream("CACHE", ("cache.>",), max_age=DAY),
)

SCORER = "scorer"
INGEST_DOWNLOADS = "ingest-downloads"
INGEST_GITHUB = "ingest-github"
SECURITY_SCAN = "security-scan"
CACHE_WARMER = "cache-warmer"
OPERATOR = "operator"
BOOTSTRAP = "bootstrap"

DURABLES = (
    Durable("ingest-downloads-requested", INGEST_DOWNLOADS, RUNS_REQUESTED),
    Durable("security-scan-requested", SECURITY_SCAN, RUNS_REQUESTED),
    Durable("scorer-requested", SCORER, RUNS_REQUESTED),
    Durable("scorer-ordered", SCORER, RUNS_ORDERED),
    Durable("scorer-planned", SCORER, RUNS_PLANNED),
    Durable("cache-warmer-completed", CACHE_WARMER, RUNS_COMPLETED),
    Durable("cache-warmer-ordered", CACHE_WARMER, CACHE_ORDERED),
    Durable("ingest-github-index", INGEST_GITHUB, WORK_INDEX),
    Durable("ingest-github-metadata", INGEST_GITHUB, WORK_METADATA),
    Durable("security-scan-work", SECURITY_SCAN, WORK_SECURITY),
    Durable("scorer-daily", SCORER, DOWNLOADS_DAILY),
    Durable("scorer-breakdown", SCORER, DOWNLOADS_BREAKDOWN),
    Durable("scorer-index", SCORER, PACKAGES_INDEX),
    Durable("scorer-packages", SCORER, PACKAGES_OBSERVED),
    Durable("scorer-repos", SCORER, REPOS_OBSERVED),
    Durable("scorer-security", SCORER, SECURITY_OBSERVED),
    Durable("scorer-advisories", SCORER, SECURITY_ADVISORIES),
    Durable("scorer-letters", SCORER, DEAD_LETTERS),
    Durable("scorer-replayed", SCORER, DEAD_REPLAYED),
)


@dataclass(frozen=True)
class User:
    """One account on the server and all it may send; what is not named is denied."""

    name: str
    publishes: tuple[Subject, ...] = ()
    creates: bool = False
    """May create and change streams and consumers: the bootstrap alone."""

    @property
    def durables(self) -> tuple[Durable, ...]:
        """The consumers it reads from."""
        return tuple(durable for durable in DURABLES if durable.user == self.name)


USERS = (
    User(BOOTSTRAP, creates=True),
    User(OPERATOR, SUBJECTS),
    User(
        INGEST_DOWNLOADS,
        (DOWNLOADS_DAILY, DOWNLOADS_BREAKDOWN, RUNS_PLANNED, DEAD_LETTERS),
    ),
    User(INGEST_GITHUB, (PACKAGES_INDEX, PACKAGES_OBSERVED, REPOS_OBSERVED, DEAD_LETTERS)),
    User(SECURITY_SCAN, (SECURITY_OBSERVED, SECURITY_ADVISORIES, RUNS_PLANNED, DEAD_LETTERS)),
    User(
        SCORER,
        (RUNS_REQUESTED, WORK_INDEX, WORK_METADATA, WORK_SECURITY, RUNS_COMPLETED, DEAD_LETTERS),
    ),
    User(CACHE_WARMER, (DEAD_LETTERS,)),
)


def durable(name: str) -> Durable:
    """Return the consumer of that name; KeyError where there is none."""
    return {each.name: each for each in DURABLES}[name]
