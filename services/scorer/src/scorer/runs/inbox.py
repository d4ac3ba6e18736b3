"""Taking batches in exactly once, and knowing when a run has them all.

A batch and its number go into one transaction, which also counts it; the row of the run is its
barrier, so exactly one transaction sees the last batch come, however many scorers run.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import asyncpg
import structlog

from events import RunKind, SourceFacts
from events.topology import (
    DOWNLOADS_BREAKDOWN,
    DOWNLOADS_DAILY,
    PACKAGES_INDEX,
    PACKAGES_OBSERVED,
    REPOS_OBSERVED,
    SECURITY_ADVISORIES,
    SECURITY_OBSERVED,
    WORK_METADATA,
    WORK_SECURITY,
)
from scorer import queries
from scorer.postgres.jsonb import to_json
from servicekit.retry import UnacceptableError

Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"
Apply = Callable[[Connection], Awaitable[None]]

PLANNERS = {RunKind.DOWNLOADS: 1, RunKind.BACKFILL: 1, RunKind.METADATA: 1, RunKind.SECURITY: 2}
"""How many planners announce batches of a run: the source, the scorer, or both."""

LOST_BATCHES = {
    DOWNLOADS_DAILY.name: 1,
    DOWNLOADS_BREAKDOWN.name: 1,
    PACKAGES_INDEX.name: 1,
    PACKAGES_OBSERVED.name: 1,
    REPOS_OBSERVED.name: 1,
    SECURITY_OBSERVED.name: 1,
    SECURITY_ADVISORIES.name: 1,
    WORK_METADATA.name: 2,  # each piece of work is answered on two subjects
    WORK_SECURITY.name: 1,
}
"""Batches that never come when a message of that subject is given up."""

log = structlog.get_logger(__name__)


class RunUnknownError(Exception):
    """A batch came before its run was recorded; it will be delivered again."""


@dataclass(frozen=True)
class Batch:
    """One message of a run. `body` is kept when it must wait for the run's gates.

    `sums` is the JSON of what the gates need of it.
    """

    run_id: str
    subject: str
    seq: int
    body: bytes | None = None
    sums: str | None = None


async def take(pool: asyncpg.Pool, batch: Batch, apply: Apply | None = None) -> bool:
    """Take one batch in and carry out `apply` with it; False when it was taken before.

    Of a run that has ended, only what stands for itself is still taken (a dead letter that was
    replayed); the rest is dropped, and the next run's window brings it.
    Raises UnacceptableError where the database has no place for a value.
    """
    try:
        return await _taken(pool, batch, apply)
    except asyncpg.DataError as error:
        raise UnacceptableError(f"cannot be stored: {error}") from error


async def _taken(pool: asyncpg.Pool, batch: Batch, apply: Apply | None) -> bool:
    async with pool.acquire() as connection, connection.transaction():
        run = await queries.runs.lock_run(connection, run_id=batch.run_id)
        if run is None:
            raise RunUnknownError(batch.run_id)
        if run["status"] != "open" and batch.body is not None:
            log.warning("batch after its run's end", subject=batch.subject, seq=batch.seq)
            return False
        if await _seen(connection, batch):
            return False
        if apply is not None:
            await apply(connection)
        await queries.runs.count_applied(connection, run_id=batch.run_id)
        await queries.runs.pass_barrier(connection, run_id=batch.run_id)
    return True


async def _seen(connection: Connection, batch: Batch) -> bool:
    taken = await queries.runs.take_batch(
        connection,
        run_id=batch.run_id,
        subject=batch.subject,
        seq=batch.seq,
        body=batch.body,
        sums=batch.sums,
    )
    return taken is None  # not falsy: the first batch is number 0


async def announce(
    connection: Connection,
    run_id: str,
    planner: str,
    batches: int,
    facts: SourceFacts | None = None,
) -> None:
    """Note how many batches a planner will send; needs the run's row locked."""
    run = await queries.runs.lock_run(connection, run_id=run_id)
    if run is None:
        raise RunUnknownError(run_id)
    if facts is not None:
        await queries.runs.note_facts(connection, run_id=run_id, facts=to_json(facts))
    await queries.runs.plan_batches(connection, run_id=run_id, planner=planner, batches=batches)
    planners = PLANNERS[RunKind(run["kind"])]
    await queries.runs.settle_expected(connection, run_id=run_id, planners=planners)
    await queries.runs.pass_barrier(connection, run_id=run_id)
