"""Asks for runs when their schedules are due: what CronJobs do in a cluster, on one machine.

Whether a moment was answered is read from the runs themselves, so that there is no state that could
contradict them: after a night off what was due last is asked for once, and nothing is asked twice.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import asyncpg
import nats.errors

from events.runs import RunKind
from operate.runs import AWAY, Runs
from schedules import SCHEDULES, Schedule, day_of

LOOK = 30.0
"""Seconds between two looks at the clock: how late a run may be asked for."""

TAKEN_UP_WITHIN = timedelta(minutes=10)
"""How long a request may stay unseen among the runs before it is sent again, under the same id."""

FAILURES = (*AWAY, nats.errors.Error, asyncpg.PostgresError)
log = logging.getLogger(__name__)


class Clock(Protocol):
    """The time, and waiting; the real one, or one that a simulation moves."""

    def now(self) -> datetime:
        """Return the time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Let seconds pass."""


class RealClock:
    """This machine's own."""

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Let seconds pass."""
        await asyncio.sleep(seconds)


@dataclass(frozen=True)
class Sent:
    """A request that was sent."""

    at: datetime
    run_id: str


@dataclass
class Scheduler:
    """Asks for what is due and was not asked for."""

    runs: Runs
    deadline: timedelta
    days_brought: int
    """Newest days that one run of downloads brings."""
    clock: Clock = field(default_factory=RealClock)
    schedules: Sequence[Schedule] = SCHEDULES
    _sent: dict[tuple[RunKind, date], Sent] = field(default_factory=dict)

    async def keep_asking(self) -> None:
        """Ask until cancelled; what fails is told and tried again."""
        last_problem = ""
        while True:
            try:
                await self.ask_for_what_is_due()
                last_problem = ""
            except FAILURES as error:
                sentence = f"{type(error).__name__}: {error}"
                if sentence != last_problem:
                    log.warning("cannot ask, and try again: %s", sentence)
                last_problem = sentence
            await self.clock.sleep(LOOK)

    async def ask_for_what_is_due(self) -> list[str]:
        """Ask for each kind whose last moment was not answered; gives the runs' ids."""
        asked = []
        now = self.clock.now()
        for schedule in self.schedules:
            due = schedule.last_due(now)
            if await self._is_open(schedule, due, now):
                asked += await self._ask(schedule.kind, day_of(due), now)
        return asked

    async def _is_open(self, schedule: Schedule, due: datetime, now: datetime) -> bool:
        """Say whether a moment waits for a request that can be made now."""
        sent = self._sent.get((schedule.kind, day_of(due)))
        if sent is not None and sent.at >= due and now - sent.at < TAKEN_UP_WITHIN:
            return False
        if await self.runs.answered(schedule.kind, day_of(due), due, renews=schedule.renews):
            return False
        return now - due > self.deadline or not await self._comes_after(schedule.after, now)

    async def _comes_after(self, first: RunKind | None, now: datetime) -> bool:
        """Say whether the kind that comes first is under way, or asked for and not yet seen."""
        if first is None:
            return False
        for (kind, _), sent in self._sent.items():
            fresh = kind is first and now - sent.at < TAKEN_UP_WITHIN
            if fresh and await self.runs.standing(sent.run_id) is None:
                return True
        return await self.runs.under_way(first)

    async def _ask(self, kind: RunKind, day: date, now: datetime) -> list[str]:
        """Ask for a run, and for older days that a night off has left and it will not bring."""
        first = await self._first_left(day) if kind is RunKind.DOWNLOADS else None
        asked = [await self.runs.request(kind, day, self.deadline, asked_at=now)]
        self._sent[kind, day] = Sent(now, asked[0])
        if first is not None:
            last = day - timedelta(days=self.days_brought)
            asked.append(
                await self.runs.request(RunKind.BACKFILL, last, self.deadline, first, asked_at=now)
            )
        for run_id in asked:
            log.info("asked for %s", run_id)
        return asked

    async def _first_left(self, day: date) -> date | None:
        """Return the first day since the newest one shown that a run for `day` does not bring."""
        through = await self.runs.data_through()
        if through is None:
            return None
        first = through + timedelta(days=1)
        return first if first <= day - timedelta(days=self.days_brought) else None


@dataclass(frozen=True)
class ScheduleStatus:
    """One schedule as an operator sees it."""

    kind: RunKind
    rule: str
    last: str
    """The run asked for last and how it stands; empty before the first."""
    next: datetime
    overdue: bool
    """Whether its last moment is unanswered for over an hour."""


async def schedule_statuses(
    runs: Runs, now: datetime, late: timedelta = timedelta(hours=1)
) -> list[ScheduleStatus]:
    """Return every schedule with its last run and its next moment."""
    rows = []
    for schedule in SCHEDULES:
        newest = await runs.newest_of(schedule.kind)
        due = schedule.last_due(now)
        answered = await runs.answered(schedule.kind, day_of(due), due, renews=schedule.renews)
        last = f"{newest.run_id} {newest.status}, {newest.requested_at:%F %H:%M}" if newest else ""
        overdue = not answered and now - due > late
        rows.append(
            ScheduleStatus(schedule.kind, schedule.words, last, schedule.next_due(now), overdue)
        )
    return rows
