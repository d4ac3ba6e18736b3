"""The scorer's work that no message starts: sending, finishing, looking at the clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
import structlog

from scorer.metrics import RunMetrics
from scorer.runs.deadlines import ask_again, end_overdue
from scorer.runs.finisher import finish_applied
from scorer.runs.outbox import relay
from scorer.settings import Settings
from servicekit.broker import Publisher

Step = Callable[[], Awaitable[int | None]]
METRICS_SECONDS = 5.0

log = structlog.get_logger(__name__)


async def every(seconds: float, name: str, step: Step) -> None:
    """Take a step for ever, without a pause while there is work; a failed step is taken again."""
    while True:
        try:
            done = await step()
        except Exception:
            log.exception("step failed", step=name)
            done = 0
        if not done:
            await asyncio.sleep(seconds)


@asynccontextmanager
async def running(
    pool: asyncpg.Pool, publisher: Publisher, settings: Settings, metrics: RunMetrics
) -> AsyncIterator[None]:
    """Run all loops until the block ends."""
    poll = settings.poll_seconds
    steps: list[tuple[float, str, Step]] = [
        (poll, "relay", lambda: relay(pool, publisher)),
        (poll, "finish", lambda: finish_applied(pool, settings)),
        (poll, "deadlines", lambda: end_overdue(pool)),
        (poll * 10, "late days", lambda: ask_again(pool, settings)),
        (METRICS_SECONDS, "metrics", lambda: metrics.read(pool)),
    ]
    tasks = [asyncio.create_task(every(*step)) for step in steps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
