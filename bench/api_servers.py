"""The servers of bench_api.py: PostgreSQL with its packages, Valkey, the api and its rivals."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop
from bench.api_load import answers
from bench.api_names import Names

from devstack.processes.ports import free_port
from devstack.servers.single_server import LonePostgres, LoneValkey, listens, until
from scorer import queries

HERE = Path(__file__).parent
CONNECTIONS = 32
SECONDS = 2.0
"""Of one measurement."""
READER, DATABASE = "reader", "postgres"
OPTIONS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "maintenance_work_mem": "256MB",
    "work_mem": "32MB",
}
"""PostgreSQL's, as the local stack sets them."""


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    process: psutil.Process

    def processor_seconds(self) -> float:
        """Return the processor time it has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rate(self, path: str) -> float:
        """Return the answers a second of processor time."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            asked = answers(self.port, path, CONNECTIONS, SECONDS, self.processor_seconds)
            count, seconds = runner.run(asked)
        return count / seconds


class Servers:
    """PostgreSQL with a world of so many packages, and Valkey, in a folder that goes away."""

    def __init__(self, folder: Path, packages: int, names: Names) -> None:
        self.names = names
        self.packages = packages
        self.given = folder / "names.tsv"
        self.postgres = LonePostgres(folder / "data", OPTIONS)
        self.valkey = LoneValkey()
        self.reader = self.postgres.url(READER, DATABASE)

    @contextlib.contextmanager
    def running(self) -> Iterator["Servers"]:
        """Start both, fill the tables, and end both."""
        self.postgres.start()
        self.valkey.start()
        try:
            self._fill()
            yield self
        finally:
            self.valkey.kill()
            self.postgres.kill(signal.SIGINT)

    def _fill(self) -> None:
        started = time.perf_counter()
        self.postgres.migrate(DATABASE, READER)
        self.names.write(self.given)
        table = "create table given_name (place integer primary key, name text)"
        self.postgres.psql(DATABASE, "-c", table, "-c", f"\\copy given_name from '{self.given}'")
        world = HERE / "api_world.sql"
        self.postgres.psql(DATABASE, "-v", f"packages={self.packages}", "-f", world)
        for each in (queries.search_words.fill_words, queries.search_words.fill_joined):
            self.postgres.psql(DATABASE, "-c", each.sql)
        self.postgres.psql(DATABASE, "-c", "vacuum (analyze) search_words")
        print(f"  tables filled in {time.perf_counter() - started:.0f} s", flush=True)

    def asked(self, sql: str) -> list[str]:
        """Return the first column of a question to PostgreSQL."""
        return self.postgres.psql(DATABASE, "-c", sql).split()

    def backends(self) -> list[int]:
        """Return the process numbers of the api's connections."""
        own = "select pid from pg_stat_activity where application_name = 'pypi-stats-api'"
        return [int(pid) for pid in self.asked(own)]

    @contextlib.contextmanager
    def api(self, **settings: str) -> Iterator[Served]:
        """Run the api with settings."""
        port = free_port()
        environment = {
            "DATABASE_URL": self.reader,
            "REDIS_URL": self.valkey.url,
            "RATE_LIMIT_READS": "1000000000/minute",
            "RATE_LIMIT_SEARCH": "1000000000/minute",
            "HTTP_PORT": str(port),
            "LOG_LEVEL": "WARNING",
            **settings,
        }
        with _process([sys.executable, "-m", "api"], port, environment) as served:
            yield served

    @contextlib.contextmanager
    def rival(self, which: str) -> Iterator[Served]:
        """Run one of the others."""
        port = free_port()
        more = [self.reader] if which == "plain" else []
        command = [sys.executable, str(HERE / "api_rivals.py"), which, str(port), *more]
        with _process(command, port, {}) as served:
            yield served


@contextlib.contextmanager
def _process(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Served]:
    """Run a server on the first core until it is not needed."""
    process = subprocess.Popen(command, env={**os.environ, **environment})
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setaffinity(process.pid, {0})
    try:
        until(lambda: listens(port))
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=40)
