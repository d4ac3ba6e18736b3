"""The embedded bus lets each user do what the topology says and nothing else."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client

from devstack.codegen.nats_config import production_config
from devstack.processes.ports import free_port
from devstack.processes.supervisor import Supervisor
from devstack.servers.embedded import nats_program
from devstack.settings import CHECKOUT, child_environment
from events.permissions import inbox_prefix, password_variable
from events.topology import INGEST_DOWNLOADS, OPERATOR, SCORER, USERS

PRODUCTION = CHECKOUT / "deploy" / "nats" / "nats.conf"


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    ports = (free_port(), free_port())
    program = nats_program(
        tmp_path / "with space" / "store",
        tmp_path / "nats.conf",
        ports=ports,
        password=lambda name: f"p-{name}",
        environment=child_environment(),
        max_mb=100,
    )
    supervisor = Supervisor(lambda name: tmp_path / f"{name}.log", lambda: None)
    await supervisor.start([program])
    yield f"nats://127.0.0.1:{ports[0]}"
    await supervisor.stop()


@asynccontextmanager
async def client_of(user: str, url: str, denials: list[str]) -> AsyncIterator[Client]:
    async def noted(error: Exception) -> None:
        denials.append(str(error))

    client = await nats.connect(
        url,
        user=user,
        password=f"p-nats-{user}",
        inbox_prefix=inbox_prefix(user),
        error_cb=noted,
        allow_reconnect=False,
    )
    try:
        yield client
    finally:
        await client.close()


@pytest.mark.parametrize(
    ("user", "subject"),
    [
        (INGEST_DOWNLOADS, "runs.completed"),
        (INGEST_DOWNLOADS, "$JS.API.STREAM.DELETE.RUNS"),
        (SCORER, "downloads.daily"),
        (SCORER, "$JS.API.CONSUMER.DURABLE.CREATE.RUNS.mine"),
        (OPERATOR, "$JS.API.STREAM.PURGE.RUNS"),
    ],
)
async def test_denied(user: str, subject: str, url: str) -> None:
    denials: list[str] = []
    async with client_of(user, url, denials) as client:
        await client.publish(subject, b"{}")
        await client.flush()
        await asyncio.sleep(0.05)
    assert any("permissions violation" in denial for denial in denials)


async def test_nobody_reads_the_answers_to_another(url: str) -> None:
    denials: list[str] = []
    async with client_of(INGEST_DOWNLOADS, url, denials) as client:
        await client.subscribe(f"{inbox_prefix(SCORER)}.>")
        await client.flush()
        await asyncio.sleep(0.05)
    assert any("permissions violation" in denial for denial in denials)


async def test_allowed(url: str) -> None:
    denials: list[str] = []
    async with client_of(OPERATOR, url, denials) as client:
        await client.publish("runs.requested", b"{}")
        await client.flush()
        await asyncio.sleep(0.05)
    assert denials == []


async def test_a_stranger_is_turned_away(url: str) -> None:
    place = url.removeprefix("nats://").split(":")
    reader, writer = await asyncio.open_connection(place[0], int(place[1]))
    await reader.readline()  # INFO
    writer.write(b'CONNECT {"user": "scorer", "pass": "guess"}\r\nPING\r\n')
    assert (await reader.readline()).startswith(b"-ERR 'Authorization Violation'")
    writer.close()
    await writer.wait_closed()


def test_the_production_configuration_is_current() -> None:
    assert PRODUCTION.read_text() == production_config()


def test_the_production_configuration_is_one_the_server_takes(tmp_path: Path) -> None:
    passwords = {password_variable(user.name): "p1" for user in USERS}
    surroundings = {"SERVER_NAME": "nats-0", "JETSTREAM_MAX_FILE": "1GB"}
    done = subprocess.run(
        [Path(sys.executable).with_name("nats-server"), "-t", "-c", PRODUCTION],
        env={**child_environment(), **passwords, **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
