"""History, month by month, newest first; what is there already is not asked for again."""

import asyncio
import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from events.runs import RunKind, RunStatus
from operate.failure import OperatorError
from operate.runs import Runs, Standing

QUOTA_TIMEOUT = 5400.0
"""Seconds a month may stand still: the source's hourly quota may be used up."""


@dataclass(frozen=True)
class Month:
    """The days of a month that are wanted."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months(first: date, last: date) -> Iterator[Month]:
    """Yield the months from the newest to the oldest, cut to the days wanted.

    OperatorError where the range is empty.
    """
    if first > last:
        raise OperatorError(f"{first:%Y-%m} is after {last:%Y-%m}")
    month = last.replace(day=1)
    while month >= first.replace(day=1):
        yield Month(max(month, first), min(month_end(month), last))
        month = (month - timedelta(days=1)).replace(day=1)


@dataclass
class Progress:
    """How far a backfill is."""

    done: int
    whole: int
    seconds: float = 0.0
    asked: int = 0
    """Months that were asked for, and not there already."""

    @property
    def seconds_left(self) -> float | None:
        """Seconds the rest will take at the pace so far; none before the first month."""
        return self.seconds / self.asked * (self.whole - self.done) if self.asked else None


OnProgress = Callable[[Month, Standing | None, Progress], object]


async def backfill(
    runs: Runs,
    wanted: list[Month],
    deadline: timedelta,
    idle_timeout: float,
    told: OnProgress,
    *,
    seen: Callable[[Standing], object] = lambda standing: None,
) -> None:
    """Ask for each month that is not there whole, one after another, and wait for it.

    `told` hears of every month: of one that was there already without a standing. `seen` hears of
    the one under way whenever it moves. Stops at a month that is held or cancelled, with
    OperatorError; run again, it goes on there.
    """
    clock = asyncio.get_running_loop()
    progress = Progress(0, len(wanted))
    for month in wanted:
        standing, began = None, clock.time()
        if not await runs.filled(month.last):
            run_id = await runs.request(RunKind.BACKFILL, month.last, deadline, month.first)
            standing = await runs.follow(run_id, seen, idle_timeout=idle_timeout)
            progress.asked += 1
            progress.seconds += clock.time() - began
        progress.done += 1
        told(month, standing, progress)
        if standing is not None and standing.status not in (RunStatus.COMPLETE, RunStatus.PARTIAL):
            raise OperatorError(f"{month} is {standing.status}: {standing.reason}")
