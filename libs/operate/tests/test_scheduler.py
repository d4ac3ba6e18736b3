"""What is due is asked for once: after a quiet night, a night off, a death, and by two at once."""

import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from devstack.servers.single_server import OWNER, LonePostgres
from events.runs import RunKind, RunRequested
from operate.runs import Runs
from operate.scheduler import Scheduler, schedule_statuses

DEADLINE = timedelta(hours=6)


@pytest.fixture(scope="module")
def postgres() -> Iterator[LonePostgres]:
    with tempfile.TemporaryDirectory(prefix="scheduler-") as folder:
        Path(folder).chmod(0o755)
        server = LonePostgres(Path(folder) / "data")
        server.start()
        server.psql("postgres", "-c", "create database pypi_stats")
        server.migrate("pypi_stats", "reader")
        yield server
        server.kill(signal.SIGINT)


@pytest.fixture
async def database(postgres: LonePostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.url(OWNER, "pypi_stats"))
    await connection.execute("delete from runs")
    await connection.execute("update publication set data_through = null")
    yield connection
    await connection.close()


@dataclass
class StoredAsTheScorerDoes:
    """A bus whose requests become runs once, as `scorer.handlers` records them."""

    database: asyncpg.Connection
    status: str = "complete"
    deaf: bool = False
    sent: list[RunRequested] = field(default_factory=list)

    async def send(self, subject: Any, request: RunRequested, msg_id: str) -> None:
        self.sent.append(request)
        if self.deaf:
            return
        await self.database.execute(
            "insert into runs (run_id, kind, day, requested_at, deadline, status, window_days)"
            " values ($1, $2, $3, $4, $5, $6, 30) on conflict do nothing",
            *(request.run_id, request.kind.value, request.day),
            *(request.requested_at, request.deadline, self.status),
        )


@dataclass
class MovedClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}:00+00:00")


@pytest.fixture
def bus(database: asyncpg.Connection) -> StoredAsTheScorerDoes:
    return StoredAsTheScorerDoes(database)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(at("20T00:00"))


@pytest.fixture
def make(postgres: LonePostgres, bus: StoredAsTheScorerDoes, clock: MovedClock) -> Any:
    def made(days_brought: int = 30) -> Scheduler:
        runs = Runs(postgres.url("reader", "pypi_stats"), bus)  # type: ignore[arg-type]
        return Scheduler(runs, DEADLINE, days_brought, clock)

    return made


async def play(scheduler: Scheduler, clock: MovedClock, until: str) -> list[tuple[str, str]]:
    """Let time pass in steps of ten minutes; gives when which run was asked for."""
    asked = []
    while clock.moment < at(until):
        moment = f"{clock.moment:%dT%H:%M}"
        asked += [(moment, run_id) for run_id in await scheduler.ask_for_what_is_due()]
        clock.moment += timedelta(minutes=10)
    return asked


async def test_a_day_is_asked_for_by_the_rules_of_the_cron_jobs(
    make: Any, clock: MovedClock
) -> None:
    clock.moment = at("20T04:20")
    await make().ask_for_what_is_due()  # what the days before have left
    clock.moment = at("20T04:30")
    assert await play(make(), clock, until="21T04:30") == [
        ("20T04:30", "downloads-2026-11-19-1"),
        ("20T06:00", "metadata-2026-11-19-1"),
        ("20T06:00", "security-2026-11-19-2"),
        ("20T12:00", "security-2026-11-19-3"),
        ("20T18:00", "security-2026-11-19-4"),
        ("21T00:00", "security-2026-11-20-1"),
    ]


async def test_after_nights_off_each_kind_is_asked_for_once_and_the_rest_of_the_days_with_it(
    make: Any, clock: MovedClock, database: asyncpg.Connection, bus: StoredAsTheScorerDoes
) -> None:
    await database.execute("update publication set data_through = '2026-09-30'")
    clock.moment = at("20T09:00")
    assert await play(make(), clock, until="20T11:00") == [
        ("20T09:00", "downloads-2026-11-19-1"),
        ("20T09:00", "backfill-2026-10-20-1"),
        ("20T09:00", "metadata-2026-11-19-1"),
        ("20T09:00", "security-2026-11-19-1"),
    ]
    (backfill,) = [each for each in bus.sent if each.kind is RunKind.BACKFILL]
    assert (backfill.first_day, backfill.day) == (date(2026, 10, 1), date(2026, 10, 20))


async def test_a_source_that_brings_one_day_is_asked_for_the_days_of_a_night_off(
    make: Any, clock: MovedClock, database: asyncpg.Connection, bus: StoredAsTheScorerDoes
) -> None:
    await database.execute("update publication set data_through = '2026-11-16'")
    clock.moment = at("20T09:00")
    await make(days_brought=1).ask_for_what_is_due()
    (backfill,) = [each for each in bus.sent if each.kind is RunKind.BACKFILL]
    assert (backfill.first_day, backfill.day) == (date(2026, 11, 17), date(2026, 11, 18))


async def test_started_anew_or_twice_it_asks_nothing_again(make: Any, clock: MovedClock) -> None:
    clock.moment = at("20T09:00")
    first, second = make(), make()
    assert await first.ask_for_what_is_due()
    assert await second.ask_for_what_is_due() == []
    assert await make().ask_for_what_is_due() == []


async def test_a_day_that_somebody_else_has_collected_is_not_collected_again(
    make: Any, clock: MovedClock
) -> None:
    clock.moment = at("20T02:00")
    await make().runs.request(
        RunKind.DOWNLOADS, date(2026, 11, 19), DEADLINE, asked_at=clock.moment
    )
    clock.moment = at("20T04:30")
    asked = await make().ask_for_what_is_due()
    assert "downloads-2026-11-19-2" not in asked


async def test_metadata_waits_for_the_downloads_whose_ranks_it_needs(
    make: Any, clock: MovedClock, database: asyncpg.Connection, bus: StoredAsTheScorerDoes
) -> None:
    bus.status = "open"
    clock.moment = at("20T09:00")
    scheduler = make()
    assert "metadata-2026-11-19-1" not in await scheduler.ask_for_what_is_due()
    await database.execute("update runs set status = 'held' where kind = 'downloads'")
    assert await scheduler.ask_for_what_is_due() == ["metadata-2026-11-19-1"]


async def test_a_request_that_nobody_has_taken_up_yet_is_not_repeated_at_once(
    make: Any, clock: MovedClock, bus: StoredAsTheScorerDoes
) -> None:
    bus.deaf = True
    clock.moment = at("20T05:00")
    asked = await play(make(), clock, until="20T05:20")
    assert [run_id for _, run_id in asked if run_id.startswith("downloads")] == [
        "downloads-2026-11-19-1", "downloads-2026-11-19-1",
    ]  # fmt: skip
    assert asked[0][0] == "20T05:00", "and under the same id, which makes one run of both"


async def test_an_operator_sees_the_last_run_the_next_and_what_is_overdue(
    make: Any, clock: MovedClock
) -> None:
    clock.moment = at("20T09:00")
    scheduler = make()
    downloads, *_ = await schedule_statuses(scheduler.runs, clock.moment)
    assert (downloads.last, downloads.overdue) == ("", True)
    await scheduler.ask_for_what_is_due()
    downloads, *_ = await schedule_statuses(scheduler.runs, clock.moment)
    assert downloads.last == "downloads-2026-11-19-1 complete, 2026-11-20 09:00"
    assert downloads.next == at("21T04:30")
    assert not downloads.overdue
    assert downloads.next.tzinfo == UTC


async def test_a_database_that_is_away_is_waited_for(clock: MovedClock, bus: Any) -> None:
    class EndedError(Exception):
        pass

    class Clock(MovedClock):
        waits = 0

        async def sleep(self, seconds: float) -> None:
            self.waits += 1
            if self.waits == 3:
                raise EndedError

    runs = Runs("postgresql://reader@127.0.0.1:9/pypi_stats", bus)
    waiting = Clock(clock.moment)
    with pytest.raises(EndedError):
        await Scheduler(runs, DEADLINE, 30, waiting).keep_asking()
