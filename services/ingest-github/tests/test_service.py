"""The process as it is deployed: on a real bus, with played sources beside it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client

from devstack.processes.ports import free_port
from devstack.servers.single_nats import (
    PASSWORD,
    bus_client,
    make_streams,
    running_nats,
    send,
    take_events,
)
from events import IndexWork, MetadataTask, MetadataWork, Outcome
from events.topology import SCORER, WORK_INDEX, WORK_METADATA
from sample_data.generate import generate, last_days
from simulators.child import Playing, playing

DAY = date(2026, 11, 22)
ACK_WAIT = 2.0
"""Seconds; a tenth of production's, so that a test need not wait so long."""
ALIVE_AS_OFTEN = f"""
import dataclasses, runpy
from servicekit import retry
known = retry.durable
retry.durable = lambda name: dataclasses.replace(known(name), ack_wait={ACK_WAIT})
runpy.run_module("ingest_github", run_name="__main__")
"""
"""The service giving signs of life as often as the test's `ack_wait` asks for."""
NAMES = ("requests", "numpy", "boto3", "urllib3")


async def answering(url: str) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError, urllib.error.URLError):
            return await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=1).close())
        await asyncio.sleep(0.05)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 260, last_days(DAY, 10), seed=3)
    with playing(folder, ["pypi", "github"]) as running:
        yield running


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[str]:
    """A bus that gives work again soon after a worker died."""
    with running_nats(tmp_path) as url:
        await make_streams(url, {"ingest-github-metadata": ACK_WAIT})
        yield url


@pytest.fixture
async def scorer(bus: str) -> AsyncIterator[Client]:
    async with bus_client(SCORER, bus) as client:
        yield client


Start = Callable[..., Any]


@pytest.fixture
def start(bus: str, played: Playing) -> Start:
    @contextmanager
    def starting(**changes: str) -> Iterator["subprocess.Popen[bytes]"]:
        environment = os.environ | {
            "NATS_URL": bus,
            "NATS_PASSWORD": PASSWORD,
            "PYPI_URL": played.addresses["pypi"],
            "GITHUB_URL": played.addresses["github"],
            "GITHUB_TOKENS": "one,two",
            "HTTP_PORT": str(free_port()),
        }
        environment |= changes
        command = [sys.executable, "-c", ALIVE_AS_OFTEN]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    return starting


async def test_the_index_and_the_work_are_answered_over_the_bus(
    start: Start, scorer: Client
) -> None:
    port = str(free_port())
    with start(HTTP_PORT=port):
        await answering(f"http://127.0.0.1:{port}/readyz")
        await send(scorer, WORK_INDEX, IndexWork(run_id="r", day=DAY))
        (index,) = await take_events(scorer, "scorer-index", 1)
        names = [entry.name for entry in index.entries]
        tasks = [MetadataTask(name=name, deep=n < 3) for n, name in enumerate(names[:40])]
        await send(scorer, WORK_METADATA, MetadataWork(run_id="r", seq=0, day=DAY, tasks=tasks))
        (packages,) = await take_events(scorer, "scorer-packages", 1)
        (repositories,) = await take_events(scorer, "scorer-repos", 1)
    assert len(names) > 250
    assert [each.name for each in packages.packages] == names[:40]
    assert {each.outcome for each in packages.packages} == {Outcome.OK}
    read = [each for each in repositories.repositories if each.outcome == Outcome.OK]
    assert len(read) > 30
    deep = next(each for each in read if each.package in names[:3])
    assert deep.facts.open_pulls is not None
    assert deep.facts.contributors is not None


async def test_a_worker_that_is_killed_gives_its_work_back(
    start: Start, scorer: Client, played: Playing
) -> None:
    slow = {"fault": "slow:60", "times": 1}
    played.break_down("pypi", slow)
    work = MetadataWork(run_id="k", seq=0, day=DAY, tasks=[MetadataTask(name="requests")])
    with start() as process:
        await send(scorer, WORK_METADATA, work)
        for _ in range(200):
            if played.faults("pypi")[0]["hits"]:
                break
            await asyncio.sleep(0.1)
        process.kill()
        process.wait()
    played.mend("pypi")
    with start():
        found = await take_events(scorer, "scorer-packages", 1)
    assert [each.packages[0].name for each in found] == ["requests"]


async def test_a_slow_source_is_asked_once_for_each_package(
    start: Start, scorer: Client, played: Playing
) -> None:
    """Work that takes longer than `ack_wait`, with more of it waiting, is not done twice."""
    names = [name for name in NAMES for _ in range(12)]
    played.break_down("pypi", {"fault": "slow:0.4"})
    for seq in range(len(NAMES)):
        tasks = [MetadataTask(name=name) for name in names[seq::4]]
        await send(scorer, WORK_METADATA, MetadataWork(run_id="s", seq=seq, day=DAY, tasks=tasks))
    with start(WORK_CONCURRENCY="2", PYPI_CONCURRENCY="4"):
        found = await take_events(scorer, "scorer-packages", len(NAMES))
        await asyncio.sleep(2 * ACK_WAIT)
    needed = sum(sum(each.requests.values()) for each in found)
    made = played.faults("pypi")[0]["hits"]
    played.mend("pypi")
    assert needed >= 2 * len(names)
    assert made / needed <= 1.02


async def test_it_stops_cleanly_when_told(start: Start, scorer: Client) -> None:
    port = str(free_port())
    with start(HTTP_PORT=port) as process:
        await answering(f"http://127.0.0.1:{port}/readyz")
        process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, 20)
    assert status in {0, -signal.SIGTERM}
