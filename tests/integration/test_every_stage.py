"""A night whose service is killed at every stage in turn ends with the tables of a quiet night.

A stage is met exactly: the database makes the scorer wait where the stage writes (a trigger that
waits for a lock which the test holds), or the played source makes ingest-downloads wait.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
import pytest

from devstack.background import in_background
from devstack.commands.traffic import traffic
from devstack.servers.database import WRITER
from devstack.stack import Stack, stack_in
from events import RunKind, RunStatus
from events.permissions import inbox_prefix
from events.topology import (
    BOOTSTRAP,
    DOWNLOADS_BREAKDOWN,
    DOWNLOADS_DAILY,
    MAX_PAYLOAD,
    RUNS_COMPLETED,
)

LAST = date(2026, 11, 22)
TIMEOUT = 180
"""Seconds for a stage to be reached, and for a run to end: a request whose reader was killed is
delivered again after half a minute."""

TRIGGER = """
create or replace function wait_here() returns trigger language plpgsql as
$$ begin perform pg_advisory_xact_lock_shared({lock}); return null; end $$;
create or replace trigger wait_here before {action} on {table}
    for each statement execute function wait_here()
"""
LOCK = 7_499
FINISHER_LOCK = 7_401
"""The scorer's own: who holds it keeps runs from being finished."""

WRITES = {
    "gates": ("insert", "gates"),
    "merge": ("insert", "downloads_month"),
    "merge of breakdowns": ("insert", "breakdown_month"),
    "scores": ("insert", "score_history"),
    "swap": ("update", "publication"),
    "outbox": ("update", "outbox"),
}
"""Stage of the scorer to what it does to which table."""

QUERIES = {"query running": "AS mirrors", "messages on the way": "AS labels"}
"""Stage of ingest-downloads to a mark of the query that is slow then."""

STAGES = (*QUERIES, "staged", *WRITES, "warm")

TABLES = {
    "months": """select p.name, m.month, m.days, m.mirrors from downloads_month m
        join packages p using (package_id) order by 1, 2""",
    "breakdowns": """select p.name, l.dimension, l.label, b.month, b.days from breakdown_month b
        join packages p using (package_id) join labels l using (label_id) order by 1, 2, 3, 4""",
    "ecosystem": """select l.dimension, l.label, e.month, e.days from ecosystem_breakdown e
        join labels l using (label_id) order by 1, 2, 3""",
    "totals": """select p.name, t.total, t.mirrors, t.first_day, t.collected
        from download_totals t join packages p using (package_id) order by 1""",
    "days": "select day, total, mirrors, unknown_share from source_days order by 1",
    "corrections": "select day, packages, change from corrections order by 1, 2, 3",
    "scores": """select p.name, s.week, s.health, s.momentum from score_history s
        join packages p using (package_id) order by 1, 2""",
    "list": """select name, last_day, last_week, last_month, total, all_total, rank, health,
        momentum, maintenance, category, insights, stale, sparkline from package_list order by 1""",
    "runs": "select run_id, status, reason, applied, expected, generation from runs order by 1",
    "announced": "select msg_id from outbox where subject = 'runs.completed' order by 1",
}
"""Everything a night of downloads fills, the runs and their announcements included."""


def day_of(stage: str) -> date:
    """Each stage is met on a day of its own."""
    return LAST - timedelta(days=len(STAGES) - 1 - STAGES.index(stage))


@pytest.fixture(scope="module")
def small(many_small_messages: None) -> Iterator[None]:
    """Messages and transactions of a few packages, so that each stage has a middle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHUNK_PACKAGES", "40")
        yield


@pytest.fixture(scope="module")
def quiet_tables(
    dataset: Path, small: None, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    """The tables after nights that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    services = ("scorer", "ingest-downloads")

    async def nights(stack: Stack) -> dict[str, list[tuple[Any, ...]]]:
        for stage in STAGES:
            await night_ends(stack, await ask(stack, day_of(stage)))
        return await tables(stack)

    with in_background(stack_in(folder, dataset=dataset, services=services)) as stack:
        return asyncio.run(nights(stack))


@pytest.fixture
def killed(dataset: Path, small: None, tmp_path: Path) -> Iterator[Stack]:
    services = ("scorer", "ingest-downloads", "api", "cache-warmer")
    with in_background(stack_in(tmp_path, dataset=dataset, services=services)) as stack:
        yield stack


async def ask(stack: Stack, day: date) -> str:
    return await stack.runs.request(RunKind.DOWNLOADS, day, timedelta(hours=1))


async def night_ends(stack: Stack, run_id: str) -> int:
    """Wait for a run, which must be complete; gives its generation."""
    ended = await stack.runs.follow(run_id, idle_timeout=TIMEOUT)
    assert (ended.status, ended.reason) == (RunStatus.COMPLETE, None), run_id
    return ended.generation or 0


async def tables(stack: Stack) -> dict[str, list[tuple[Any, ...]]]:
    async with database(stack) as connection:
        return {
            name: [tuple(row) for row in await connection.fetch(query)]
            for name, query in TABLES.items()
        }


@contextlib.asynccontextmanager
async def database(stack: Stack) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(stack.database.url(WRITER))
    try:
        yield connection
    finally:
        await connection.close()


async def until(condition: Any) -> None:
    """Wait until an asynchronous condition holds."""
    async with asyncio.timeout(TIMEOUT):
        while not await condition():
            await asyncio.sleep(0.02)


async def killed_at_a_write(stack: Stack, stage: str) -> str:
    """Kill the scorer in the middle of the transaction that writes to the stage's table."""
    action, table = WRITES[stage]
    async with database(stack) as connection:
        await connection.execute(TRIGGER.format(lock=LOCK, action=action, table=table))
        await connection.execute("select pg_advisory_lock($1)", LOCK)
        run_id = await ask(stack, day_of(stage))

        async def waits() -> bool:
            return await connection.fetchval(
                "select exists (select from pg_locks where locktype = 'advisory' "
                "and objid = $1 and not granted)",
                LOCK,
            )

        await until(waits)
        stack.kill("scorer")
        await connection.execute("select pg_advisory_unlock($1)", LOCK)
        await connection.execute(f"drop trigger wait_here on {table}")
    return run_id


async def killed_when_staged(stack: Stack) -> str:
    """Kill the scorer between the last batch and the finisher's first look."""
    async with database(stack) as connection:
        await connection.execute("select pg_advisory_lock($1)", FINISHER_LOCK)
        run_id = await ask(stack, day_of("staged"))

        async def applied() -> bool:
            status = await connection.fetchval("select status from runs where run_id = $1", run_id)
            return bool(status == "applied")

        await until(applied)
        stack.kill("scorer")
    return run_id


async def killed_in_a_query(stack: Stack, stage: str) -> str:
    """Kill ingest-downloads while the source works on its query."""
    faults = f"{stack.sources.clickhouse}/__faults__"
    async with httpx.AsyncClient() as client:
        rule = {"fault": "slow:20", "match": QUERIES[stage], "times": 1}
        await client.post(faults, json=[rule])
        run_id = await ask(stack, day_of(stage))

        async def met() -> bool:
            return bool((await client.get(faults)).json()[0]["hits"])

        await until(met)
        stack.kill("ingest-downloads")
        await client.delete(faults)
    return run_id


@dataclass
class Stopped:
    """A process that stands still, as a machine that swaps does."""

    pid: int

    def __enter__(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGCONT)


async def killed_while_warming(stack: Stack) -> str:
    """Kill the cache-warmer while it waits for the pages it asked the API for."""
    api = stack.supervisor.children["api"].identity
    assert api is not None
    client = await nats.connect(
        stack.nats_url,
        user=BOOTSTRAP,
        password=stack.nats_password(BOOTSTRAP),
        inbox_prefix=inbox_prefix(BOOTSTRAP),
    )
    with Stopped(api.pid):
        run_id = await ask(stack, day_of("warm"))

        async def warming() -> bool:
            info = await client.jetstream().consumer_info(
                RUNS_COMPLETED.stream, "cache-warmer-completed"
            )
            return bool(info.num_ack_pending)

        await night_ends(stack, run_id)
        await until(warming)
        stack.kill("cache-warmer")
    await client.close()
    return run_id


async def shown(stack: Stack) -> int:
    """The generation visitors see; 0 while there is none."""
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        answer = await client.get("/api/packages")
    return int(answer.json()["generation"]) if answer.status_code == 200 else 0


async def killed_at(stack: Stack, stage: str) -> str:
    if stage in QUERIES:
        return await killed_in_a_query(stack, stage)
    if stage in WRITES:
        return await killed_at_a_write(stack, stage)
    return await (killed_when_staged if stage == "staged" else killed_while_warming)(stack)


@pytest.mark.timeout(1200)
async def test_a_kill_at_any_stage_changes_no_table(
    killed: Stack, quiet_tables: dict[str, list[tuple[Any, ...]]]
) -> None:
    generation = 0
    for stage in STAGES:
        generation = await night_ends(killed, await killed_at(killed, stage))
        print(f"killed at: {stage}; complete as generation {generation}")
    found = await tables(killed)
    for name, expected in quiet_tables.items():
        assert found[name] == expected, name

    async def is_shown() -> bool:
        return await shown(killed) == generation

    await until(is_shown)
    await every_message_is_there_once(killed)


async def every_message_is_there_once(stack: Stack) -> None:
    """What was sent twice is stored once, and none is too large for the bus."""
    sent = await traffic(stack.nats_url, stack.nats_password(BOOTSTRAP))
    async with database(stack) as connection:
        for run_id, expected in await connection.fetch("select run_id, expected from runs"):
            batches = (DOWNLOADS_DAILY.name, DOWNLOADS_BREAKDOWN.name)
            assert sum(sent.by_run[run_id, name].messages for name in batches) == expected
    assert 0 < sent.largest < MAX_PAYLOAD
    assert sent.delivered_again["ingest-downloads-requested"] == len(QUERIES)
    for (run_id, subject), count in sorted(sent.by_run.items()):
        print(run_id, subject, count)
    print("delivered again:", sent.delivered_again)
