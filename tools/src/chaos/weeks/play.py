"""Plays weeks: the scheduler of one machine asks, on a clock that is put forward."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chaos.lab import Lab, opened, settings_in
from chaos.night import KINDS, LAST, Rows, shown, tables, until_started
from chaos.stage import TIMEOUT
from chaos.troubles.deaths import READERS
from chaos.troubles.releases import of_release
from chaos.weeks.plan import DISK, Plan, Trouble
from chaos.weeks.world import World
from devstack.failure import StackError
from devstack.layout import layout_of
from devstack.processes.child import Program
from events.runs import RunKind
from operate.scheduler import Scheduler
from schedules import DAYS_BROUGHT, SCHEDULES

QUARANTINED = "requests"
"""A project that the sample data has."""

DEADLINE = timedelta(days=400)
"""Runs are asked for at moments long past, and none may end by its deadline."""

SETTINGS = {"LATE_PATIENCE": "5"}
"""Seconds instead of an hour until the scorer asks again for a day that was late."""

POLL = 0.2
"""Seconds."""

SETTLED_WITHIN = 240.0
"""Seconds in which whatever a night has begun must have ended."""


@dataclass
class FastClock:
    """A clock that stands until it is put forward."""

    moment: datetime

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.moment

    async def sleep(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self.moment += timedelta(seconds=seconds)


@dataclass
class Weeks:
    """What was seen of some weeks, and what they left."""

    nights: list[str] = field(default_factory=list)
    """A line a night: how its runs ended, and what befell it."""
    runs: int = 0
    seconds: float = 0.0
    tables: Mapping[str, Rows] = field(default_factory=dict)
    pages: Mapping[str, object] = field(default_factory=dict)


def moments(day: date) -> list[datetime]:
    """Return when anything is due on the day, in order."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    before = midnight - timedelta(seconds=1)
    found = set()
    for schedule in SCHEDULES:
        due = schedule.next_due(before)
        while due.date() == day:
            found.add(due)
            due = schedule.next_due(due)
    return sorted(found)


async def play(
    folder: Path, dataset: Path, plan: Plan, tell: Callable[[str], None] = lambda line: None
) -> Weeks:
    """Play the plan's nights in a new stack; gives what they left."""
    machine = _Machine(folder, World(dataset, folder.with_name(f"{folder.name}-world")), plan)
    weeks = Weeks()
    began = time.monotonic()
    first = LAST - timedelta(days=plan.nights - 1)
    try:
        for night in range(plan.nights):
            weeks.nights.append(await machine.night(night, first + timedelta(days=night)))
            tell(weeks.nights[-1])
        weeks.runs, weeks.seconds = machine.runs, time.monotonic() - began
        weeks.tables = await tables(machine.lab.stack)
        weeks.pages = await shown(machine.lab.stack, await machine.lab.stack.runs.published())
    finally:
        await machine.off()
    return weeks


class _Machine:
    """One machine through the weeks: switched on and off, its scheduler asking."""

    def __init__(self, folder: Path, world: World, plan: Plan) -> None:
        self.runs = 0
        self._folder, self._world, self._plan = folder, world, plan
        self._clock = FastClock(datetime.min.replace(tzinfo=UTC))
        self._open: AsyncExitStack | None = None
        self._lab: Lab | None = None
        self._release = "older" if Trouble.UPGRADE in plan.troubles.values() else ""

    @property
    def lab(self) -> Lab:
        """The running stack."""
        if self._lab is None:
            raise StackError("the machine is off")
        return self._lab

    async def night(self, number: int, day: date) -> str:
        """Play the night after a day, and the day that follows; gives its line."""
        trouble = self._plan.troubles.get(number)
        await self._change_the_world(number, day, trouble)
        ended: Counter[str] = Counter()
        async with self._disk(trouble):
            if self._lab is None:
                await self._on()
            scheduler = self._scheduler()
            for moment in moments(day + timedelta(days=1)):
                self._clock.moment = moment
                for run_id in await scheduler.ask_for_what_is_due():
                    self.runs += 1
                    if run_id.startswith(RunKind.DOWNLOADS) and await self._befall(run_id, trouble):
                        scheduler = self._scheduler()
                    run = await self.lab.stack.runs.follow(run_id, idle_timeout=TIMEOUT)
                    ended[f"{run.kind} {run.status}"] += 1
            if trouble is Trouble.LATE_DAY:
                await self._bring(day)
            await self._settle()
            if trouble is Trouble.FULL_DISK:
                await self.off()
        if self._lab is None:
            await self._on()
        runs = ", ".join(f"{count} {end}" for end, count in sorted(ended.items()))
        return f"{day}  {runs}{f'; {trouble}' if trouble else ''}"

    async def off(self) -> None:
        """Switch the machine off in good order."""
        if self._open is not None:
            await self._open.aclose()
        self._open = self._lab = None

    async def _on(self) -> None:
        self._open = AsyncExitStack()
        stack = opened(self._folder, self._world.dataset, change=self._released)
        self._lab = await self._open.enter_async_context(stack)

    def _released(self, program: Program) -> Program:
        is_older = self._release and program.name in READERS
        return of_release(program, self._release) if is_older else program

    def _scheduler(self) -> Scheduler:
        days = DAYS_BROUGHT["clickhouse"]
        return Scheduler(self.lab.stack.runs, DEADLINE, days, clock=self._clock)

    async def _change_the_world(self, number: int, day: date, trouble: Trouble | None) -> None:
        if trouble is Trouble.LATE_DAY:
            self._world.hold_back(day)
        if number == self._plan.quarantine:
            self._world.quarantine(QUARANTINED)
        changed = trouble is Trouble.LATE_DAY or number == self._plan.quarantine
        if changed and self._lab is not None:
            await self.lab.restart("simulators")

    async def _bring(self, day: date) -> None:
        """Have the late day come, and wait until readers see it."""
        self._world.bring()
        await self.lab.restart("simulators")
        async with asyncio.timeout(SETTLED_WITHIN):
            while await self.lab.stack.runs.data_through() != day:  # noqa: ASYNC110 - as below
                await asyncio.sleep(POLL)

    @asynccontextmanager
    async def _disk(self, trouble: Trouble | None) -> AsyncIterator[None]:
        """Give PostgreSQL a small disk for one night."""
        if trouble is not Trouble.FULL_DISK:
            yield
            return
        await self.off()
        with DISK.place(layout_of(settings_in(self._folder, self._world.dataset))):
            yield

    async def _befall(self, run_id: str, trouble: Trouble | None) -> bool:
        """Have the night's trouble come while a run collects; says whether all was started anew."""
        if trouble is Trouble.FULL_DISK:
            await DISK.fill_for_a_while(self.lab)
        if trouble not in {Trouble.REBOOT, Trouble.UPGRADE}:
            return False
        await until_started(self.lab.stack, run_id)
        if trouble is Trouble.REBOOT:
            for name in self.lab.stack.supervisor.children:
                self.lab.stack.kill(name)
        else:
            self._release = ""
        await self.off()
        await self._on()
        return True

    async def _settle(self) -> None:
        """Wait until nothing is under way that the night has begun."""
        async with asyncio.timeout(SETTLED_WITHIN):
            for kind in KINDS:
                while await self.lab.stack.runs.under_way(kind):  # noqa: ASYNC110 - in a database
                    await asyncio.sleep(POLL)
