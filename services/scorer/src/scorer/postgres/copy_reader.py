"""Rows that come by COPY, worked on in parts while the rest is still on its way."""

import asyncio
import io
from collections.abc import Callable

import asyncpg
import polars as pl

PART_BYTES = 4 * 2**20
"""Text that is worked on at once: bounds the memory."""

Work = Callable[[pl.DataFrame], pl.DataFrame]


async def in_parts(pool: asyncpg.Pool, sql: str, work: Work) -> list[pl.DataFrame]:
    """Run a query and give what `work` makes of each part of its rows, whose values are texts.

    `work` runs in a thread; the server waits for it. There is one part at least, if an empty one.
    """
    parts = _Parts(work)
    async with pool.acquire() as connection:
        await connection.copy_from_query(
            sql.strip().rstrip(";"), output=parts.take, format="csv", header=True
        )
    await parts.finish()
    return parts.done


class _Parts:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.done: list[pl.DataFrame] = []
        self.head = b""
        self.waiting = bytearray()

    async def take(self, data: bytes) -> None:
        """Keep what came; work on all whole rows once there are enough."""
        self.waiting += data
        if not self.head:
            self.head = self.cut(self.waiting.find(b"\n") + 1)
        if len(self.waiting) >= PART_BYTES:
            await self.work_on(self.cut(whole_rows(self.waiting)))

    async def finish(self) -> None:
        """Work on the rest."""
        await self.work_on(self.cut(len(self.waiting)))

    def cut(self, end: int) -> bytes:
        part = bytes(self.waiting[:end])
        del self.waiting[:end]
        return part

    async def work_on(self, rows: bytes) -> None:
        if rows or not self.done:
            self.done.append(await asyncio.to_thread(self.read_and_work, rows))

    def read_and_work(self, rows: bytes) -> pl.DataFrame:
        return self.work(pl.read_csv(io.BytesIO(self.head + rows), infer_schema=False))


def whole_rows(text: bytes | bytearray) -> int:
    """Return where the last whole row of CSV ends: at a line break outside quotation marks."""
    end = text.rfind(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end
