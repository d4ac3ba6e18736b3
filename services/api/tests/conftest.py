"""Real servers for the api's tests, and a small world to read."""

import asyncio
import json
import secrets
import shutil
import signal
import struct
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

from api.app import make_app
from api.settings import Settings
from devstack.processes.ports import free_port
from devstack.servers.single_server import OWNER, LonePostgres, LoneValkey

READER = "reader"
OPTIONS = {"max_connections": "60"}
WARM_TOKEN = "only-the-warmer-knows"
HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="api-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[LonePostgres]:
    server = LonePostgres(server_folder / "data", OPTIONS)
    server.start()
    yield server
    server.kill(signal.SIGINT)


@pytest.fixture(scope="session")
def valkey() -> Iterator[LoneValkey]:
    server = LoneValkey()
    server.start()
    yield server
    server.kill()


def fill_world(server: LonePostgres, database: str) -> None:
    """Make a database with the project's tables and the small world in it."""
    server.psql("postgres", "-c", f"create database {database}")
    server.migrate(database, READER)
    definitions = (HERE / "definitions.json").read_text()
    given = ("-v", f"definitions={definitions}", "-v", f"record={example_record().hex()}")
    server.psql(database, *given, "-f", HERE / "world.sql")


def example_record() -> bytes:
    """A score's record as `definitions.json` lays it out: four rules, three known numbers."""
    known = {"days_since_release": 41.0, "downloads_last_month": 1.1484e9, "share_release": 0.9}
    names = json.loads((HERE / "definitions.json").read_text())["record"]["values"]
    bits = sum(1 << place for place, name in enumerate(names) if name in known)
    numbers = [known[name] for name in names if name in known]
    return struct.pack(f"<BBBBI{len(numbers)}f", 2, 1, 1, 2, bits, *numbers)


@pytest.fixture(scope="session")
def make_world() -> Callable[[LonePostgres, str], None]:
    """Return the function that makes a database with the small world in it."""
    return fill_world


@pytest.fixture(scope="session")
def world(postgres: LonePostgres) -> str:
    """Name of the database that most tests read; none writes to it."""
    fill_world(postgres, "world")
    return "world"


@pytest.fixture
async def own_world(postgres: LonePostgres) -> AsyncIterator[str]:
    """Name of a database that one test may change."""
    name = f"world_{secrets.token_hex(4)}"
    await asyncio.to_thread(fill_world, postgres, name)
    yield name


SettingsFactory = Callable[..., Settings]


@pytest.fixture(scope="session")
def settings_for(postgres: LonePostgres, valkey: LoneValkey) -> SettingsFactory:
    """Return settings for a database of the server, with a Redis database emptied for the test."""

    def make(database: str, **more: Any) -> Settings:
        given = {
            "database_url": postgres.url(READER, database),
            "redis_url": valkey.url,
            "warm_token": WARM_TOKEN,
            "http_port": free_port(),
            "metrics_public": True,
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
async def empty_cache(valkey: LoneValkey) -> Any:
    """Yield a client of the cache server, emptied."""
    from redis.asyncio import Redis

    if valkey.process is None:
        valkey.start()
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushdb()
        yield redis


@pytest.fixture(scope="session")
def shared_api(
    world: str, settings_for: SettingsFactory, valkey: LoneValkey
) -> Iterator[RunningApi]:
    """One api on the world that nobody changes, without limits that many tests would meet."""
    limits = {f"rate_limit_{each}": "1000000/minute" for each in ("reads", "search", "badges")}
    running = RunningApi(settings_for(world, **limits, rate_limit_exports="100000/minute"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def api(shared_api: RunningApi) -> AsyncIterator[RunningApi]:
    """Yield the shared api with a client of the test's own."""
    async with httpx.AsyncClient(
        base_url=shared_api.address, timeout=20, verify=False
    ) as shared_api.client:
        yield shared_api


@pytest.fixture
def start_api() -> Callable[[Settings], RunningApi]:
    """Return the class, for tests that start one of their own."""
    return RunningApi


@pytest.fixture
async def owner(postgres: LonePostgres, own_world: str) -> AsyncIterator[Any]:
    """Yield a connection that may change the test's own world."""
    connection = await asyncpg.connect(postgres.url(OWNER, own_world))
    yield connection
    await connection.close()
