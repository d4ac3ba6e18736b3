"""A small data set, the sources that play it, and a publisher that keeps what it is given."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from events import DailyDownloads, Dimension, DownloadBreakdown, Event, RunPlanned, RunRequested
from events.topology import MAX_PAYLOAD, Subject
from ingest_downloads.handlers import collect
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources
from simulators.child import Playing, playing

DAY = date(2026, 6, 30)
DAYS = [DAY - timedelta(days=n) for n in reversed(range(40))]
PACKAGES = 120
NAMELESS = 70
"""Downloads a day that the source could not tell the package of."""

BIG = 30
"""Packages above the bound of the tests' settings."""

LABELS = {
    "python": {"3.11": 5, "3.12": 3, "": 2},
    "system": {"Linux": 6, "Windows": 2, "": 2},
    "installer": {"pip": 6, "uv": 2, "": 1, "bandersnatch": 1},
    "file_type": {"bdist_wheel": 8, "sdist": 2},
    "version": {"1.0": 7, "2.0rc1": 3},
    "country": {"DE": 4, "US": 4, "": 2},
}
"""Tenths of every package's downloads, by dimension and label."""


def downloads_of(package: int, day: int) -> int:
    """Return ten times something, so that tenths are whole; small packages miss some days."""
    if package < BIG:
        return 10 * (100 + package + day % 7)
    return 0 if (package + day) % 5 == 0 else 10 * (1 + package % 3)


def name_of(package: int) -> str:
    return f"package-{package:03}"


def daily_frame() -> pl.DataFrame:
    rows = [
        (name_of(package), day, downloads_of(package, n))
        for package in range(PACKAGES)
        for n, day in enumerate(DAYS)
        if downloads_of(package, n)
    ]
    nameless = [("", day, NAMELESS) for day in DAYS]
    return pl.DataFrame(rows + nameless, schema=["project", "day", "downloads"], orient="row")


def split_frame(daily: pl.DataFrame, tenths: dict[str, int]) -> pl.DataFrame:
    parts = [
        daily.select(
            "project", "day", pl.lit(label).alias("label"), pl.col("downloads") // 10 * tenth
        )
        for label, tenth in tenths.items()
    ]
    return pl.concat(parts)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset")
    daily = daily_frame()
    daily.write_parquet(folder / "downloads_daily.parquet")
    for dimension, tenths in LABELS.items():
        split_frame(daily, tenths).write_parquet(folder / f"downloads_by_{dimension}.parquet")
    return folder


@dataclass
class Played:
    """A source that plays a data set, and its faults."""

    playing: Playing
    source: str

    @property
    def url(self) -> str:
        return self.playing.addresses[self.source]

    def fault(self, fault: str, match: str = "", **rule: Any) -> None:
        """Spoil the requests whose SQL matches."""
        self.playing.break_down(self.source, {"fault": fault, "match": match, **rule})

    def hits(self) -> int:
        """Return how many requests met a fault."""
        return sum(rule["hits"] for rule in self.playing.faults(self.source))


@pytest.fixture(scope="session")
def playing_dataset(dataset: Path) -> Iterator[Playing]:
    with playing(dataset, ["clickhouse", "bigquery"]) as running:
        yield running


@pytest.fixture
def simulators(playing_dataset: Playing) -> Iterator[Played]:
    """Yield the ClickHouse server."""
    yield Played(playing_dataset, "clickhouse")
    playing_dataset.mend("clickhouse")


@pytest.fixture
def bigquery(playing_dataset: Playing) -> Iterator[Played]:
    """Yield the BigQuery server."""
    yield Played(playing_dataset, "bigquery")
    playing_dataset.mend("bigquery")


Configure = Callable[..., Settings]


@pytest.fixture
def configure(simulators: Played) -> Configure:
    """Return settings that read the played ClickHouse; keywords change them."""

    def make(**changes: Any) -> Settings:
        usual: dict[str, Any] = {
            "clickhouse_url": simulators.url,
            "clickhouse_range_packages": 50,
            "clickhouse_range_broken_down": 16,
            "batch_packages": 25,
            "breakdown_min_downloads": 10_000,
        }
        return Settings(**(usual | changes))

    return make


@pytest.fixture
def configure_bigquery(bigquery: Played) -> Configure:
    """Return settings that read the played BigQuery; keywords change them."""

    def make(**changes: Any) -> Settings:
        usual: dict[str, Any] = {
            "source": "bigquery",
            "bigquery_endpoint": bigquery.url,
            "bigquery_project": "payer",
            "batch_packages": 25,
            "breakdown_min_downloads": 10_000,
        }
        return Settings(**(usual | changes))

    return make


@dataclass
class Recorder:
    """Keeps every event as it comes off the wire, once for each message id."""

    events: dict[str, Event] = field(default_factory=dict)
    bodies: dict[str, bytes] = field(default_factory=dict)

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        body = msgspec.json.encode(event)
        assert len(body) < MAX_PAYLOAD
        self.bodies[msg_id] = body
        self.events[msg_id] = msgspec.json.decode(body, type=subject.event)

    @property
    def daily(self) -> list[DailyDownloads]:
        return [event for event in self.events.values() if isinstance(event, DailyDownloads)]

    @property
    def plan(self) -> RunPlanned:
        (plan,) = [event for event in self.events.values() if isinstance(event, RunPlanned)]
        return plan

    def days(self) -> dict[str, list[int]]:
        return {p.name: p.days for batch in self.daily for p in batch.packages}

    def mirrors(self) -> dict[str, list[int]]:
        return {p.name: p.mirrors for batch in self.daily for p in batch.packages}

    def labels(self, dimension: Dimension) -> dict[str, dict[str, list[int]]]:
        return {
            package.name: {label.label: label.days for label in package.labels}
            for event in self.events.values()
            if isinstance(event, DownloadBreakdown) and event.dimension == dimension
            for package in event.packages
        }


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


Request = Callable[..., RunRequested]


@pytest.fixture
def request_run() -> Request:
    def make(**changes: Any) -> RunRequested:
        usual: dict[str, Any] = {
            "run_id": "run-1",
            "kind": "downloads",
            "day": DAY,
            "requested_at": datetime(2026, 7, 1, 6, tzinfo=UTC),
            "deadline": datetime(2026, 7, 1, 18, tzinfo=UTC),
        }
        return msgspec.convert(usual | changes, RunRequested)

    return make


Run = Callable[..., Awaitable[Recorder]]


@pytest.fixture
def run(recorder: Recorder, request_run: Request) -> Run:
    """Carry a request out, and give what was published."""

    async def collected(settings: Settings, **changes: Any) -> Recorder:
        request = request_run(**changes)
        async with Sources(settings).open(request.run_id) as source:
            await collect(request, source, recorder, settings)
        return recorder

    return collected


@pytest.fixture(scope="session")
def truth() -> dict[str, list[int]]:
    """Every package's last 30 days."""
    return {
        name_of(package): [downloads_of(package, n) for n in range(len(DAYS) - 30, len(DAYS))]
        for package in range(PACKAGES)
    }
