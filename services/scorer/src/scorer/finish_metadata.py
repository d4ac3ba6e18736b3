"""Finishing a run of metadata: facts were stored as they came; together they tell more."""

import asyncpg

from scorer import queries
from scorer.finishing import Run, Settled

FAMILY = 4
"""From so many packages on, a repository is the common house of those that name it."""

FOREIGN_FACTOR = 0.5
"""What is left of the confidence in a repository that bears another package's name."""


async def settle(pool: asyncpg.Pool, run: Run) -> Settled:
    """Judge repositories that several packages name, and count what the run has brought."""
    await queries.packages.judge_sharing(pool, family=FAMILY, foreign_factor=FOREIGN_FACTOR)
    row = await queries.packages.counts(pool, run_id=run.run_id)
    return Settled(counts=dict(row))
