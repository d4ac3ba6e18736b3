"""NATS alone, with the product's users, for tests that need a bus and nothing else."""

import asyncio
import contextlib
import os
import subprocess
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import SecretStr

from devstack.processes.ports import free_port
from devstack.servers.embedded import nats_binary
from devstack.servers.single_server import until
from events.base import Event
from events.permissions import inbox_prefix, password_variable, users_block
from events.topology import BOOTSTRAP, USERS, Subject, durable
from servicekit.bootstrap import BootstrapSettings, bootstrap, consumer_config

PASSWORD = "pw"  # noqa: S105 - of every user of a bus that only a test sees
"""Of each user."""
TAKEN_WITHIN = 60.0
"""Seconds for all messages asked for."""


@contextlib.contextmanager
def running_nats(folder: Path) -> Iterator[str]:
    """Run a server that keeps its streams in a folder; gives its address. No streams are made."""
    port, monitor = free_port(), free_port()
    config = (
        f"host: 127.0.0.1\nport: {port}\nhttp: 127.0.0.1:{monitor}\n"
        f'jetstream {{ store_dir: "{folder}" }}\n{users_block()}'
    )
    passwords = {password_variable(user.name): PASSWORD for user in USERS}
    with nats_serving(folder, config, monitor, passwords):
        yield f"nats://127.0.0.1:{port}"


@contextlib.contextmanager
def nats_serving(
    folder: Path, config: str, monitor: int, variables: Mapping[str, str]
) -> Iterator[None]:
    """Run a server with a configuration and the variables that it names, from when it answers."""
    file = folder / "nats.conf"
    file.write_text(config)
    command: list[str | Path] = [nats_binary(), "-c", file, "-l", folder / "nats.log"]
    process = subprocess.Popen(command, env={**os.environ, **variables})
    try:
        until(lambda: _answers(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true"))
        yield
    finally:
        process.terminate()
        process.wait()


async def make_streams(url: str, ack_waits: Mapping[str, float] = MappingProxyType({})) -> None:
    """Make the product's streams and consumers.

    A consumer named here delivers again after so many seconds, and not as late as in production.
    """
    await bootstrap(BootstrapSettings(nats_url=url, nats_password=SecretStr(PASSWORD)))
    async with bus_client(BOOTSTRAP, url) as client:
        for name, seconds in ack_waits.items():
            reader = replace(durable(name), ack_wait=seconds)
            await client.jetstream().add_consumer(reader.stream, consumer_config(reader))


@contextlib.asynccontextmanager
async def bus_client(user: str, url: str) -> AsyncIterator[Client]:
    """Connect as one of the product's users."""
    client = await nats.connect(url, user=user, password=PASSWORD, inbox_prefix=inbox_prefix(user))
    try:
        yield client
    finally:
        await client.close()


async def send(client: Client, subject: Subject, event: Event) -> None:
    """Send an event as a service does."""
    body = msgspec.json.encode(event)
    await client.jetstream().publish(subject.name, body, stream=subject.stream)


async def take(client: Client, durable_name: str, count: int = 1) -> list[Msg]:
    """Return so many messages of a consumer as they come, each acknowledged."""
    reader, found = durable(durable_name), list[Msg]()
    subscription = await client.jetstream().pull_subscribe_bind(
        durable=reader.name, stream=reader.stream
    )
    async with asyncio.timeout(TAKEN_WITHIN):
        while len(found) < count:
            (message,) = await subscription.fetch(1, timeout=TAKEN_WITHIN)
            await message.ack()
            found.append(message)
    await subscription.unsubscribe()
    return found


async def take_events(client: Client, durable_name: str, count: int = 1) -> list[Any]:
    """Return what so many messages of a consumer say."""
    event = durable(durable_name).subject.event
    messages = await take(client, durable_name, count)
    return [msgspec.json.decode(message.data, type=event) for message in messages]


def _answers(url: str) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
        return True
    return False
