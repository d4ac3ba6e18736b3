"""An archive may be cut, swollen or partly rotten."""

import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from security_scan.archive import ArchiveError, Bounds, BrokenMemberError, opened, unpack
from security_scan.index import read_index

ArchiveOf = Callable[..., bytes]


def saved(tmp_path: Path, body: bytes) -> Path:
    path = tmp_path / "archive.zip"
    path.write_bytes(body)
    return path


def test_a_broken_record_costs_that_record_and_is_named(
    tmp_path: Path, archive_of: ArchiveOf, record: Any
) -> None:
    whole = archive_of([record("PYSEC-1"), record("PYSEC-2")])
    good = zipfile.ZipFile(saved(tmp_path, whole)).read("PYSEC-1.json")
    files = {"PYSEC-1.json": good, "BAD.json": b"{", "HUGE.json": b" " * 5000, "readme.txt": b"x"}
    index = read_index(saved(tmp_path, archive_of(files)), Bounds(record=4000))
    assert [flaw.id for flaw in index.flaws] == ["PYSEC-1"]
    assert sorted(index.broken) == ["BAD.json", "HUGE.json"]
    assert (index.readable, index.records) == (1, 3)
    assert "5000 bytes" in index.broken["HUGE.json"]


def test_a_record_whose_bytes_rotted_is_broken_and_its_neighbour_is_not(
    tmp_path: Path, archive_of: ArchiveOf, record: Any
) -> None:
    body = bytearray(archive_of([record("PYSEC-1"), record("PYSEC-2")]))
    start = body.index(b"PYSEC-1.json") + len(b"PYSEC-1.json")
    body[start + 10 : start + 30] = b"\x00" * 20
    index = read_index(saved(tmp_path, bytes(body)), Bounds())
    assert [flaw.id for flaw in index.flaws] == ["PYSEC-2"]
    assert list(index.broken) == ["PYSEC-1.json"]


@pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
def test_a_cut_archive_is_refused(
    tmp_path: Path, archive_of: ArchiveOf, record: Any, kept: float
) -> None:
    body = archive_of([record(f"PYSEC-{n}") for n in range(50)])
    length = int(kept if kept > 1 else kept * len(body))
    with pytest.raises(ArchiveError, match="not a whole zip"):
        read_index(saved(tmp_path, body[:length]), Bounds())


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, archive_of: ArchiveOf) -> None:
    swollen = saved(tmp_path, archive_of({f"{n}.json": b"0" * 100_000 for n in range(20)}))
    with pytest.raises(ArchiveError, match="would unpack to 2000000 bytes"):
        read_index(swollen, Bounds(unpacked=1_000_000))
    with pytest.raises(ArchiveError, match="20 files"):
        read_index(swollen, Bounds(records=19))


def test_a_file_that_lies_about_its_size_gives_no_more_than_it_promised(
    tmp_path: Path, archive_of: ArchiveOf
) -> None:
    body = bytearray(archive_of({"X.json": b"0" * 1_000_000}))
    entry = body.index(b"PK\x01\x02")
    body[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    swollen = saved(tmp_path, bytes(body))
    with opened(swollen, Bounds()) as archive, pytest.raises(BrokenMemberError):
        unpack(archive, "X.json", Bounds())


def test_an_archive_without_a_readable_record_is_refused(
    tmp_path: Path, archive_of: ArchiveOf
) -> None:
    for files in ({}, {"X.json": b"{"}, {"readme.txt": b"{}"}):
        with pytest.raises(ArchiveError, match="no record"):
            read_index(saved(tmp_path, archive_of(files)), Bounds())


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_does_more_than_cost_records_or_the_archive(
    tmp_path: Path, archive_of: ArchiveOf, record: Any, data: st.DataObject
) -> None:
    body = bytearray(archive_of([record("PYSEC-1"), record("PYSEC-2")]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at] = data.draw(st.integers(0, 255))
    try:
        index = read_index(saved(tmp_path, bytes(body)), Bounds())
    except ArchiveError:
        return
    assert {flaw.id for flaw in index.flaws} <= {"PYSEC-1", "PYSEC-2"} or index.broken


def test_what_is_kept_of_a_record_does_not_grow_with_its_text(
    tmp_path: Path, archive_of: ArchiveOf, record: Any
) -> None:
    versions = [f"{major}.{minor}" for major in range(10) for minor in range(10)]
    documents = [
        record(f"GHSA-{n}", f"p{n}", versions=versions, details="x" * 20_000) for n in range(1000)
    ]
    path = saved(tmp_path, archive_of(documents))
    tracemalloc.start()
    try:
        index = read_index(path, Bounds())
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert index.readable == 1000
    assert kept / index.readable < 5_000
