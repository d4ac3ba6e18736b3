"""Finishing a run of metadata: facts were stored as they came; together they tell more."""

import asyncpg

from events import FAMILY, FOREIGN_FACTOR
from scorer import queries
from scorer.runs.run_types import Run, Settled


async def settle(pool: asyncpg.Pool, run: Run) -> Settled:
    """Judge repositories that several packages name, and count what the run has brought."""
    await queries.packages.judge_sharing(pool, family=FAMILY, foreign_factor=FOREIGN_FACTOR)
    row = await queries.packages.counts(pool, run_id=run.run_id)
    return Settled(counts=dict(row))
