"""The process as it is deployed: on a real bus, with a played ClickHouse beside it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client

from devstack.processes.ports import free_port
from devstack.servers.single_nats import (
    PASSWORD,
    bus_client,
    make_streams,
    running_nats,
    send,
    take,
    take_events,
)
from events import DailyDownloads, RunPlanned
from events.topology import (
    BOOTSTRAP,
    DOWNLOADS_DAILY,
    MAX_PAYLOAD,
    OPERATOR,
    RUNS_REQUESTED,
    SCORER,
)

SOON = 2.0
"""Seconds after which an unanswered request is delivered again, in these tests."""


def until_answers(url: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
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
async def bus(tmp_path: Path) -> AsyncIterator[str]:
    """A bus with its streams; requests come again soon after a worker died."""
    with running_nats(tmp_path) as url:
        await make_streams(url, {"ingest-downloads-requested": SOON})
        yield url


@pytest.fixture
async def scorer(bus: str) -> AsyncIterator[Client]:
    async with bus_client(SCORER, bus) as client:
        yield client


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
async def service(bus: str, simulators: Any) -> AsyncIterator[Service]:
    service = Service(
        {
            "NATS_URL": bus,
            "NATS_PASSWORD": PASSWORD,
            "CLICKHOUSE_URL": simulators.url,
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
    async with bus_client(OPERATOR, url) as operator:
        await send(operator, RUNS_REQUESTED, request)


async def counted(scorer: Client, plan: RunPlanned) -> dict[str, list[int]]:
    """Read the run's daily batches, which must be numbered without hole, each kept once."""
    count = -(-(plan.facts.packages or 0) // 10) if plan.facts else 0
    messages = await take(scorer, "scorer-daily", count)
    assert max(len(message.data) for message in messages) < MAX_PAYLOAD
    batches = [msgspec.json.decode(message.data, type=DailyDownloads) for message in messages]
    assert sorted(batch.seq for batch in batches) == list(range(count))
    return {package.name: package.days for batch in batches for package in batch.packages}


async def planned(scorer: Client) -> RunPlanned:
    (plan,) = await take_events(scorer, "scorer-planned")
    return plan


async def test_a_request_on_the_bus_brings_all_batches_and_the_plan(
    service, bus, scorer, request_run, truth
):
    await ask(bus, request_run(run_id="other", kind="metadata"))
    await ask(bus, request_run())
    plan = await planned(scorer)
    assert plan.run_id == "run-1"
    assert await counted(scorer, plan) == truth
    metrics = await asyncio.to_thread(page, f"http://127.0.0.1:{service.port}/metrics")
    assert 'pypi_stats_ingest_runs_total{kind="downloads",outcome="read"} 1.0' in metrics
    assert f"pypi_stats_ingest_batches_total {float(plan.batches)}" in metrics


async def test_killed_in_the_middle_it_starts_again_and_nothing_comes_twice(
    service, bus, scorer, simulators, request_run
):
    simulators.fault("slow:0.5", "AS mirrors", times=6)
    await ask(bus, request_run())
    await take(scorer, "scorer-daily")  # it is in the middle now
    await service.stop(signal.SIGKILL)
    await service.start()
    plan = await planned(scorer)
    async with bus_client(BOOTSTRAP, bus) as client:
        kept = await client.jetstream().stream_info(DOWNLOADS_DAILY.stream)
    assert kept.state.messages == plan.batches
