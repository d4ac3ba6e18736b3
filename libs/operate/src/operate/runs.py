"""Runs: asked for on the bus as the operator, watched in the database as a reader."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosql
import asyncpg
import msgspec

from events.runs import RunAction, RunKind, RunOrdered, RunRequested, RunStatus
from events.topology import RUNS_ORDERED, RUNS_REQUESTED
from operate.bus import Bus
from operate.failure import OperatorError

QUERIES: Any = aiosql.from_path(Path(__file__).parent / "queries" / "runs.sql", "asyncpg")

POLL = 0.4
"""Seconds between two looks at a run."""

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""How the database is met while it is being started again."""

UNDER_WAY = (RunStatus.OPEN, RunStatus.APPLIED)

ORDERABLE = {
    RunAction.RELEASE: (RunStatus.HELD,),
    RunAction.CANCEL: (RunStatus.OPEN, RunStatus.HELD),
}
"""What a run must be for each order."""

EXIT_STATUS = {RunStatus.COMPLETE: 0, RunStatus.PARTIAL: 3, RunStatus.HELD: 4}
"""Of `make collect`; anything else is 1."""


class Standing(msgspec.Struct, frozen=True):
    """Where a run stands."""

    run_id: str
    kind: RunKind
    day: date
    status: RunStatus
    expected: int | None
    """Batches; none until they were counted."""
    applied: int
    reason: str | None
    missing_count: int
    generation: int | None


class Newest(msgspec.Struct, frozen=True):
    """The run of a kind that was asked for last."""

    run_id: str
    status: RunStatus
    requested_at: datetime


@dataclass(frozen=True)
class Runs:
    """The runs of one installation."""

    database_url: str
    """As the reading role."""
    bus: Bus

    async def request(
        self,
        kind: RunKind,
        day: date,
        deadline: timedelta,
        first_day: date | None = None,
        *,
        asked_at: datetime | None = None,
    ) -> str:
        """Ask for a run and give its id; one that is under way already is joined.

        A backfill is about the days from `first_day` to `day`.
        """
        async with self._reading() as database:
            started = await QUERIES.started(database, kind=kind.value, day=day)
            if started is not None:
                return str(started)
            finished = await QUERIES.finished(database, kind=kind.value, day=day)
        run_id = f"{kind}-{day}-{finished + 1}"
        now = asked_at or datetime.now(UTC)
        request = RunRequested(
            run_id=run_id,
            kind=kind,
            day=day,
            requested_at=now,
            deadline=now + deadline,
            first_day=first_day,
        )
        await self.bus.send(RUNS_REQUESTED, request, f"{run_id}:{RUNS_REQUESTED.name}:0")
        return run_id

    async def answered(self, kind: RunKind, day: date, due: datetime, *, renews: bool) -> bool:
        """Say whether what was due at a moment was asked for since, or is there already."""
        async with self._reading() as database:
            told = QUERIES.answered(database, kind=kind.value, day=day, due=due, renews=renews)
            return bool(await told)

    async def under_way(self, kind: RunKind) -> bool:
        """Say whether a run of that kind collects or is being published."""
        async with self._reading() as database:
            return bool(await QUERIES.under_way(database, kind=kind.value))

    async def newest_of(self, kind: RunKind) -> Newest | None:
        """Return the run of a kind that was asked for last; none before the first."""
        async with self._reading() as database:
            row = await QUERIES.newest_of(database, kind=kind.value)
        return msgspec.convert(dict(row), Newest, strict=False) if row else None

    async def order(self, run_id: str, action: RunAction, reason: str) -> None:
        """Release or cancel a run; OperatorError where it is not one that this can be done to."""
        await self.check_order(run_id, action, reason)
        order = RunOrdered(run_id=run_id, action=action, reason=reason)
        await self.bus.send(RUNS_ORDERED, order, f"{run_id}:{action}:{reason}")

    async def check_order(self, run_id: str, action: RunAction, reason: str) -> None:
        """Do nothing; OperatorError where the order would be refused."""
        standing = await self.standing(run_id)
        if standing is None or standing.status not in ORDERABLE[action]:
            state = standing.status if standing else "not known"
            raise OperatorError(f"{run_id} is {state}: there is nothing to {action}")
        if not reason.strip():
            raise OperatorError(f"say with --reason why to {action}: the status page shows it")

    async def recent(self, most: int) -> list[Standing]:
        """Return the runs asked for last, the newest first."""
        async with self._reading() as database:
            rows = QUERIES.recent(database, most=most)
            return [msgspec.convert(dict(row), Standing, strict=False) async for row in rows]

    async def gates(self, run_id: str) -> list[dict[str, Any]]:
        """Return what each gate found of a run."""
        async with self._reading() as database:
            return [dict(row) async for row in QUERIES.gates(database, run_id=run_id)]

    async def has_facts(self, kind: RunKind, day: date) -> bool:
        """Say whether that kind was collected for that day already."""
        async with self._reading() as database:
            return bool(await QUERIES.collected(database, kind=kind.value, day=day))

    async def filled(self, last: date) -> bool:
        """Say whether a backfill up to that day is complete; a partial one may be mended."""
        async with self._reading() as database:
            return bool(await QUERIES.filled(database, day=last))

    async def data_through(self) -> date | None:
        """Return the newest day that readers see; none before the first."""
        async with self._reading() as database:
            day: date | None = await QUERIES.data_through(database)
        return day

    async def published(self) -> int:
        """Return the generation that was published last; 0 before the first."""
        async with self._reading() as database:
            return int(await QUERIES.published(database))

    async def standing(self, run_id: str) -> Standing | None:
        """Return where a run stands; none while nobody can say."""
        with contextlib.suppress(*AWAY):
            async with self._reading() as database:
                return await _standing(database, run_id)
        return None

    async def follow(
        self,
        run_id: str,
        seen: Callable[[Standing], object] = lambda standing: None,
        alive: Callable[[], object] = lambda: None,
        idle_timeout: float = 300.0,
    ) -> Standing:
        """Wait until a run has ended or is held.

        `seen` is told of every change; `alive` raises when waiting has become useless;
        OperatorError when nothing changes for `idle_timeout` seconds.
        """
        clock = asyncio.get_running_loop()
        last, changed = None, clock.time()
        async with contextlib.aclosing(self._looks(run_id)) as looks:
            async for now in looks:
                alive()
                if now is not None and now != last:
                    last, changed = now, clock.time()
                    seen(now)
                    if now.status not in UNDER_WAY:
                        return now
                if clock.time() - changed > idle_timeout:
                    break
        raise OperatorError(f"{run_id}: nothing happened for {idle_timeout:.0f} s{_at(last)}")

    async def _looks(self, run_id: str) -> AsyncGenerator[Standing | None, None]:
        """Yield where the run stands again and again, over one connection while it lasts."""
        while True:
            try:
                async with self._reading() as database:
                    while True:
                        yield await _standing(database, run_id)
                        await asyncio.sleep(POLL)
            except AWAY:
                yield None
                await asyncio.sleep(POLL)

    @contextlib.asynccontextmanager
    async def _reading(self) -> Any:
        connection = await asyncpg.connect(self.database_url, timeout=5)
        try:
            yield connection
        finally:
            await connection.close()


async def _standing(database: asyncpg.Connection, run_id: str) -> Standing | None:
    row = await QUERIES.standing(database, run_id=run_id)
    return msgspec.convert(dict(row), Standing, strict=False) if row else None


def exit_status(standing: Standing) -> int:
    """Return the exit status of `make collect` for a run that ended so."""
    return EXIT_STATUS.get(standing.status, 1)


def sentence(standing: Standing) -> str:
    """Say how a run ended."""
    about = f"{standing.kind} of {standing.day}"
    because = f": {standing.reason}" if standing.reason else ""
    match standing.status:
        case RunStatus.COMPLETE:
            return f"{about} complete, {standing.applied} batches"
        case RunStatus.PARTIAL:
            return f"{about} partial, {standing.missing_count} packages missing{because}"
        case RunStatus.HELD:
            return f"{about} held{because}"
        case _:
            return f"{about} {standing.status}{because}"


def _at(standing: Standing | None) -> str:
    if standing is None:
        return "; the scorer has not taken it up"
    return f"; {standing.applied} of {standing.expected or 'unknown'} batches were taken in"
