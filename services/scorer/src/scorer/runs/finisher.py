"""Runs that have all their batches: judged, settled, scored, published, announced.

One finisher works at a time, however many scorers run: it holds a lock of its database session,
which goes with the process. Every step may be done again from its start.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import msgspec
import structlog

from events import MetadataWork, RunCompleted, RunKind, RunStatus, SecurityWork
from events.topology import RUNS_COMPLETED, WORK_METADATA, WORK_SECURITY
from scorer import queries
from scorer.downloads import finish_downloads
from scorer.facts import finish_metadata, finish_security
from scorer.postgres.jsonb import to_json
from scorer.queries import fetch
from scorer.read_model import swap
from scorer.read_model.recent import build_recent
from scorer.read_model.scores import build_scores
from scorer.runs import gates
from scorer.runs.gates import Gate
from scorer.runs.inbox import Connection
from scorer.runs.outbox import enqueue
from scorer.runs.run_types import Run, Settled
from scorer.runs.timing import stage
from scorer.scoring import RULES_VERSION, Market, definitions
from scorer.settings import Settings

FINISHER_LOCK = 7_401
"""Number of the database's advisory lock that one finisher holds."""

HOPELESS = (asyncpg.DataError, msgspec.MsgspecError, ValueError, TypeError)
"""What the same batches would bring again: values that have no place where they belong."""

MISSING_SAMPLE = 100
"""Names told of packages that a run missed."""

log = structlog.get_logger(__name__)


async def finish_applied(pool: asyncpg.Pool, settings: Settings) -> int:
    """Finish every run that waits for it; gives how many were finished or held."""
    finished = 0
    async with _alone(pool) as alone:
        if alone:
            for row in await fetch(queries.runs.applied_runs(pool)):
                with structlog.contextvars.bound_contextvars(run_id=row["run_id"]):
                    finished += await _finish_or_hold(pool, Run.of(row), settings)
    return finished


async def _finish_or_hold(pool: asyncpg.Pool, run: Run, settings: Settings) -> bool:
    """Finish one run; what it holds may keep itself from readers, and no other run."""
    try:
        await finish(pool, run, settings)
    except HOPELESS as error:
        log.exception("run cannot be finished")
        reason = f"cannot be finished: {type(error).__name__}: {error}"
        await queries.runs.hold_run(pool, run_id=run.run_id, reason=reason)
    except Exception:
        log.exception("run not finished, and tried again")
        return False
    return True


@asynccontextmanager
async def _alone(pool: asyncpg.Pool) -> AsyncIterator[bool]:
    async with pool.acquire() as connection:
        alone = await connection.fetchval("select pg_try_advisory_lock($1)", FINISHER_LOCK)
        try:
            yield alone
        finally:
            if alone:
                await connection.execute("select pg_advisory_unlock($1)", FINISHER_LOCK)


async def finish(pool: asyncpg.Pool, run: Run, settings: Settings) -> None:
    """Take one run from its last batch to its announcement, or hold it at a gate."""
    found = None
    if run.kind in (RunKind.DOWNLOADS, RunKind.BACKFILL):
        with stage("scan"):
            found = await finish_downloads.scan(pool, run.run_id)
    judged = await _judge(pool, run, found, settings)
    reason = gates.failed(judged)
    if reason is not None and not run.released:
        await queries.runs.hold_run(pool, run_id=run.run_id, reason=reason)
        log.warning("run held", reason=reason)
        return
    with stage("merge"):
        settled = await _settle(pool, run, found, settings)
    await _publish(pool, run, settled, settings)
    log.info("run finished", kind=run.kind, day=str(run.day), **settled.counts)


async def _judge(
    pool: asyncpg.Pool,
    run: Run,
    found: finish_downloads.Scan | None,
    settings: Settings,
) -> list[Gate]:
    judged: list[Gate] = []
    if found is not None:
        judged = await finish_downloads.judge(pool, run, found, settings)
    elif run.kind is RunKind.SECURITY:
        judged = await finish_security.judge(pool, run, settings)
    for gate in judged:
        await gates.note(pool, run.run_id, gate)
    return judged


async def _settle(
    pool: asyncpg.Pool,
    run: Run,
    found: finish_downloads.Scan | None,
    settings: Settings,
) -> Settled:
    if found is not None:
        return await finish_downloads.settle(pool, run, found, settings)
    if run.kind is RunKind.SECURITY:
        return await finish_security.settle(pool, run)
    return await finish_metadata.settle(pool, run)


async def _publish(pool: asyncpg.Pool, run: Run, settled: Settled, settings: Settings) -> None:
    """Build what readers see aside, then move them to it in one short transaction."""
    publication = await queries.runs.publication(pool)
    through = max(filter(None, (publication["data_through"], settled.data_through)), default=None)
    aside = await _build_aside(pool, run, settled, through, settings)
    missing = await _missing_packages(pool, run.run_id)
    with stage("switch"):
        await _switch(pool, run, settled, aside, missing)


@dataclass(frozen=True)
class Aside:
    """The next generation, not yet seen: its tables, and the market behind its momentum."""

    tables: list[str]
    market: Market


async def _build_aside(
    pool: asyncpg.Pool,
    run: Run,
    settled: Settled,
    through: date | None,
    settings: Settings,
) -> Aside:
    """Make the tables and the view of the next generation."""
    tables = ["scores"]
    if settled.recent and through is not None:
        tables.append("recent_downloads")
        table = await swap.make_aside(pool, "recent_downloads")
        told = {row["day"] for row in settled.days}
        with stage("recent downloads"):
            await build_recent(pool, table, through, told, settings.chunk_packages)
    table = await swap.make_aside(pool, "scores")
    with stage("scores"):
        market = await build_scores(pool, table, tables, through or run.day)
    with stage("course of the scores"):
        keep = swap.aside(queries.read_model.keep_scores.sql, tables)
        await pool.execute(keep, through or run.day, str(RULES_VERSION))
    with stage("read model"):
        await swap.build_view(pool, tables)
    with stage("search prefixes"):
        await swap.build_prefixes(pool)
    with stage("search words"):
        await swap.build_words(pool)
        await swap.build_list_counts(pool)
    return Aside([*tables, "search_prefixes", "search_words", "list_counts"], market)


@swap.swap_retry
async def _switch(
    pool: asyncpg.Pool, run: Run, settled: Settled, aside: Aside, missing: list[str]
) -> None:
    now = datetime.now(UTC)
    async with pool.acquire() as connection, connection.transaction():
        await queries.downloads.note_days(connection, settled.days)
        await swap.swap(connection, aside.tables)
        generation = await queries.runs.publish(
            connection,
            at=now,
            data_through=settled.data_through,
            definitions=to_json(definitions(aside.market)),
        )
        completed = RunCompleted(
            run_id=run.run_id,
            kind=run.kind,
            day=run.day,
            status=RunStatus.COMPLETE if run.whole else RunStatus.PARTIAL,
            generation=generation,
            completed_at=now,
            data_through=(await queries.runs.publication(connection))["data_through"],
            counts=settled.counts,
            missing_packages=len(missing),
            missing_sample=missing[:MISSING_SAMPLE],
        )
        await _end(connection, run, completed)


async def _end(connection: Connection, run: Run, completed: RunCompleted) -> None:
    """Note how a run ended, drop what it had staged, and put its announcement into the outbox."""
    await queries.runs.finish_run(
        connection,
        run_id=run.run_id,
        status=completed.status,
        reason=run.reason,
        counts=to_json(completed.counts),
        missing=completed.missing_sample,
        missing_count=completed.missing_packages,
        completed_at=completed.completed_at,
        data_through=completed.data_through,
        generation=completed.generation,
    )
    await queries.runs.drop_batches(connection, run_id=run.run_id)
    await queries.runs.supersede_held(connection, run_id=run.run_id, kind=run.kind, day=run.day)
    await enqueue(connection, RUNS_COMPLETED, completed, f"{run.run_id}:completed")


async def _missing_packages(pool: asyncpg.Pool, run_id: str) -> list[str]:
    """Names in the work of a run that was given up."""
    kinds: dict[str, Any] = {WORK_METADATA.name: MetadataWork, WORK_SECURITY.name: SecurityWork}
    names: list[str] = []
    for row in await fetch(queries.runs.letters_of_run(pool, run_id=run_id)):
        if kind := kinds.get(row["subject"]):
            names += [task.name for task in msgspec.json.decode(row["body"], type=kind).tasks]
    return sorted(set(names))
