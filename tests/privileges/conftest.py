"""A real NATS server as production configures it, and a real PostgreSQL with the two roles."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from events.permissions import password_variable
from events.topology import USERS
from local_stack.background import in_background
from local_stack.ports import free_port
from local_stack.settings import CHECKOUT, child_environment
from local_stack.stack import Stack, stack_in

PRODUCTION = CHECKOUT / "deploy" / "nats" / "nats.conf"


@pytest.fixture(scope="session")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server with the generated configuration on ports and in a folder of its own."""
    folder = tmp_path_factory.mktemp("nats")
    port, monitor = free_port(), free_port()
    places = {
        "port: 4222": f'listen: "127.0.0.1:{port}"',
        "http: 0.0.0.0:8222": f'http: "127.0.0.1:{monitor}"',
        "/data/jetstream": f'"{folder}"',
    }
    text = PRODUCTION.read_text()
    for there, here in places.items():
        assert text.count(there) == 1
        text = text.replace(there, here)
    (folder / "nats.conf").write_text(text)
    environment = {
        **child_environment(),
        **{password_variable(user.name): password(user.name) for user in USERS},
        "SERVER_NAME": "nats-0",
        "JETSTREAM_MAX_FILE": "1GB",
    }
    server = Path(sys.executable).with_name("nats-server")
    command = [server, "-c", folder / "nats.conf", "-l", folder / "log"]
    process = subprocess.Popen(command, env=environment)
    try:
        until_it_answers(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true")
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def password(user: str) -> str:
    return f"p-{user}"


def until_it_answers(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL as an administrator and the migrations leave it, with one package in it."""
    with in_background(stack_in(tmp_path_factory.mktemp("stores"), services=())) as running:
        with psycopg.connect(running.database.url("scorer")) as database:
            database.execute("insert into packages (name, display_name) values ('demo', 'demo')")
        yield running
