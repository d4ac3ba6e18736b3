"""`db/schema.sql`: the tables as all migrations together make them."""

import subprocess
import sys
import tempfile
from pathlib import Path

from devstack.background import in_background
from devstack.servers.database import WRITER
from devstack.servers.postgres import binary
from devstack.settings import CHECKOUT
from devstack.stack import Stack, stack_in

SCHEMA = CHECKOUT / "db" / "schema.sql"
HEAD = "-- All tables as the migrations make them; written by `make schema`, proved by a test.\n"
OWN_TABLES = ("_yoyo_*", "yoyo_lock")
"""Tables of the migrations' library."""

CHANGING = ("--", "\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config")
"""Beginnings of lines that differ from one dump to the next, or say nothing of tables."""


def dumped(stack: Stack) -> str:
    """Return the schema of the stack's database, without what changes from dump to dump."""
    command = [
        str(binary("pg_dump")),
        "--schema-only",
        "--no-owner",
        "--no-privileges",
        *(f"--exclude-table={table}" for table in OWN_TABLES),
        stack.database.url(WRITER),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [line for line in done.stdout.splitlines() if not line.startswith(CHANGING)]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return HEAD + "\n".join(kept).rstrip() + "\n"


def main() -> int:
    """Write the file from a database that has just been migrated."""
    with tempfile.TemporaryDirectory() as folder:
        stack = stack_in(Path(folder), services=())
        with in_background(stack):
            SCHEMA.write_text(dumped(stack))
    return 0


if __name__ == "__main__":
    sys.exit(main())
