"""A cable between two processes that can be cut, silenced and slowed: a small TCP proxy."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

CHUNK = 65_536
"""Bytes carried at once."""


class Link:
    """Carries connections from a port of its own to another port of this machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._ends: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._whole = True
        self._delay = 0.0

    @contextlib.asynccontextmanager
    async def laid(self) -> AsyncIterator[None]:
        """Carry while the block lasts."""
        server = await asyncio.start_server(self._carry_both, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            self.cut()
            await server.wait_closed()

    def cut(self) -> None:
        """End every connection, and each new one at once."""
        self._whole = False
        for end in self._ends:
            end.transport.abort()

    def silence(self) -> None:
        """Let nothing through, though connections stand: what a lost route looks like."""
        self._flows.clear()

    def slow(self, seconds: float) -> None:
        """Let everything come so much later."""
        self._delay = seconds

    def mend(self) -> None:
        """Carry as before; what waited goes on."""
        self._whole, self._delay = True, 0.0
        self._flows.set()

    async def _carry_both(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._ends.add(back)
        try:
            if self._whole:
                there, on = await asyncio.open_connection("127.0.0.1", self.target)
                self._ends.add(on)
                try:
                    await _until_one_ends(self._carry(here, on), self._carry(there, back))
                finally:
                    self._end(on)
        except OSError:
            pass  # nobody listens there, or the connection broke: the other end is told below
        finally:
            self._end(back)

    def _end(self, end: asyncio.StreamWriter) -> None:
        """Close one end, after what was already carried."""
        end.close()
        self._ends.discard(end)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            await self._flows.wait()
            if self._delay:
                await asyncio.sleep(self._delay)
            sink.write(data)
            await sink.drain()


async def _until_one_ends(*ways: Coroutine[Any, Any, None]) -> None:
    """Take both ways until one is at its end; the other has nobody to talk to then."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
