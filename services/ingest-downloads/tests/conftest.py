"""A small data set, the sources that play it, and a publisher that keeps what it is given."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import polars as pl
import pytest

from events import DailyDownloads, Dimension, DownloadBreakdown, Event, RunPlanned, RunRequested
from events.topology import MAX_PAYLOAD, Subject
from ingest_downloads.handlers import collect
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources

DAY = date(2026, 6, 30)
DAYS = [DAY - timedelta(days=n) for n in reversed(range(40))]
PACKAGES = 120
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
    """Give ten times something, so that tenths are whole; small packages miss some days."""
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
    return pl.DataFrame(rows, schema=["project", "day", "downloads"], orient="row")


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
class Replay:
    """A ClickHouse server that plays a data set, and its faults."""

    url: str

    def fault(self, fault: str, match: str = "", **rule: Any) -> None:
        """Spoil the requests whose SQL matches."""
        self._ask("POST", [{"fault": fault, "match": match, **rule}])

    def hits(self) -> int:
        """Give how many requests met a fault."""
        return sum(rule["hits"] for rule in self._ask("GET"))

    def heal(self) -> None:
        """Take all faults away."""
        self._ask("DELETE")

    def _ask(self, method: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/__faults__", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def play(data: Path) -> Iterator[Replay]:
    """Start the server, and stop it when the test has ended."""
    command = [sys.executable, "-m", "replay", "--data", str(data), "--clickhouse-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()
        assert address, "the replay server did not start"
        yield Replay(address[1])
        process.terminate()


@pytest.fixture(scope="session")
def server(dataset: Path) -> Iterator[Replay]:
    yield from play(dataset)


@pytest.fixture
def replay(server: Replay) -> Iterator[Replay]:
    yield server
    server.heal()


Configure = Callable[..., Settings]


@pytest.fixture
def configure(replay: Replay) -> Configure:
    """Give settings that read the played server; keywords change them."""

    def make(**changes: Any) -> Settings:
        usual: dict[str, Any] = {
            "clickhouse_url": replay.url,
            "clickhouse_range_packages": 50,
            "clickhouse_range_broken_down": 16,
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


STAND_IN = Path(__file__).with_name("bigquery_stand_in.py")
ONE_ROW_PER_DOWNLOAD = """
COPY (
    SELECT CAST(day AS TIMESTAMP) + INTERVAL (n % 86400) SECOND AS timestamp,
           nullif(['DE', 'DE', 'DE', 'DE', 'US', 'US', 'US', 'US', '', ''][t], '') AS country_code,
           {'project': project,
            'version': if(t <= 7, '1.0', '2.0rc1'),
            'type': if(t <= 8, 'bdist_wheel', 'sdist')} AS file,
           if(t = 9, NULL, {
            'installer': {'name': ['pip', 'pip', 'pip', 'pip', 'pip', 'pip', 'uv', 'uv', '',
                                   'bandersnatch'][t],
                          'version': if(t <= 6, '24.0', NULL)},
            'python': if(t <= 5, '3.11.4', if(t <= 8, '3.12', NULL)),
            'system': {'name': if(t <= 6, 'Linux', if(t <= 8, 'Windows', NULL))},
            'ci': if(t = 1, true, NULL)}) AS details
    FROM (
        SELECT project, day, n, 1 + n % 10 AS t
        FROM read_parquet($daily), unnest(range(downloads)) AS download(n)
        WHERE day >= DATE '2026-06-27'
    )
) TO '{rows}' (FORMAT parquet)
"""
"""As tenths `t` of each package's day, in the shares of the ClickHouse tables."""


@dataclass
class StandIn:
    url: str

    def fault(self, fault: str, times: int = 1) -> None:
        self._ask("__faults__", [{"fault": fault, "times": times}])

    def meter(self) -> dict[str, int]:
        return dict(self._ask("__meter__"))

    def _ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/{path}", data) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def rows(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bigquery") / "rows.parquet"
    daily = str(dataset / "downloads_daily.parquet")
    sql = ONE_ROW_PER_DOWNLOAD.replace("{rows}", str(path)).replace("$daily", f"'{daily}'")
    duckdb.execute(sql)
    return path


def serve(rows: Path) -> Iterator[StandIn]:
    """Start a BigQuery that has these rows, and stop it when the test has ended."""
    command = [sys.executable, str(STAND_IN), str(rows)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield StandIn(process.stdout.readline().split()[1])
        process.terminate()


@pytest.fixture
def stand_in(rows: Path) -> Iterator[StandIn]:
    yield from serve(rows)


@pytest.fixture(scope="session")
def starters() -> tuple[Callable[[Path], Iterator[Replay]], Callable[[Path], Iterator[StandIn]]]:
    """Give what starts a ClickHouse from a data set, and a BigQuery from rows."""
    return play, serve
