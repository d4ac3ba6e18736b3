"""The way onto the bus: several messages at once, never more, and every one of them stored."""

import asyncio
from typing import Protocol, Self

from events import Event
from events.topology import Subject


class Sends(Protocol):
    """What `servicekit.broker.Publisher` does."""

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Return when the stream has the event; raise when it cannot be stored."""


class Outlet:
    """Numbers the batches of a run and sends them; leaving it waits until all are stored."""

    def __init__(self, publisher: Sends, run_id: str, concurrency: int) -> None:
        self._publisher = publisher
        self._run_id = run_id
        self._free = asyncio.Semaphore(concurrency)
        self._tasks = asyncio.TaskGroup()
        self._next: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._tasks.__aexit__(*failure)  # type: ignore[arg-type]

    @property
    def sent(self) -> int:
        """Batches over all subjects."""
        return sum(self._next.values())

    def seq(self, subject: Subject) -> int:
        """Return the number of the subject's next batch."""
        return self._next.get(subject.name, 0)

    async def send(self, subject: Subject, event: Event) -> None:
        """Start to send the subject's next batch; waits while too many are on their way."""
        seq = self.seq(subject)
        self._next[subject.name] = seq + 1
        await self._free.acquire()
        self._tasks.create_task(self._store(subject, event, f"{self._run_id}:{subject.name}:{seq}"))

    async def _store(self, subject: Subject, event: Event, msg_id: str) -> None:
        try:
            await self._publisher.send(subject, event, msg_id)
        finally:
            self._free.release()
