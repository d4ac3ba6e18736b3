"""Fetching the archive from a server that may do anything."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import stamina
from hypothesis import example, given
from hypothesis import strategies as st

from security_scan.archive import ArchiveError
from security_scan.download import RefusedError, fetch, retry_after, wait
from security_scan.settings import Settings
from security_scan.store import ArchiveStore, Stored

TEN_O_CLOCK = "Tue, 30 Jun 2026 10:00:00 GMT"

Fetching = Callable[[], Awaitable[Stored]]


@pytest.fixture(autouse=True)
def no_pauses() -> Any:
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path) -> ArchiveStore:
    return ArchiveStore(tmp_path / "cache")


@pytest.fixture
def fetching(client: httpx.AsyncClient, settings: Settings, store: ArchiveStore) -> Fetching:
    return partial(fetch, client, settings, store)


async def test_an_unchanged_archive_is_not_sent_again(fetching: Fetching, bucket: Any) -> None:
    bucket.offer("PYSEC-1")
    first = await fetching()
    again = await fetching()
    assert first == again
    assert first.path.read_bytes() == bucket.body
    assert [request.get("if-none-match") for request in bucket.requests] == [None, '"1"']


async def test_a_changed_archive_replaces_the_one_before(fetching: Fetching, bucket: Any) -> None:
    bucket.offer("PYSEC-1")
    first = await fetching()
    bucket.offer("PYSEC-2", etag='"2"')
    second = await fetching()
    assert second.path != first.path
    assert second.path.read_bytes() == bucket.body


async def test_without_an_etag_the_same_content_is_the_same_archive(
    fetching: Fetching, bucket: Any
) -> None:
    bucket.offer("PYSEC-1", etag="")
    assert await fetching() == await fetching()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_passing_refusal_is_waited_out(
    fetching: Fetching, bucket: Any, status: int
) -> None:
    bucket.offer("PYSEC-1")
    bucket.answers = [(status, {"Retry-After": "0"}), (status, {})]
    assert (await fetching()).path.exists()
    assert len(bucket.requests) == 3


async def test_a_lasting_refusal_names_its_status_and_a_final_one_is_not_repeated(
    fetching: Fetching, bucket: Any
) -> None:
    bucket.answers = [(503, {})] * 3
    with pytest.raises(ArchiveError, match="OSV answered with status 503"):
        await fetching()
    bucket.answers, bucket.requests = [(410, {})], []
    with pytest.raises(ArchiveError, match="410"):
        await fetching()
    assert len(bucket.requests) == 1


@pytest.mark.parametrize("cut", [0, 100])
async def test_half_a_body_is_no_archive_and_leaves_nothing_behind(
    fetching: Fetching, store: ArchiveStore, bucket: Any, cut: int
) -> None:
    bucket.offer("PYSEC-1")
    held = await fetching()
    bucket.offer("PYSEC-2", etag='"2"')
    bucket.cut_at = cut
    with pytest.raises(ArchiveError, match="could not be reached"):
        await fetching()
    assert store.newest() == held
    assert not list(held.path.parent.glob("*.part"))


async def test_an_archive_that_was_cut_at_the_source_does_not_replace_a_whole_one(
    fetching: Fetching, store: ArchiveStore, bucket: Any
) -> None:
    bucket.offer("PYSEC-1")
    held = await fetching()
    bucket.body, bucket.etag = bucket.body[:-40], '"2"'
    with pytest.raises(ArchiveError, match="not a whole zip"):
        await fetching()
    assert store.newest() == held


async def test_a_body_without_end_is_given_up(
    client: httpx.AsyncClient, settings: Settings, store: ArchiveStore, bucket: Any
) -> None:
    bucket.body = b"0" * 200_000
    bounded = settings.model_copy(update={"osv_max_bytes": 100_000})
    with pytest.raises(ArchiveError, match="larger than 100000 bytes"):
        await fetch(client, bounded, store)


async def test_a_source_that_is_not_there_is_a_problem_in_one_sentence(
    client: httpx.AsyncClient, settings: Settings, store: ArchiveStore
) -> None:
    nowhere = settings.model_copy(update={"osv_url": "http://127.0.0.1:9"})
    with pytest.raises(ArchiveError, match=r"^OSV could not be reached: .*\.$"):
        await fetch(client, nowhere, store)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        (
            {
                "Retry-After": "Tue, 30 Jun 2026 10:02:00 GMT",
                "Date": "Tue, 30 Jun 2026 10:00:00 GMT",
            },
            120.0,
        ),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_the_pause_asked_for_is_understood_in_both_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(httpx.Headers(headers)) == seconds


def test_the_pause_asked_for_is_kept_unless_the_run_cannot_wait_so_long() -> None:
    assert wait(RefusedError(503, 42.0)) == 42.0
    assert wait(RefusedError(429, None)) is True
    assert wait(RefusedError(503, 86_400.0)) is False
    assert wait(RefusedError(404, 5.0)) is False
    assert wait(ValueError("a mistake of our own")) is False


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60))
@example("Mon, 1 Jan 99999999999999999999 00:00:00 GMT")
@example("9" * 400)
def test_any_words_about_a_pause_are_seconds_or_none(said: str) -> None:
    seconds = retry_after(httpx.Headers([(b"retry-after", said.encode("latin-1"))]))
    assert seconds is None or seconds >= 0
