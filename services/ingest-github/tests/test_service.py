"""The process as it is deployed: on a real bus, with played sources beside it."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import nats
import pytest
from pydantic import SecretStr

from events import IndexWork, MetadataTask, MetadataWork, Outcome
from events.permissions import inbox_prefix, password_variable, users_block
from events.topology import BOOTSTRAP, SCORER, USERS, WORK_INDEX, WORK_METADATA, Subject, durable
from replay.child import Playing, playing
from sample_data.generate import generate, last_days
from servicekit.bootstrap import BootstrapSettings, bootstrap, consumer_config

PASSWORD = "pw"
SERVER = Path(sys.executable).with_name("nats-server")
DAY = date(2026, 11, 22)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


async def answering(url: str) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError, urllib.error.URLError):
            return await asyncio.to_thread(lambda: urllib.request.urlopen(url, timeout=1).close())
        await asyncio.sleep(0.05)
    raise TimeoutError(url)


async def give_back_after(seconds: float, bus: str) -> None:
    """Let the server wait so long for the worker, and not as long as in production."""
    client = await nats.connect(
        bus, user=BOOTSTRAP, password=PASSWORD, inbox_prefix=inbox_prefix(BOOTSTRAP)
    )
    reader = dataclasses.replace(durable("ingest-github-metadata"), ack_wait=seconds)
    await client.jetstream().add_consumer(reader.stream, consumer_config(reader))
    await client.close()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 260, last_days(DAY, 10), seed=3)
    with playing(folder, ["pypi", "github"]) as running:
        yield running


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[str]:
    port, monitor = free_port(), free_port()
    config = tmp_path / "nats.conf"
    config.write_text(
        f"host: 127.0.0.1\nport: {port}\nhttp: 127.0.0.1:{monitor}\n"
        f'jetstream {{ store_dir: "{tmp_path}" }}\n{users_block()}'
    )
    environment = os.environ | {password_variable(user.name): PASSWORD for user in USERS}
    process = subprocess.Popen([SERVER, "-c", config], env=environment)
    try:
        await answering(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true")
        url = f"nats://127.0.0.1:{port}"
        await bootstrap(BootstrapSettings(nats_url=url, nats_password=SecretStr(PASSWORD)))
        yield url
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
async def scorer(bus: str) -> AsyncIterator["Scorer"]:
    client = await nats.connect(
        bus, user=SCORER, password=PASSWORD, inbox_prefix=inbox_prefix(SCORER)
    )
    try:
        yield Scorer(client)
    finally:
        await client.close()


class Scorer:
    """The other side of the bus: plans work and reads what comes back."""

    def __init__(self, client: Any) -> None:
        self._stream = client.jetstream()

    async def plan(self, subject: Subject, event: Any) -> None:
        await self._stream.publish(subject.name, msgspec.json.encode(event), stream=subject.stream)

    async def read(self, name: str, count: int) -> list[Any]:
        reader = durable(name)
        subscription = await self._stream.pull_subscribe_bind(
            durable=reader.name, stream=reader.stream
        )
        found: list[Any] = []
        deadline = time.monotonic() + 60
        while len(found) < count and time.monotonic() < deadline:
            try:
                messages = await subscription.fetch(count - len(found), timeout=1)
            except TimeoutError:
                continue
            for message in messages:
                await message.ack()
                found.append(msgspec.json.decode(message.data, type=reader.subject.event))
        await subscription.unsubscribe()
        return found


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
        command = [sys.executable, "-m", "ingest_github"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    return starting


async def test_the_index_and_the_work_are_answered_over_the_bus(
    start: Start, scorer: Scorer
) -> None:
    port = str(free_port())
    with start(HTTP_PORT=port):
        await answering(f"http://127.0.0.1:{port}/readyz")
        await scorer.plan(WORK_INDEX, IndexWork(run_id="r", day=DAY))
        (index,) = await scorer.read("scorer-index", 1)
        names = [entry.name for entry in index.entries]
        tasks = [MetadataTask(name=name, deep=n < 3) for n, name in enumerate(names[:40])]
        await scorer.plan(WORK_METADATA, MetadataWork(run_id="r", seq=0, day=DAY, tasks=tasks))
        (packages,) = await scorer.read("scorer-packages", 1)
        (repositories,) = await scorer.read("scorer-repos", 1)
    assert len(names) > 250
    assert [each.name for each in packages.packages] == names[:40]
    assert {each.outcome for each in packages.packages} == {Outcome.OK}
    read = [each for each in repositories.repositories if each.outcome == Outcome.OK]
    assert len(read) > 30
    deep = next(each for each in read if each.package in names[:3])
    assert deep.facts.open_pulls is not None
    assert deep.facts.contributors is not None


async def test_a_worker_that_is_killed_gives_its_work_back(
    start: Start, scorer: Scorer, played: Playing, bus: str
) -> None:
    await give_back_after(2.0, bus)
    slow = {"fault": "slow:60", "times": 1}
    played.break_down("pypi", slow)
    work = MetadataWork(run_id="k", seq=0, day=DAY, tasks=[MetadataTask(name="requests")])
    with start() as process:
        await scorer.plan(WORK_METADATA, work)
        for _ in range(200):
            if played.faults("pypi")[0]["hits"]:
                break
            await asyncio.sleep(0.1)
        process.kill()
        process.wait()
    played.mend("pypi")
    with start():
        found = await scorer.read("scorer-packages", 1)
    assert [each.packages[0].name for each in found] == ["requests"]


async def test_it_stops_cleanly_when_told(start: Start, scorer: Scorer) -> None:
    port = str(free_port())
    with start(HTTP_PORT=port) as process:
        await answering(f"http://127.0.0.1:{port}/readyz")
        process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, 20)
    assert status in {0, -signal.SIGTERM}
