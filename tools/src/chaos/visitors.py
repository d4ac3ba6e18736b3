"""A steady stream of visitors over the main routes, and what they were answered."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import numpy as np

VISITORS = 2
"""Who ask side by side."""

PAUSE = 0.05
"""Seconds a visitor reads before the next question."""

TIMEOUT = 10.0
"""Seconds after which a visitor goes away without an answer."""

REFUSED, BROKEN, LATE = "refused", "cut off", "too late"
"""Ways to get no answer: nobody listens, the connection ends, nothing comes in `TIMEOUT`."""

WRONG_KEPT = 5
"""Examples kept of answers that no trouble excuses."""

EMPTY_LIST = b'"packages":[]'

PATHS = (
    "/api/packages",
    "/api/packages?sort=stars&limit=20",
    "/api/packages?category=hidden_gems",
    "/api/packages/{name}",
    "/api/packages/{name}/history",
    "/api/packages/{name}/history?granularity=week",
    "/api/packages/{name}/breakdown/python",
    "/api/packages/{name}/score",
    "/api/packages/{name}/advisories",
    "/api/packages/{name}/recent",
    "/api/packages/{name}/overall",
    "/api/search?q={start}",
    "/api/search?q={misspelled}",
    "/api/compare?names={name},boto3",
    "/api/insights",
    "/api/status",
    "/api/badge/{name}/month.svg",
    "/api/feeds/rising.atom",
    "/api/v2/projects/{name}",
    "/",
)
NEVER_EMPTY = frozenset(PATHS[:2])
"""Lists on which a visitor always finds something."""


@dataclass
class Visitors:
    """Who ask, and what they were answered."""

    address: str
    names: Sequence[str]
    answers: Counter[str] = field(default_factory=Counter)
    """Status, or the way it failed, to how often."""
    seconds: list[float] = field(default_factory=list)
    """How long each answer took that came."""
    wrong: list[str] = field(default_factory=list)
    """Answers that no trouble excuses, each in a sentence."""

    @asynccontextmanager
    async def coming(self) -> AsyncIterator[None]:
        """Let visitors come while the block lasts."""
        timeout = httpx.Timeout(TIMEOUT)
        async with httpx.AsyncClient(base_url=self.address, timeout=timeout) as client:
            tasks = [asyncio.create_task(self._visit(client, n)) for n in range(VISITORS)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def within(self, share: float) -> float:
        """Return the seconds within which that share of the answers came."""
        return float(np.quantile(self.seconds, share)) if self.seconds else 0.0

    async def _visit(self, client: httpx.AsyncClient, number: int) -> None:
        wishes = itertools.product(self.names[number::VISITORS], PATHS)
        for name, path in itertools.cycle(list(wishes)):
            await self._ask(client, path, name)
            await asyncio.sleep(PAUSE)

    async def _ask(self, client: httpx.AsyncClient, path: str, name: str) -> None:
        began = time.monotonic()
        misspelled = f"{name[:3]}x{name[3:]}"
        try:
            answer = await client.get(path.format(name=name, start=name[:2], misspelled=misspelled))
        except httpx.TransportError as error:
            self.answers[_way(error)] += 1
            return
        self.answers[str(answer.status_code)] += 1
        self.seconds.append(time.monotonic() - began)
        self._judge(path, answer)

    def _judge(self, path: str, answer: httpx.Response) -> None:
        """Note an answer that is wrong in itself."""
        problem = ""
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            problem = "" if "retry-after" in answer.headers else "503 without Retry-After"
        elif path in NEVER_EMPTY and EMPTY_LIST in answer.content:
            problem = "an empty list"
        elif answer.status_code != httpx.codes.OK:
            problem = f"{answer.status_code} {answer.text[:120]}"
        if problem and len(self.wrong) < WRONG_KEPT:
            self.wrong.append(f"{answer.url.raw_path.decode()}: {problem}")


def _way(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return LATE
    return REFUSED if isinstance(error, httpx.ConnectError) else BROKEN
