"""What still comes while Redis or PostgreSQL is gone, with the real servers killed."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.database import Database, Publication
from api.http.problems import UnavailableError
from devstack.servers.single_server import LonePostgres, LoneValkey

PAGE = "/api/packages/requests"


@pytest.fixture
def own_valkey() -> Iterator[LoneValkey]:
    """A cache server that the test may kill."""
    server = LoneValkey()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def own_postgres(server_folder: Path) -> Iterator[LonePostgres]:
    """A database server that the tests of this file may kill."""
    server = LonePostgres(server_folder / "killed")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def killed_world(own_postgres: Any, make_world: Any) -> str:
    make_world(own_postgres, "world")
    return "world"


async def until_ready(api: Any, status: int) -> Any:
    for _ in range(100):
        answer = await api.get("/readyz")
        if answer.status_code == status:
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(answer.text)


async def test_without_redis_everything_comes(
    world: str, settings_for: Any, start_api: Any, own_valkey: Any
) -> None:
    async with start_api(settings_for(world, redis_url=own_valkey.url)) as api:
        await api.get(PAGE)
        own_valkey.kill()
        for path in (PAGE, "/api/packages", "/api/packages/urllib3/history", "/api/search?q=req"):
            for _ in range(3):
                assert (await api.get(path)).status_code == 200
        assert (await until_ready(api, 200)).text == "degraded: no redis"
        own_valkey.start()
        for _ in range(100):
            if (await api.get("/readyz")).text == "ok":
                break
            await asyncio.sleep(0.1)
        assert (await api.get("/readyz")).text == "ok"


async def test_a_start_without_redis_is_a_start(
    world: str, settings_for: Any, start_api: Any
) -> None:
    for url in ("", "redis://127.0.0.1:1/0"):
        async with start_api(settings_for(world, redis_url=url)) as api:
            assert (await api.json(PAGE))["generation"] == 8
            assert (await api.get("/readyz")).status_code == 200


async def test_without_postgresql_kept_pages_come_and_the_rest_says_when_to_ask_again(
    killed_world: str, own_postgres: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    url = own_postgres.url("reader", killed_world)
    settings = settings_for(killed_world, database_url=url)
    await empty_cache.set("generation", 8)
    async with start_api(settings) as api:
        kept = (await api.get(PAGE)).content
        own_postgres.kill()
        assert (await api.get(PAGE)).content == kept
        for path in ("/api/packages/urllib3", "/api/search?q=abc", "/api/export/packages.csv"):
            answer = await api.get(path)
            assert answer.status_code == 503, (path, answer.text)
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["content-type"] == "application/problem+json"
        assert (await api.get("/healthz")).status_code == 200
        await until_ready(api, 503)

        async with start_api(settings_for(killed_world, database_url=url)) as newcomer:
            assert (await newcomer.get(PAGE)).content == kept, "Redis has it"

        own_postgres.start()
        await until_ready(api, 200)
        assert (await api.get("/api/packages/urllib3")).status_code == 200


async def test_a_start_before_the_tables_are_there_waits_for_them(
    postgres: Any, settings_for: Any, start_api: Any, make_world: Any, empty_cache: Any
) -> None:
    name = f"late_{secrets.token_hex(4)}"
    async with start_api(settings_for(name)) as api:
        assert (await api.get(PAGE)).status_code == 503
        assert (await api.get("/readyz")).status_code == 503
        await asyncio.to_thread(make_world, postgres, name)
        await until_ready(api, 200)
        assert (await api.get(PAGE)).status_code == 200


async def test_a_full_pool_and_a_slow_statement_end_in_503(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    settings = settings_for(
        own_world, database_connections=1, database_wait=0.2, statement_timeout=0.5, redis_url=""
    )
    async with start_api(settings) as api:
        async with owner.transaction():
            await owner.execute("lock table packages in access exclusive mode")
            slow, *others = await asyncio.gather(
                api.get(PAGE), *(api.get(f"/api/packages/tie-{n:03}") for n in range(1, 4))
            )
            assert {answer.status_code for answer in (slow, *others)} == {503}
        assert (await api.get(PAGE)).status_code == 200


async def test_without_postgresql_an_older_answer_is_better_than_none(
    killed_world: str, own_postgres: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    url = own_postgres.url("reader", killed_world)
    await empty_cache.set("generation", 8)
    async with start_api(settings_for(killed_world, database_url=url)) as api:
        kept = (await api.get(PAGE)).content
        owner = await asyncpg.connect(own_postgres.url("owner", killed_world))
        await owner.execute("update publication set generation = 9")
        await owner.close()
        await asyncio.sleep(6)  # until the api has looked at PostgreSQL again
        await empty_cache.set("generation", 9)
        await asyncio.sleep(2)
        own_postgres.kill()
        stale = await api.get(PAGE)
        assert stale.status_code == 200 and stale.content == kept
        assert "warning" in stale.headers
        own_postgres.start()
        await until_ready(api, 200)
        fresh = await api.get(PAGE)
        assert fresh.json()["generation"] == 9 and "warning" not in fresh.headers


async def test_a_server_that_dies_within_an_answer_is_an_absent_one(
    world: str, settings_for: Any
) -> None:
    database = Database(settings_for(world))
    await database.open()

    async def dies(connection: Any, publication: Publication) -> None:
        # What asyncpg has been seen to raise when PostgreSQL was killed between two messages.
        raise asyncpg.InternalClientError(
            "cannot switch to state 12; another operation (2) is in progress"
        )

    with pytest.raises(UnavailableError):
        await database.read(dies)
    assert (await database.publication()).generation == 8
    await database.close()
