"""A store that is gone: the bus's in the middle of a run, the cache's in the middle of a day."""

import asyncio
import shutil

from chaos.lab import Lab
from chaos.night import LAST, until_started
from chaos.trouble import Trouble
from events.runs import RunAction, RunKind

FLUSHES = 5
PAUSE = 0.5
"""Seconds between two flushes."""


class BusLost(Trouble):
    """Empties NATS' store in the middle of the first run, then does what the runbook says."""

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Lose every message, make the streams anew, give the run up and ask once more."""
        if kind is not RunKind.DOWNLOADS:
            return run_id
        await until_started(lab.stack, run_id)
        await lab.stack.stop("nats")
        await asyncio.to_thread(shutil.rmtree, lab.stack.layout.stored / "nats")
        await lab.stack.start("nats")
        await lab.stack.make_bus()
        await lab.stack.runs.order(run_id, RunAction.CANCEL, "the bus has lost its messages")
        await lab.stack.runs.follow(run_id)
        return await lab.request(kind, LAST)


class CacheFlushed(Trouble):
    """Empties the cache again and again in the middle of the day and of each run."""

    async def disturb(self, lab: Lab, kind: RunKind, run_id: str) -> str:
        """Flush it while visitors come."""
        await until_started(lab.stack, run_id)
        for _ in range(FLUSHES):
            await _flush(lab)
            await asyncio.sleep(PAUSE)
        return run_id


async def _flush(lab: Lab) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.stack.ports["valkey"])
    password = lab.stack.layout.password("valkey")
    writer.write(f"AUTH {password}\r\nFLUSHALL\r\n".encode())
    answers = [await reader.readline(), await reader.readline()]
    writer.close()
    if answers != [b"+OK\r\n", b"+OK\r\n"]:
        raise ConnectionError(f"Valkey answered {answers}")
