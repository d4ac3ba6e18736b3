"""What an operator is told of runs follows the tables, also where something has ended."""

import asyncpg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from scorer.metrics import RunMetrics
from scorer.runs.timing import stage

RUN = """
insert into runs (run_id, kind, day, window_days, status, requested_at, deadline)
values ($1, 'downloads', $2::text::date, 30, $3, now(), now())
"""


async def told(metrics: RunMetrics, registry: CollectorRegistry, pool: asyncpg.Pool) -> str:
    await metrics.read(pool)
    return generate_latest(registry).decode()


async def test_a_status_that_no_run_has_any_more_is_not_told(pool: asyncpg.Pool) -> None:
    registry = CollectorRegistry()
    metrics = RunMetrics(registry)
    await pool.execute(RUN, "downloads-2026-06-30-1", "2026-06-30", "held")
    held = 'pypi_stats_runs{kind="downloads",status="held"} 1.0'
    assert held in await told(metrics, registry, pool)

    await pool.execute("update runs set status = 'cancelled'")
    assert 'status="held"' not in await told(metrics, registry, pool)


async def test_the_newest_day_is_the_newest_of_complete_and_partial_runs(
    pool: asyncpg.Pool,
) -> None:
    registry = CollectorRegistry()
    for number, (day, status) in enumerate(
        [("2026-06-28", "partial"), ("2026-06-30", "complete"), ("2026-06-29", "partial")]
    ):
        await pool.execute(RUN, f"downloads-{day}-{number}", day, status)
    newest = 'pypi_stats_run_day_seconds{kind="downloads"} 1.7827776e+09'
    assert newest in await told(RunMetrics(registry), registry, pool)


def test_a_stage_that_ended_is_told_with_its_seconds() -> None:
    registry = CollectorRegistry()
    RunMetrics(registry)
    with stage("merge"):
        pass
    with pytest.raises(RuntimeError), stage("one that fails"):
        raise RuntimeError
    text = generate_latest(registry).decode()
    assert 'pypi_stats_stage_seconds{stage="merge"}' in text
    assert "one that fails" not in text
