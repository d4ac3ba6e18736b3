"""What was committed stays, whatever was killed and whatever was left lying about."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from devstack.processes.identity import working_in
from devstack.processes.ports import free_port
from devstack.processes.probes import READY
from devstack.processes.supervisor import Supervisor
from devstack.servers.postgres import EmbeddedPostgres
from devstack.settings import child_environment


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    closed = tmp_path / "a folder of mine"
    closed.mkdir(mode=0o700)  # nobody else may enter
    return EmbeddedPostgres(closed / "postgres", free_port(), "secret", child_environment())


@asynccontextmanager
async def running(server: EmbeddedPostgres) -> AsyncIterator[Supervisor]:
    logs = server.data.parent
    supervisor = Supervisor(lambda name: logs / f"{name}.log", lambda: None)
    try:
        await supervisor.start([await server.program()])
        yield supervisor
    finally:
        await supervisor.stop()


async def ask(server: EmbeddedPostgres, query: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_committed_rows_are_there_after_kill_9(server: EmbeddedPostgres) -> None:
    async with running(server) as supervisor:
        await ask(server, "create table kept as select generate_series(1, 1000) as number")
        child = supervisor.children["postgres"]
        child.kill()
        async with asyncio.timeout(30):
            await child.up.wait()
        assert await ask(server, "select count(*) from kept") == 1000
        assert child.deaths == 1


async def test_starts_where_everything_was_killed(server: EmbeddedPostgres) -> None:
    async with running(server):
        await ask(server, "create table kept as select 1 as number")
        for process in working_in(server.data, "postgres"):
            process.kill()
    # The number in the claim now belongs to a living process that is no PostgreSQL.
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    async with running(server):
        assert await ask(server, "select number from kept") == 1


async def test_an_orphaned_server_gives_way(server: EmbeddedPostgres) -> None:
    program = await server.program()
    orphan = subprocess.Popen(program.command, cwd="/", env=dict(program.environment))
    async with asyncio.timeout(30):
        while await program.ready() != READY:
            await asyncio.sleep(0.1)
    reaped = asyncio.create_task(asyncio.to_thread(orphan.wait))
    async with running(server):
        assert await ask(server, "select 1") == 1
    await reaped


async def test_a_half_made_folder_is_made_anew(server: EmbeddedPostgres) -> None:
    half = server.data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    async with running(server):
        assert await ask(server, "select 1") == 1


async def test_lets_nobody_in_without_a_password(server: EmbeddedPostgres) -> None:
    async with running(server):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(server.url.replace("secret", "guess"))
