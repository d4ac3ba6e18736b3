"""Work beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

Step = Callable[[], Awaitable[None]]
log = structlog.get_logger(__name__)


@asynccontextmanager
async def repeating(steps: dict[Step, float]) -> AsyncIterator[None]:
    """Take each step again and again, so many seconds apart; a failure is logged, not the end."""
    tasks = [asyncio.create_task(_repeat(step, seconds)) for step, seconds in steps.items()]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(step: Step, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await step()
        except Exception:
            log.exception("background_failed", step=getattr(step, "__qualname__", "?"))
