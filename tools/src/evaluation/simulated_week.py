"""A week of reading repositories, carried out against a played GitHub on a simulated clock.

The service's own client, limits and reader do the work; only the time is not real: waiting moves
the clock, and each request carries the clock's time along, so that the played GitHub counts its
hours and minutes by it. What is within the limits is for that GitHub to say: it refuses the rest.
"""

import gzip
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

import httpx
from pydantic import SecretStr

from events import MetadataTask
from ingest_github.github.client import make_github
from ingest_github.github.repository_reader import RepositoryReader
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
    unchanged: float = 0.0
    """Share of the repositories that GitHub still has as they were last read."""


@dataclass
class Outcomes:
    """What the reading came to."""

    hours: float = 0.0
    requests: Counter[str] = field(default_factory=Counter)
    looks: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    """Requests by status, as the played GitHub counted them, GraphQL's among them."""
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
        """REST requests that cost quota, by token and hour since the start."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        now = self._clock.now()
        request.headers[SIMULATED_TIME] = repr(now)
        self._clock.time += self._seconds
        response = await self._inner.handle_async_request(request)
        # GraphQL has a quota of its own, and 304 costs none.
        if request.url.path != "/graphql" and response.status_code != httpx.codes.NOT_MODIFIED:
            token = request.headers.get("authorization", "")
            self.hours[token, int((now - START) // 3600)] += 1
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


class Names:
    """The names of a data set, again and again, each with what was read of it the last time."""

    def __init__(self, names: Sequence[str], week: Week) -> None:
        self._names = names
        self._week = week
        self._etags: dict[str, str] = {}

    def tasks(self) -> Iterator[MetadataTask]:
        """Yield one task for each repository of the week, the deeper ones first.

        An ETag is shown for the share of them that is unchanged; the played documents never
        change, so that GitHub answers 304 to exactly those. The first round knows none yet.
        """
        owed = 0.0
        for number, name in enumerate(islice(cycle(self._names), self._week.repositories)):
            deep = number < self._week.deep
            owed += self._week.unchanged
            etag = None if deep or owed < 1 else self._etags.get(name)
            if etag:
                owed -= 1
            yield MetadataTask(name=name, repository=name, repository_etag=etag, deep=deep)

    def keep(self, name: str, etag: str | None) -> None:
        """Note the ETag that came with a repository."""
        if etag:
            self._etags[name] = etag


async def simulate(
    week: Week, names: Sequence[str], url: str, settings: Settings, real_seconds: float = math.inf
) -> Outcomes:
    """Read as many repositories as the week holds, or as `real_seconds` leave time for."""
    ends = time.monotonic() + real_seconds
    clock = SimulatedClock()
    inner = httpx.AsyncHTTPTransport()
    transport = SimulatedTransport(clock, week.latency / settings.github_concurrency, inner)
    tokens = ",".join(f"simulated-{number}" for number in range(1, week.tokens + 1))
    simulated = settings.model_copy(update={"github_url": url, "github_tokens": SecretStr(tokens)})
    outcomes = Outcomes()
    async with make_github(simulated, clock, transport) as github:
        reader = RepositoryReader(github, clock, recent_seconds=0)
        repositories = Names(names, week)
        for task in repositories.tasks():
            day = datetime.fromtimestamp(clock.now(), UTC).date()
            look = await reader.read(task, task.name, day, None, outcomes.requests)
            repositories.keep(task.name, look.etag)
            outcomes.looks[look.outcome] += 1
            if time.monotonic() > ends:
                break
    outcomes.hours = (clock.now() - START) / 3600
    outcomes.most_in_an_hour = max(transport.hours.values(), default=0)
    outcomes.statuses = await counted(url)
    return outcomes


async def counted(url: str) -> Counter[str]:
    """Return the requests that a played GitHub has answered, by status."""
    async with httpx.AsyncClient(base_url=url) as http:
        return Counter((await http.get("/__requests__")).json())


def told(outcomes: Outcomes, week: Week, hours: float) -> str:
    """Return what the simulated week came to, on lines for a person."""
    read = outcomes.looks.total()
    verdict = "fits" if outcomes.hours <= hours else "does not fit"
    if read < week.repositories:
        verdict = "ended before the week was done"
    return (
        f"simulated: {read:,} of {week.repositories:,} repositories, {min(read, week.deep):,} of"
        f" them with deeper facts, {week.tokens} token{'s' * (week.tokens != 1)}\n"
        f"took {outcomes.hours:.1f} of {hours:.1f} hours on the simulated clock: {verdict}\n"
        f"requests by outcome: {_listed(outcomes.requests)}\n"
        f"as GitHub counted them: {_listed(outcomes.statuses)}\n"
        f"repositories by outcome: {_listed(outcomes.looks)}\n"
        f"most requests that cost quota in one hour with one token: {outcomes.most_in_an_hour:,};"
        f" refused by a limit: {outcomes.requests['limited']:,}"
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def repositories_of(dataset: Path) -> list[str]:
    """Return the names in a data set's `github.jsonl.gz`."""
    with gzip.open(dataset / "github.jsonl.gz", "rb") as lines:
        return [json.loads(line)["full_name"] for line in lines]
