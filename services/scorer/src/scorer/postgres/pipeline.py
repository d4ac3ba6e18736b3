"""Parts of a long work side by side: while PostgreSQL writes one, the next is computed."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

CONCURRENCY = 2
"""Parts on their way at once; each holds a connection and its own memory."""


async def side_by_side(
    parts: AsyncIterable[Part],
    work: Callable[[Part], Awaitable[Result]],
    limit: int = CONCURRENCY,
) -> list[Result]:
    """Do `work` on each part, a few at once, and give the results in the order of the parts.

    Parts are asked for as places get free. The first that fails cancels the others and is raised.
    """
    free = asyncio.Semaphore(limit)

    async def limited(part: Part) -> Result:
        try:
            return await work(part)
        finally:
            free.release()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = []
            await free.acquire()
            async for part in parts:
                tasks.append(group.create_task(limited(part)))
                await free.acquire()
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
