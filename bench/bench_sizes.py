"""Bytes that a package takes: in the tables, in messages, in answers; on sample data, by the stack.

Usage: python -m bench.bench_sizes [--packages 2000] [--days 90]
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg

from devstack.background import in_background
from devstack.servers.database import READER
from devstack.stack import Stack, stack_in
from events import RunKind

LAST = date(2026, 11, 22)
TIMEOUT = timedelta(hours=1)
TABLES = {
    "read model": ("package_list",),
    "daily counts": ("downloads_month%",),
    "counts by label": ("breakdown_month%",),
    "facts": ("packages", "dependencies", "repositories", "repository_history%"),
    "scores": ("scores%", "health%", "score%"),
}
"""What is stored, to the tables it lies in, as patterns of LIKE."""

PAGES = ("", "/history", "/score", "/recent", "/overall")
ASKED = 60
"""Packages whose pages are asked for."""


async def collect(stack: Stack) -> None:
    """Bring one night of every kind."""
    for kind in (RunKind.METADATA, RunKind.DOWNLOADS):
        run_id = await stack.runs.request(kind, LAST, TIMEOUT)
        await stack.runs.follow(run_id, idle_timeout=600)


def stored(stack: Stack) -> Iterator[tuple[str, int]]:
    """Yield the bytes of each kind of table, indexes and totals included."""
    size = (
        "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'm')"
        " and c.relname like any(%s)"
    )
    with psycopg.connect(stack.database.url(READER)) as database:
        for what, patterns in TABLES.items():
            row = database.execute(size, (list(patterns),)).fetchone()
            yield what, row[0] if row else 0


def carried(stack: Stack) -> Iterator[tuple[str, int]]:
    """Yield the bytes that each stream holds after the nights, as the server counts them."""
    monitor = f"http://127.0.0.1:{stack.ports['nats-monitor']}/jsz?streams=true"
    with urllib.request.urlopen(monitor, timeout=10) as answer:
        accounts = json.load(answer)["account_details"]
    for account in accounts:
        for stream in account["stream_detail"]:
            yield stream["name"], stream["state"]["bytes"]


def names(stack: Stack) -> list[str]:
    """Return packages, evenly out of the whole list."""
    with psycopg.connect(stack.database.url(READER)) as database:
        found = database.execute("select name from package_list order by rank").fetchall()
    return [name for (name,) in found[:: max(1, len(found) // ASKED)]]


def sent(stack: Stack, path: str) -> int:
    """Return the bytes of an answer as it goes over the wire, compressed."""
    request = urllib.request.Request(stack.api_url + path, headers={"accept-encoding": "zstd"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return len(answer.read())


def main() -> None:
    """Print bytes by package and by answer."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=int, default=2000)
    parser.add_argument("--days", type=int, default=90)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pypi-stats-sizes-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        asked_for = (f"--packages={given.packages}", f"--days={given.days}")
        words = [*asked_for, f"--out={folder / 'data'}"]
        subprocess.run([sys.executable, "-m", "sample_data", *words], check=True)
        with in_background(stack_in(folder / "state", dataset=folder / "data")) as stack:
            asyncio.run(collect(stack))
            for what, size in stored(stack):
                print(f"  stored, {what}: {size / given.packages:,.0f} bytes a package")
            for stream, size in carried(stack):
                print(f"  on the bus, {stream}: {size / given.packages:,.0f} bytes a package")
            asked = names(stack)
            for page in PAGES:
                sizes = [sent(stack, f"/api/packages/{name}{page}") for name in asked]
                mean = sum(sizes) / len(sizes)
                print(f"  sent, /api/packages/{{name}}{page}: {mean:,.0f} bytes compressed")


if __name__ == "__main__":
    main()
