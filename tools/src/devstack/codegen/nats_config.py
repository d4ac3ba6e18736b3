"""The NATS server's configuration, from the one definition of users and their rights."""

from pathlib import Path

from events.permissions import users_block
from events.topology import MAX_PAYLOAD

PRODUCTION = """\
# Made by `make generate` from libs/events; do not edit.
# Every password, the server's name and the size of its store come from the environment.
server_name: $SERVER_NAME
port: 4222
http: 0.0.0.0:8222
lame_duck_grace_period: 10s
lame_duck_duration: 30s
{limits}
jetstream {{
  store_dir: /data/jetstream
  max_memory_store: 256MB
  max_file_store: $JETSTREAM_MAX_FILE
}}

{users}"""

LOCAL = """\
server_name: pypi-stats
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
{limits}
jetstream {{
  store_dir: "{store}"
  max_memory_store: 256MB
  max_file_store: {max_mb}MB
}}

{users}"""

LIMITS = f"""\
max_payload: {MAX_PAYLOAD}
max_pending: 64MB
write_deadline: 10s"""


def production_config() -> str:
    """Return the configuration for a cluster; it holds no secrets."""
    return PRODUCTION.format(limits=LIMITS, users=users_block())


def users_config() -> str:
    """Return the users alone, for a server whose other settings a chart writes."""
    made = "# Made by `make generate` from libs/events; do not edit.\n"
    return f"{made}{LIMITS}\n{users_block()}"


def local_config(port: int, monitor: int, store: Path, max_mb: int) -> str:
    """Return the configuration of the embedded server, on the loopback interface alone."""
    return LOCAL.format(
        port=port,
        monitor=monitor,
        store=str(store).replace("\\", "\\\\").replace('"', '\\"'),
        max_mb=max_mb,
        limits=LIMITS,
        users=users_block(),
    )
