"""Finishing a run of metadata: its facts were stored as they came, so there is only to count."""

import asyncpg

from scorer import queries
from scorer.finishing import Run, Settled


async def settle(pool: asyncpg.Pool, run: Run) -> Settled:
    """Count what the run's day has brought."""
    row = await queries.packages.counts(pool, run_id=run.run_id)
    return Settled(counts=dict(row))
