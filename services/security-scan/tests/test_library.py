"""How often a worker asks for the archive and reads it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina

from security_scan.archive import ArchiveError, NoArchiveError
from security_scan.library import Library
from security_scan.settings import Settings
from security_scan.store import ArchiveStore


@pytest.fixture(autouse=True)
def no_pauses() -> Any:
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def library(settings: Settings) -> AsyncIterator[Library]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield Library(client, settings, ArchiveStore(settings.cache_dir))


def ids(index: Any) -> list[str]:
    return [flaw.id for flaw in index.flaws]


async def test_the_source_is_asked_once_a_run_and_an_unchanged_archive_is_read_once(
    library: Library, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    first = await library.for_run("run 1")
    assert await library.for_work("run 1") is first
    assert await library.for_work("run 2") is first
    assert len(bucket.requests) == 2


async def test_the_next_run_sees_a_changed_archive(library: Library, bucket: Any) -> None:
    bucket.offer("PYSEC-1")
    await library.for_run("run 1")
    bucket.offer("PYSEC-2", etag='"2"')
    assert ids(await library.for_run("run 1")) == ["PYSEC-1"]
    assert ids(await library.for_run("run 2")) == ["PYSEC-2"]


async def test_a_run_taken_up_again_by_a_new_process_reads_the_archive_it_began_with(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    await library.for_run("run 1")
    bucket.offer("PYSEC-2", etag='"2"')
    async with httpx.AsyncClient() as client:
        again = Library(client, settings, ArchiveStore(settings.cache_dir))
        assert ids(await again.for_run("run 1")) == ["PYSEC-1"]


async def test_work_goes_on_with_the_last_archive_while_the_source_is_away(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    await library.for_run("run 1")
    bucket.answers = [(503, {})] * 9
    with pytest.raises(ArchiveError):
        await library.for_run("run 2")
    assert ids(await library.for_work("run 2")) == ["PYSEC-1"]
    assert ids(await library.for_work("run 2")) == ["PYSEC-1"]
    with pytest.raises(ArchiveError):  # work that went on does not make the catalogue this run's
        await library.for_run("run 2")
    async with httpx.AsyncClient() as client:
        restarted = Library(client, settings, ArchiveStore(settings.cache_dir))
        assert ids(await restarted.for_work("run 2")) == ["PYSEC-1"]


async def test_without_any_archive_work_is_left_for_later(
    library: Library, bucket: Any, tmp_path: Path
) -> None:
    bucket.answers = [(503, {})] * 5
    with pytest.raises(ArchiveError, match="503"):
        await library.for_work("run 1")


async def test_a_source_without_an_archive_is_told_from_one_out_of_reach(
    library: Library, bucket: Any
) -> None:
    bucket.answers = [(404, {}), (503, {})]
    with pytest.raises(NoArchiveError, match=r"OSV has no archive at PyPI/all\.zip \(status 404\)"):
        await library.for_run("run 1")
    with pytest.raises(ArchiveError) as away:
        await library.for_run("run 1")
    assert not isinstance(away.value, NoArchiveError)


async def test_an_archive_that_rotted_on_the_disk_is_fetched_anew(
    library: Library, settings: Settings, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    await library.for_run("run 1")
    (kept,) = settings.cache_dir.glob("*.zip")
    kept.write_bytes(b"rotten")
    async with httpx.AsyncClient() as client:
        restarted = Library(client, settings, ArchiveStore(settings.cache_dir))
        with pytest.raises(ArchiveError):
            await restarted.for_run("run 2")
        assert ids(await restarted.for_run("run 2")) == ["PYSEC-1"]
