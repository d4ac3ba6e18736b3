"""A week of reading repositories, carried out against a played GitHub on a simulated clock.

The service's own client, limits and reader do the work; only the time is not real: waiting moves
the clock, and each request carries the clock's time along, so that the played GitHub counts its
hours and minutes by it.
"""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import httpx
from pydantic import SecretStr

from events import MetadataTask
from ingest_github.github import make_github
from ingest_github.repository_reader import RepositoryReader
from ingest_github.settings import Settings

SIMULATED_TIME = "x-simulated-time"
"""Header by which the played GitHub takes its time from us."""

START = 1_900_000_000.0
"""Seconds since 1970; later than any real time, because a played clock never goes back."""


@dataclass(frozen=True)
class Week:
    """What is to be read."""

    repositories: int
    deep: int
    tokens: int
    latency: float
    """Seconds an answer takes."""


@dataclass
class Outcomes:
    """What the reading came to."""

    hours: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    most_in_an_hour: int = 0


@dataclass
class SimulatedClock:
    """A clock that passes only by waiting and by what answers take."""

    time: float = START

    def now(self) -> float:
        """Seconds since 1970."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self.time += seconds


class SimulatedTransport(httpx.AsyncBaseTransport):
    """Sends the simulated time along and lets it pass for each answer.

    Questions are put one after the other here and many at once in the service; so each takes its
    share of an answer's time.
    """

    def __init__(
        self, clock: SimulatedClock, seconds: float, inner: httpx.AsyncBaseTransport
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._inner = inner
        self.hours: Counter[tuple[str, int]] = Counter()
        """REST requests by token and hour since the start."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        request.headers[SIMULATED_TIME] = repr(self._clock.now())
        if request.url.path != "/graphql":  # which has a quota of its own
            token = request.headers.get("authorization", "")
            self.hours[(token, int((self._clock.now() - START) // 3600))] += 1
        self._clock.time += self._seconds
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def simulate(week: Week, names: Sequence[str], url: str, settings: Settings) -> Outcomes:
    """Read so many repositories, the names again and again, with no ETag known: the worst case."""
    clock = SimulatedClock()
    inner = httpx.AsyncHTTPTransport()
    transport = SimulatedTransport(clock, week.latency / settings.github_concurrency, inner)
    tokens = ",".join(f"simulated-{number}" for number in range(1, week.tokens + 1))
    simulated = settings.model_copy(update={"github_url": url, "github_tokens": SecretStr(tokens)})
    outcomes = Outcomes()
    async with make_github(simulated, clock, transport) as github:
        reader = RepositoryReader(github, clock, recent_seconds=0)
        for number, name in enumerate(islice(cycle(names), week.repositories)):
            task = MetadataTask(name=name, deep=number < week.deep)
            day = datetime.fromtimestamp(clock.now(), UTC).date()
            look = await reader.read(task, name, day, None, outcomes.requests)
            outcomes.looks[look.outcome] += 1
    outcomes.hours = (clock.now() - START) / 3600
    outcomes.most_in_an_hour = max(transport.hours.values(), default=0)
    return outcomes


def repositories_of(dataset: Path) -> list[str]:
    """Give the names in a data set's `github.jsonl.gz`."""
    with gzip.open(dataset / "github.jsonl.gz", "rb") as lines:
        return [json.loads(line)["full_name"] for line in lines]
