"""A real NATS server as production configures it, and a real PostgreSQL with the two roles."""

from collections.abc import Iterator

import psycopg
import pytest

from devstack.background import in_background
from devstack.processes.ports import free_port
from devstack.servers.single_nats import nats_serving
from devstack.settings import CHECKOUT
from devstack.stack import Stack, stack_in
from events.permissions import password_variable
from events.topology import USERS

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
    passwords = {password_variable(user.name): password(user.name) for user in USERS}
    limits = {"SERVER_NAME": "nats-0", "JETSTREAM_MAX_FILE": "1GB"}
    with nats_serving(folder, text, monitor, {**passwords, **limits}):
        yield f"nats://127.0.0.1:{port}"


def password(user: str) -> str:
    return f"p-{user}"


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL as an administrator and the migrations leave it, with one package in it."""
    with in_background(stack_in(tmp_path_factory.mktemp("stores"), services=())) as running:
        with psycopg.connect(running.database.url("scorer")) as database:
            database.execute("insert into packages (name, display_name) values ('demo', 'demo')")
        yield running
