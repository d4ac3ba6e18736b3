"""A real NATS server on a free port, with the product's own users and streams."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from events.permissions import password_variable, users_block
from events.topology import USERS
from servicekit.bootstrap import BootstrapSettings, bootstrap

PASSWORD = "pw"
SERVER = Path(sys.executable).with_name("nats-server")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def nats_url(tmp_path: Path) -> Iterator[str]:
    port, monitor = free_port(), free_port()
    config = tmp_path / "nats.conf"
    config.write_text(
        f"host: 127.0.0.1\nport: {port}\nhttp: 127.0.0.1:{monitor}\n"
        f'jetstream {{ store_dir: "{tmp_path}" }}\n{users_block()}'
    )
    environment = os.environ | {password_variable(user.name): PASSWORD for user in USERS}
    process = subprocess.Popen([SERVER, "-c", config], env=environment)
    try:
        _wait_for(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true")
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[str]:
    await bootstrap(BootstrapSettings(nats_url=nats_url, nats_password=SecretStr(PASSWORD)))
    yield nats_url


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(url)
