"""The scorer's side of a night of metadata at full size: seconds, memory, and the floor's work.

The list of all names arrives and is diffed with the tables, what is due is cut into work, and
repositories that several packages name are judged.
Floors, in the same database: the list copied into a table and joined once with the packages;
the due packages read and copied as they are; each repository's packages counted.

Usage: bench_metadata.py [packages]
"""

import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import psutil
import structlog

from devstack.background import in_background
from devstack.servers.database import WRITER
from devstack.stack import stack_in
from events import FAMILY, FOREIGN_FACTOR, IndexEntry, IndexObserved, RunKind
from events.topology import PACKAGES_INDEX
from scorer import queries
from scorer.runs import planning
from scorer.settings import Settings

PACKAGES = 886_000
PARTS = 64
DAY = date(2026, 6, 30)
MB = 1_000_000
NIGHT = planning.Planned("night", DAY)
WORLD = Path(__file__).with_name("metadata_world.sql")


def listed(packages: int) -> Iterator[IndexObserved]:
    """The list of names: 2 % have changed since, 0.1 % are gone, 0.1 % are new."""
    parts: list[list[IndexEntry]] = [[] for _ in range(PARTS)]
    for number in range(1, packages + 1):
        if number % 1000 == 7:
            continue
        serial = number + packages if number % 50 == 0 else number
        parts[number % PARTS].append(IndexEntry(name=f"package-{number:07d}", serial=serial))
    for number in range(packages // 1000):
        parts[number % PARTS].append(IndexEntry(name=f"new-{number:07d}", serial=1))
    for part, entries in enumerate(parts):
        yield IndexObserved(run_id="night", part=part, parts=PARTS, day=DAY, entries=entries)


async def prepare(connection: asyncpg.Connection, packages: int) -> None:
    """Fill the tables, open the run and stage its list."""
    await connection.execute(WORLD.read_text().replace("$PACKAGES", str(packages)), timeout=1800)
    now = datetime.now(UTC)
    await queries.runs.open_run(
        connection,
        run_id=NIGHT.run_id,
        kind=RunKind.METADATA,
        day=DAY,
        first_day=DAY,
        window_days=1,
        requested_at=now,
        deadline=now + timedelta(hours=6),
    )
    for part in listed(packages):
        await connection.execute(
            "insert into run_batches (run_id, subject, seq, body) values ($1, $2, $3, $4)",
            *(NIGHT.run_id, PACKAGES_INDEX.name, part.part, msgspec.json.encode(part)),
        )


@contextmanager
def grown() -> Iterator[list[float]]:
    """Yield the most memory that this process took more than before, in MB."""
    process, peak, done = psutil.Process(), [0.0], threading.Event()
    before = process.memory_info().rss

    def look() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], (process.memory_info().rss - before) / MB)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


class Stopwatch:
    """Times steps: seconds, and those of them in which this process and its backend worked.

    The ratio is of the latter: other work on the machine does not change it.
    """

    def __init__(self, backend: int) -> None:
        self._processes = (psutil.Process(), psutil.Process(backend))

    async def timed(self, what: str, work: Awaitable[object], floor: float | None = None) -> float:
        """Carry a step out and print what it took, and how often the floor's work it was."""
        began, before = time.perf_counter(), self._worked()
        with grown() as peak:
            await work
        seconds, worked = time.perf_counter() - began, self._worked() - before
        times = "" if floor is None else f"{worked / floor:7.1f} x floor"
        print(f"{what:42}{seconds:7.1f} s{worked:7.1f} s{peak[0]:6.0f} MB{times}", flush=True)
        return worked

    def _worked(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self._processes)


async def diff(connection: asyncpg.Connection) -> None:
    """Note new, changed and gone names, as with the last part of the list."""
    await planning.stage_index(connection, NIGHT.run_id, PARTS)
    await planning.note_names(connection, NIGHT)


async def floor_of_diff(connection: asyncpg.Connection, packages: int) -> None:
    """Copy the list and join it once."""
    await connection.execute("create temporary table floor_list (name text, serial bigint)")
    records = ((e.name, e.serial) for part in listed(packages) for e in part.entries)
    await connection.copy_records_to_table("floor_list", records=records)
    await connection.fetchval(
        "select count(*) from floor_list l full join packages p using (name)"
        " where p.serial is distinct from l.serial"
    )


async def floor_of_plan(connection: asyncpg.Connection) -> None:
    """Read the due packages and copy them as they are."""
    rows = await connection.fetch(
        "select name, serial, etag, repository_name, repository_id from packages"
        " where read_serial is distinct from serial or repository_asked_at < $1",
        datetime(2026, 6, 24, tzinfo=UTC),
    )
    await connection.execute(
        "create temporary table floor_work (a text, b bigint, c text, d text, e bigint)"
    )
    await connection.copy_records_to_table("floor_work", records=map(tuple, rows))


REREAD = """
update packages set repository_shared_by = null, repository_confidence = repository_told,
    repository_reason = repository_told_reason where package_id % 50 = 0
"""
USERS = """
select count(*) from (
    select coalesce(cast(repository_id as text), lower(repository_name)) as house, count(*)
    from packages where repository_name is not null group by 1 having count(*) > 1) as houses
"""


async def measure(connection: asyncpg.Connection, packages: int) -> None:
    """Print each step beside its floor."""
    watch = Stopwatch(connection.get_server_pid())
    print(f"{'':42}{'whole':>9}{'at work':>9}{'memory':>9}")
    floor = await watch.timed(
        "floor: the list, copied and joined", floor_of_diff(connection, packages)
    )
    async with connection.transaction():
        await watch.timed("names: new, changed, gone", diff(connection), floor)
        floor = await watch.timed("floor: what is due, read and copied", floor_of_plan(connection))
        planned = planning.plan_due(connection, NIGHT, Settings())
        await watch.timed("work: planned and cut", planned, floor)
    (told,) = await connection.fetch(
        "select count(*) as messages, sum(length(body)) / 1000000 as mb from outbox"
    )
    print(f"work messages: {told['messages']}, {told['mb']:.0f} MB")
    floor = await watch.timed("floor: users of each repository counted", connection.fetch(USERS))
    await watch.timed("sharing: judged the first time", judge(connection), floor)
    await connection.execute(REREAD)
    await watch.timed("sharing: judged after a usual night", judge(connection), floor)


def judge(connection: asyncpg.Connection) -> Awaitable[object]:
    """Judge repositories that several packages name."""
    judging: Callable[..., Awaitable[object]] = queries.packages.judge_sharing
    return judging(connection, family=FAMILY, foreign_factor=FOREIGN_FACTOR)


async def run(packages: int) -> None:
    """Measure in a database of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with (
        tempfile.TemporaryDirectory() as folder,
        in_background(stack_in(Path(folder), services=())) as stack,
    ):
        url = stack.database.url(WRITER)
        connection = await asyncpg.connect(url, command_timeout=1800)
        began = time.perf_counter()
        await prepare(connection, packages)
        print(f"{packages:,} packages, tables made in {time.perf_counter() - began:.0f} s")
        await measure(connection, packages)
        await connection.close()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else PACKAGES))
