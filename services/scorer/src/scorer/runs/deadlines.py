"""Runs that time has caught up with: past their deadline, or held since their day was late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import structlog

from events import RunKind, RunRequested
from events.topology import RUNS_REQUESTED
from scorer import queries
from scorer.queries import fetch
from scorer.runs.outbox import enqueue
from scorer.settings import Settings

log = structlog.get_logger(__name__)


async def end_overdue(pool: asyncpg.Pool) -> int:
    """End open runs past their deadline with what they have; gives how many."""
    rows = await fetch(queries.runs.overdue_runs(pool))
    for row in rows:
        log.warning("run past its deadline", run_id=row["run_id"])
    return len(rows)


async def ask_again(pool: asyncpg.Pool, settings: Settings) -> int:
    """Ask once more for days that the source had not brought; gives how many."""
    async with pool.acquire() as connection, connection.transaction():
        rows = await fetch(queries.runs.late_runs(connection, patience=settings.late_patience))
        for row in rows:
            await _request_again(connection, row, settings)
    return len(rows)


async def _request_again(connection: Any, row: Any, settings: Settings) -> None:
    now = datetime.now(UTC)
    request = RunRequested(
        run_id=f"{row['kind']}-{row['day']}-{row['attempts'] + 1}",
        kind=RunKind(row["kind"]),
        day=row["day"],
        requested_at=now,
        deadline=now + timedelta(seconds=settings.run_patience),
        window_days=row["window_days"],
    )
    await enqueue(connection, RUNS_REQUESTED, request, request.run_id)
    log.info("late day asked for again", run_id=request.run_id)
