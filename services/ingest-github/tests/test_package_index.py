"""No name may be lost between PyPI's list and the planning of work."""

import gzip
import json
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from events import IndexObserved, IndexWork
from events.topology import MAX_PAYLOAD
from ingest_github.handlers import read_index
from ingest_github.pypi.package_index import index_buckets, index_parts

DAY = date(2026, 6, 30)
WORK = IndexWork(run_id="r", day=DAY)


def listing(projects: list[Any]) -> bytes:
    return json.dumps({"meta": {"_last-serial": 9}, "projects": projects}).encode()


def names(count: int) -> list[dict[str, Any]]:
    return [{"name": f"Package_{n}", "_last-serial": n} for n in range(count)]


def parts_of(body: bytes) -> list[IndexObserved]:
    with tempfile.TemporaryFile() as spool:
        spool.write(body)
        spool.seek(0)
        return list(index_parts(index_buckets(spool), "r", DAY))


def test_all_names_come_canonical_with_their_serials() -> None:
    parts = parts_of(listing([*names(40_000), {"name": None}, 7, {"name": "A.b", "x": 1}]))
    found = {entry.name: entry.serial for part in parts for entry in part.entries}
    assert len(found) == 40_001
    assert (found["package-7"], found["a-b"]) == (7, 0)
    assert [part.part for part in parts] == list(range(4))
    assert {part.parts for part in parts} == {4}


def test_a_list_read_again_puts_each_name_into_the_same_part() -> None:
    first = parts_of(listing(names(40_000)))
    again = parts_of(listing([*names(40_000), {"name": "a-new-one", "_last-serial": 5}]))
    for before, after in zip(first, again, strict=True):
        assert {each.name for each in before.entries} <= {each.name for each in after.entries}


@pytest.mark.parametrize("body", [listing(names(9))[:-20], b"{}", b"<html>", listing([])])
def test_half_a_list_or_none_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="PyPI's list of names"):
        parts_of(body)


async def test_the_list_is_published_in_parts_that_a_retry_does_not_double(
    sources: Callable[..., Any], kept: Any, clock: Any
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept"] == "application/vnd.pypi.simple.v1+json"
        return httpx.Response(200, content=listing(names(20_000)))

    async with sources(answer, answer, clock) as opened:
        await read_index(WORK, opened, kept)
        await read_index(WORK, opened, kept)
    assert list(kept.events) == ["r:packages.index:0", "r:packages.index:1"]
    assert sum(len(part.entries) for part in kept.events.values()) == 20_000


async def test_a_list_that_breaks_off_is_read_again_before_anything_is_published(
    sources: Callable[..., Any], kept: Any, clock: Any
) -> None:
    tries = iter([503, 200])

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(tries), content=listing(names(3)))

    async with sources(answer, answer, clock) as opened:
        await read_index(WORK, opened, kept)
    assert len(kept.events["r:packages.index:0"].entries) == 3


@pytest.mark.realdata
def test_the_whole_of_pypi_fits_into_messages_and_little_memory(shared: Path) -> None:
    """886,323 names come in 64 parts."""
    with gzip.open(shared / "names" / "all_names.txt.gz", "rt") as lines:
        all_names = [line.strip() for line in lines]
    body = listing([{"name": n, "_last-serial": 30_000_000 + i} for i, n in enumerate(all_names)])
    parts = parts_of(body)
    assert sum(len(part.entries) for part in parts) == len(all_names)
    assert max(len(part.entries) for part in parts) <= 20_000
    assert max(len(msgspec.json.encode(part)) for part in parts) < MAX_PAYLOAD / 2


def test_memory_is_about_thirty_bytes_a_name() -> None:
    count = 100_000
    with tempfile.TemporaryFile() as spool:
        spool.write(listing(names(count)))
        spool.seek(0)
        tracemalloc.start()
        for _ in index_parts(index_buckets(spool), "r", DAY):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    one_part_decoded = 16_000 * 150
    assert peak < count * 40 + one_part_decoded + 2_000_000
