"""The process as it is deployed: on a real bus, with a played ClickHouse beside it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from pydantic import SecretStr

from events import DailyDownloads, RunPlanned
from events.permissions import inbox_prefix, password_variable, users_block
from events.topology import (
    BOOTSTRAP,
    DOWNLOADS_DAILY,
    MAX_PAYLOAD,
    OPERATOR,
    RUNS_REQUESTED,
    SCORER,
    USERS,
    durable,
)
from servicekit.bootstrap import BootstrapSettings, bootstrap, consumer_config

PASSWORD = "pw"
SERVER = Path(sys.executable).with_name("nats-server")
SOON = 2.0
"""Seconds after which an unanswered request is delivered again, in these tests."""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def until_answers(url: str) -> None:
    patience = time.monotonic() + 120
    while time.monotonic() < patience:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(url)


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


@pytest.fixture
def nats_url(tmp_path: Path) -> Iterator[str]:
    port, monitor = free_port(), free_port()
    config = tmp_path / "nats.conf"
    config.write_text(
        f"host: 127.0.0.1\nport: {port}\nhttp: 127.0.0.1:{monitor}\n"
        f'jetstream {{ store_dir: "{tmp_path}" }}\n{users_block()}'
    )
    environment = os.environ | {password_variable(user.name): PASSWORD for user in USERS}
    with subprocess.Popen([SERVER, "-c", config], env=environment) as process:
        until_answers(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true")
        yield f"nats://127.0.0.1:{port}"
        process.terminate()


async def connected(url: str, user: str) -> Any:
    return await nats.connect(url, user=user, password=PASSWORD, inbox_prefix=inbox_prefix(user))


@pytest.fixture
async def bus(nats_url: str) -> str:
    """Give the bus with its streams; requests come again soon after a worker died."""
    await bootstrap(BootstrapSettings(nats_url=nats_url, nats_password=SecretStr(PASSWORD)))
    client = await connected(nats_url, BOOTSTRAP)
    reader = replace(durable("ingest-downloads-requested"), ack_wait=SOON)
    await client.jetstream().add_consumer(reader.stream, consumer_config(reader))
    await client.close()
    return nats_url


class Service:
    """The service's process, which a test may kill and start again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = free_port()
        self._environment = os.environ | environment | {"HTTP_PORT": str(self.port)}
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        command = [sys.executable, "-m", "ingest_downloads"]
        self.process = subprocess.Popen(command, env=self._environment)
        await asyncio.to_thread(until_answers, f"http://127.0.0.1:{self.port}/readyz")

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait, 40)


@pytest.fixture
async def service(bus: str, replay: Any) -> AsyncIterator[Service]:
    service = Service(
        {
            "NATS_URL": bus,
            "NATS_PASSWORD": PASSWORD,
            "CLICKHOUSE_URL": replay.url,
            "CLICKHOUSE_RANGE_PACKAGES": "20",
            "BATCH_PACKAGES": "10",
        }
    )
    try:
        await service.start()
        yield service
    finally:
        await service.stop()


async def ask(url: str, request: Any) -> None:
    client = await connected(url, OPERATOR)
    body = msgspec.json.encode(request)
    await client.jetstream().publish(RUNS_REQUESTED.name, body, stream=RUNS_REQUESTED.stream)
    await client.close()


async def received(url: str, reader_name: str, count: int) -> list[Any]:
    """Give so many messages of one of the scorer's consumers, as they came."""
    reader = durable(reader_name)
    client = await connected(url, SCORER)
    stream = client.jetstream()
    subscription = await stream.pull_subscribe_bind(durable=reader.name, stream=reader.stream)
    messages: list[Any] = []
    async with asyncio.timeout(60):
        while len(messages) < count:
            for message in await subscription.fetch(1, timeout=60):
                await message.ack()
                messages.append(message)
    await client.close()
    return messages


async def counted(url: str, plan: RunPlanned) -> dict[str, list[int]]:
    """Read the run's daily batches, which must be numbered without hole, each kept once."""
    count = -(-(plan.facts.packages or 0) // 10) if plan.facts else 0
    messages = await received(url, "scorer-daily", count)
    assert max(len(message.data) for message in messages) < MAX_PAYLOAD
    batches = [msgspec.json.decode(message.data, type=DailyDownloads) for message in messages]
    assert sorted(batch.seq for batch in batches) == list(range(count))
    return {package.name: package.days for batch in batches for package in batch.packages}


async def planned(url: str) -> RunPlanned:
    (message,) = await received(url, "scorer-planned", 1)
    return msgspec.json.decode(message.data, type=RunPlanned)


async def test_a_request_on_the_bus_brings_all_batches_and_the_plan(
    service, bus, request_run, truth
):
    await ask(bus, request_run(run_id="other", kind="metadata"))
    await ask(bus, request_run())
    plan = await planned(bus)
    assert plan.run_id == "run-1"
    assert await counted(bus, plan) == truth
    metrics = await asyncio.to_thread(page, f"http://127.0.0.1:{service.port}/metrics")
    assert 'pypi_stats_ingest_runs_total{kind="downloads",outcome="read"} 1.0' in metrics
    assert f"pypi_stats_ingest_batches_total {float(plan.batches)}" in metrics


async def test_killed_in_the_middle_it_starts_again_and_nothing_comes_twice(
    service, bus, replay, request_run
):
    replay.fault("slow:0.5", "AS mirrors", times=6)
    await ask(bus, request_run())
    await received(bus, "scorer-daily", 1)  # it is in the middle now
    await service.stop(signal.SIGKILL)
    await service.start()
    plan = await planned(bus)
    client = await connected(bus, BOOTSTRAP)
    kept = await client.jetstream().stream_info(DOWNLOADS_DAILY.stream)
    await client.close()
    assert kept.state.messages == plan.batches
