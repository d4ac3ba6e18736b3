"""Where the real data are, sources that answer as a test says, and a publisher that keeps."""

import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import stamina
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from events import Event, MetadataTask, RepositoryObservation
from events.topology import MAX_PAYLOAD, Subject
from ingest_github.clock import Clock
from ingest_github.github.client import GitHub, make_github
from ingest_github.github.repository_reader import RepositoryReader
from ingest_github.handlers import Sources
from ingest_github.metrics import ReadMetrics
from ingest_github.pypi.client import PyPI, make_pypi
from ingest_github.pypi.package_reader import PackageReader
from ingest_github.settings import Settings

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

DAY = date(2026, 6, 30)
KNOWN = MetadataTask(name="thing", repository="ann/thing", repository_id=7, repository_etag='"e0"')

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def quick_retries() -> Iterator[None]:
    """Retries without their waits, as often as in production."""
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the real data sets are not beside the checkout ({SHARED.name})")
    return SHARED


def json_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path) as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def recorded(shared: Path) -> list[dict[str, Any]]:
    """PyPI's own answers: `kind` is legacy-json or simple-json."""
    return json_lines(shared / "pypi" / "recorded_documents.jsonl.gz")


@pytest.fixture(scope="session")
def core_metadata(shared: Path) -> list[dict[str, Any]]:
    return json_lines(shared / "pypi" / "core_metadata.jsonl.gz")


@dataclass
class QuickClock:
    """A clock that passes only while somebody sleeps."""

    time: float = 1_790_000_000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@dataclass
class Kept:
    """What was published: events as a reader of the bus gets them, by message id."""

    events: dict[str, Any] = field(default_factory=dict)
    subjects: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        body = msgspec.json.encode(event)
        assert len(body) <= MAX_PAYLOAD
        self.events[msg_id] = msgspec.json.decode(body, type=subject.event)
        self.subjects.append(subject.name)
        self.sizes.append(len(body))


@pytest.fixture
def kept() -> Kept:
    return Kept()


def settings(tokens: str = "", **changes: Any) -> Settings:
    return Settings(
        pypi_url="http://pypi.test",
        github_url="http://github.test",
        github_tokens=SecretStr(tokens),
        **changes,
    )


@asynccontextmanager
async def github_that(
    answer: Answer, clock: Clock, tokens: str = "one", **changes: Any
) -> AsyncIterator[GitHub]:
    transport = httpx.MockTransport(answer)
    async with make_github(settings(tokens, **changes), clock, transport) as github:
        yield github


@asynccontextmanager
async def pypi_that(answer: Answer, **changes: Any) -> AsyncIterator[PyPI]:
    async with make_pypi(settings(**changes), httpx.MockTransport(answer)) as pypi:
        yield pypi


@asynccontextmanager
async def sources_that(
    pypi_answer: Answer, github_answer: Answer, clock: Clock, **changes: Any
) -> AsyncIterator[Sources]:
    async with (
        pypi_that(pypi_answer, **changes) as pypi,
        github_that(github_answer, clock, **changes) as github,
    ):
        yield Sources(
            pypi=pypi,
            packages=PackageReader(pypi, clock),
            repositories=RepositoryReader(github, clock, recent_seconds=900),
            clock=clock,
            metrics=ReadMetrics(CollectorRegistry()),
        )


@pytest.fixture
def sources() -> Callable[..., Any]:
    return sources_that


@pytest.fixture
def pypi() -> Callable[..., Any]:
    return pypi_that


@pytest.fixture
def github() -> Callable[..., Any]:
    return github_that


@pytest.fixture
def look(clock: QuickClock) -> Callable[..., Any]:
    """Look once at a repository; gives the observation and the requests by outcome."""

    async def looking(
        server: Answer, task: MetadataTask = KNOWN, full_name: str = "ann/thing", **changes: Any
    ) -> tuple[RepositoryObservation, Counter[str]]:
        requests: Counter[str] = Counter()
        async with github_that(server, clock, **changes) as client:
            reader = RepositoryReader(client, clock, 900)
            seen = await reader.read(task, full_name, DAY, None, requests)
        return seen, requests

    return looking
