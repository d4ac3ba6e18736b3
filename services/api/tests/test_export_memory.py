"""An export takes as much memory for many packages as for few."""

import tracemalloc
from typing import Any

import pyarrow as pa
import pytest

from api.database import Database
from api.lists.exports import Export

LEEWAY = 1.25


async def grow(owner: Any, packages: int) -> None:
    await owner.execute(
        "insert into packages (name, summary, first_seen)"
        " select 'more-' || n, 'summary ' || md5(n::text), '2026-01-01'"
        " from generate_series((select count(*) from packages) + 1, $1::integer) n",
        packages,
    )
    await owner.execute("refresh materialized view package_list")


async def peak(database: Database, form: str) -> tuple[int, int]:
    """The most memory an export held at a time, and the bytes it gave, which nobody keeps."""
    export = Export(database, form)
    await export.begin()
    given, held = 0, 0
    tracemalloc.start()
    before = pa.total_allocated_bytes()
    async for chunk in export.chunks():
        given += len(chunk)
        held = max(held, pa.total_allocated_bytes() - before)
    _, python = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held + python, given


@pytest.mark.parametrize(
    ("form", "few", "many"),
    [
        ("csv", 12_000, 36_000),
        ("json", 12_000, 36_000),
        ("parquet", 110_000, 220_000),  # its row groups have 100,000 packages
    ],
)
async def test_memory_is_flat_as_packages_become_more(
    own_world: str, owner: Any, settings_for: Any, *, form: str, few: int, many: int
) -> None:
    database = Database(settings_for(own_world, export_timeout=600))
    await database.open()
    try:
        await grow(owner, few)
        held, small = await peak(database, form)
        await grow(owner, many)
        held_then, large = await peak(database, form)
    finally:
        await database.close()
    assert large > 1.8 * small
    assert held_then < LEEWAY * held, (held, held_then)
