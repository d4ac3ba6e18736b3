"""The programs of the project itself: the six services and the replayed sources."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack.processes.child import Program
from devstack.processes.probes import always, http_ok
from devstack.servers.database import READER, WRITER, Database
from devstack.settings import CHECKOUT
from events.topology import OPERATOR

SCHEDULER = "scheduler"

SOURCES = ("clickhouse", "bigquery", "pypi", "github", "osv")
"""Everything the simulators play."""

PLAYED_LIMIT = "1000000"
"""What a played source grants, requests an hour and a minute or GiB a run: nobody waits or pays
for sample data."""

PLAYED_GITHUB = {
    "GITHUB_TOKENS": "played",
    "GITHUB_BURST_SHARE": "1",
    "GITHUB_REQUESTS_PER_MINUTE": PLAYED_LIMIT,
}
"""What ingest-github is told where GitHub is played; the server takes any token."""


@dataclass(frozen=True)
class Sources:
    """Where the services find the outside world; empty values leave a service's default."""

    clickhouse: str = ""
    bigquery: str = ""
    pypi: str = ""
    github: str = ""
    osv: str = ""


@dataclass(frozen=True)
class Wiring:
    """All addresses and passwords a service can be given."""

    database: Database
    nats_url: str
    nats_passwords: Mapping[str, str]
    redis_url: str
    sources: Sources
    downloads_from: str
    """The source of downloads: `clickhouse` or `bigquery`."""
    api_url: str
    public_url: str
    warm_token: str
    """What the cache-warmer proves itself with."""
    site_host: str
    ports: Mapping[str, int]
    """Service to the port of its HTTP side."""
    deep_rank: int
    folder: Path
    """Where services keep what they may lose."""
    sample_data: bool
    scheduled: bool
    environment: Mapping[str, str]


def service_program(name: str, wiring: Wiring) -> Program:
    """Return one of the six services with what it needs to know and nothing else."""
    port = wiring.ports[name]
    host = wiring.site_host if name == "api" else "127.0.0.1"
    common = {"HTTP_HOST": host, "HTTP_PORT": str(port)}
    if name in wiring.nats_passwords:
        common |= {"NATS_URL": wiring.nats_url, "NATS_PASSWORD": wiring.nats_passwords[name]}
    own = {variable: value for variable, value in _own(name, wiring).items() if value}
    return Program(
        name=name,
        command=(sys.executable, "-m", name.replace("-", "_")),
        environment={**wiring.environment, **common, **own},
        # The api is ready for visitors only once something was published, which comes later.
        ready=http_ok(
            f"{wiring.api_url}/healthz" if name == "api" else f"http://127.0.0.1:{port}/readyz"
        ),
        folder=CHECKOUT,
    )


def scheduler_program(wiring: Wiring) -> Program:
    """Return what asks for runs when their schedules are due; nobody asks it anything."""
    own = {
        "NATS_URL": wiring.nats_url,
        "NATS_PASSWORD": wiring.nats_passwords[OPERATOR],
        "DATABASE_URL": wiring.database.url(READER),
        "SOURCE": wiring.downloads_from,
    }
    return Program(
        name=SCHEDULER,
        command=(sys.executable, "-m", "operate", "schedule", "run"),
        environment={**wiring.environment, **own},
        ready=always,
        folder=CHECKOUT,
    )


def _own(name: str, wiring: Wiring) -> dict[str, str]:
    sources = wiring.sources
    own = {
        "scorer": {
            "DATABASE_URL": wiring.database.url(WRITER),
            "DEEP_RANK": str(wiring.deep_rank) if sources.github else "",
        },
        "api": {
            "DATABASE_URL": wiring.database.url(READER),
            "REDIS_URL": wiring.redis_url,
            "WARM_TOKEN": wiring.warm_token,
            "PUBLIC_URL": wiring.public_url,
            "METRICS_PORT": str(wiring.ports["api-metrics"]),
            "SITE_DIR": str(CHECKOUT / "frontend"),
            "SAMPLE_DATA": "true" if wiring.sample_data else "",
            "SCHEDULED": str(wiring.scheduled).lower(),
        },
        "cache-warmer": {
            "REDIS_URL": wiring.redis_url,
            "API_URL": wiring.api_url,
            "WARM_TOKEN": wiring.warm_token,
        },
        "ingest-downloads": {"SOURCE": wiring.downloads_from, **download_sources(sources)},
        "ingest-github": {
            "PYPI_URL": sources.pypi,
            "GITHUB_URL": sources.github,
            **(PLAYED_GITHUB if sources.github else {}),
        },
        "security-scan": {"OSV_URL": sources.osv, "CACHE_DIR": str(wiring.folder / name)},
    }
    return own[name]


def download_sources(sources: Sources) -> dict[str, str]:
    """Return ingest-downloads' settings of both sources; what is not played stays as it is."""
    clickhouse = {
        "CLICKHOUSE_URL": sources.clickhouse,
        "CLICKHOUSE_DATABASE": "pypi",
        "CLICKHOUSE_QUERIES_PER_HOUR": PLAYED_LIMIT,
    }
    bigquery = {
        "BIGQUERY_ENDPOINT": sources.bigquery,
        "BIGQUERY_PROJECT": "played",
        "BIGQUERY_MAXIMUM_GIB": PLAYED_LIMIT,
    }
    return {**(clickhouse if sources.clickhouse else {}), **(bigquery if sources.bigquery else {})}


def replay_program(
    dataset: Path, folder: Path, ports: Mapping[str, int], environment: Mapping[str, str]
) -> Program:
    """Return the server that plays all sources from a data set."""
    places = [word for source in SOURCES for word in (f"--{source}-port", str(ports[source]))]
    return Program(
        name="simulators",
        command=(
            sys.executable,
            "-m",
            "simulators",
            "--data",
            str(dataset),
            "--state",
            str(folder),
            *places,
            "--github-hourly",
            PLAYED_LIMIT,
            "--github-per-minute",
            PLAYED_LIMIT,
        ),
        environment=environment,
        folder=CHECKOUT,
        ready=http_ok(f"http://127.0.0.1:{ports['pypi']}/healthz"),
        start_timeout=180.0,  # the first start loads the data set into the engine
    )
