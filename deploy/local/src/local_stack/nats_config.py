"""The NATS server's configuration, from the one definition of users and their rights.

`python -m local_stack.nats_config FILE` writes the file that production mounts;
with `--check` it only says whether the file is current.
"""

import sys
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
    """Give the configuration for a cluster; it holds no secrets."""
    return PRODUCTION.format(limits=LIMITS, users=users_block())


def local_config(port: int, monitor: int, store: Path, max_mb: int) -> str:
    """Give the configuration of the embedded server, on the loopback interface alone."""
    return LOCAL.format(
        port=port,
        monitor=monitor,
        store=str(store).replace("\\", "\\\\").replace('"', '\\"'),
        max_mb=max_mb,
        limits=LIMITS,
        users=users_block(),
    )


def main(arguments: list[str]) -> int:
    """Write the production file, or check it."""
    check = "--check" in arguments
    (file,) = (Path(each) for each in arguments if each != "--check")
    if not check:
        file.write_text(production_config())
        return 0
    current = file.exists() and file.read_text() == production_config()
    if not current:
        sys.stderr.write(f"{file} is not current: run `make generate`\n")
    return int(not current)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
