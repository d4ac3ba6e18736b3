"""When runs are asked for: the one definition behind CronJobs, scheduler, timers and status page.

A schedule is due at the moments of a cron expression, in UTC, and asks for the day before.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cronsim import CronSim

from events.runs import RunKind


@dataclass(frozen=True)
class Schedule:
    """When one kind of run is asked for, and why then."""

    kind: RunKind
    cron: str
    """Minute, hour, day of the month, month, weekday; in UTC."""
    reason: str
    renews: bool = False
    """Whether a complete day is asked for again: what it is about changes within the day."""
    after: RunKind | None = None
    """A kind whose run for the same day should have ended before; waited for at most a deadline."""

    @property
    def words(self) -> str:
        """The rule in words: `At 04:30 every day, UTC`."""
        return f"{CronSim(self.cron, datetime.now(UTC)).explain()}, UTC"

    def last_due(self, now: datetime) -> datetime:
        """Return the newest moment it was due at, `now` included."""
        whole = now.replace(second=0, microsecond=0)
        return next(CronSim(self.cron, whole + timedelta(minutes=1), reverse=True))

    def next_due(self, now: datetime) -> datetime:
        """Return the first moment after `now` at which it is due."""
        return next(CronSim(self.cron, now))


def day_of(due: datetime) -> date:
    """Return the day that is asked for at a moment: the day before, by UTC."""
    return due.astimezone(UTC).date() - timedelta(days=1)


SCHEDULES = (
    Schedule(
        RunKind.DOWNLOADS,
        "30 4 * * *",
        "The source has yesterday's counts by about 04:00 UTC; a day that is late is asked for "
        "again by the scorer.",
    ),
    Schedule(
        RunKind.METADATA,
        "0 6 * * *",
        "After the downloads, whose ranks say what is read first. Stars come with it: a night "
        "reads the repositories whose week is over.",
        after=RunKind.DOWNLOADS,
    ),
    Schedule(
        RunKind.SECURITY,
        "0 0,6,12,18 * * *",
        "Four times a day: malware is reported at all hours.",
        renews=True,
    ),
)
"""In the order in which what is due at once is asked for."""

START_WITHIN = timedelta(hours=1)
"""How late a cluster may still start what was due; the scheduler of one machine asks however late
it is, once."""

DAYS_BROUGHT = {"clickhouse": 30, "bigquery": 1}
"""Newest days that a run of downloads brings at least, by source; a backfill brings older ones."""
