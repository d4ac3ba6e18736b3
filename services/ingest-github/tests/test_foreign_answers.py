"""No answer of PyPI or GitHub breaks the reader, fills the memory or holds it for ever."""

import asyncio
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import MetadataTask, Outcome
from ingest_github.github.answers import Next, Verdict, judge, last_page
from ingest_github.json_fields import UNREADABLE, number
from ingest_github.pypi import client as pypi_module
from ingest_github.pypi.client import UnreadableError
from ingest_github.pypi.package_facts import decode_document, package_info
from ingest_github.pypi.package_index import index_buckets, index_parts
from ingest_github.pypi.package_reader import PackageReader

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=200) | JSON.map(lambda each: json.dumps(each).encode())
DEEP = b"[" * 100_000
DAY = date(2026, 6, 30)
NAMES = st.sampled_from(
    ["retry-after", "location", "link", "x-ratelimit-remaining", "x-ratelimit-reset"]
)
LATIN = st.characters(max_codepoint=255)
HEADERS = st.dictionaries(NAMES, st.text(LATIN, max_size=60))


@given(st.integers(100, 599), HEADERS, BODIES)
def test_every_answer_of_github_has_a_meaning(
    status: int, headers: dict[str, str], content: bytes
) -> None:
    verdict = judge(status, headers, content)
    assert isinstance(verdict, Verdict)
    assert verdict.location is None or verdict.location.startswith(("/repositories/", "/repos/"))
    assert verdict.retry_after is None or verdict.retry_after >= 0
    last_page(headers)


def test_an_answer_that_nests_without_end_is_asked_for_again() -> None:
    assert judge(200, {}, DEEP).then is Next.AGAIN
    assert judge(404, {}, DEEP).outcome is Outcome.GONE


@pytest.mark.parametrize("header", ["²", "٣", "-1", "1.5", "", "9" * 5000, "+3", None])
def test_a_header_that_is_no_plain_number_is_none(header: str | None) -> None:
    assert number(header) is None


@given(BODIES)
def test_any_list_of_names_is_read_or_called_broken(body: bytes) -> None:
    try:
        buckets = index_buckets(io.BytesIO(body))
    except ValueError:
        return
    assert buckets


@given(st.lists(JSON, max_size=6), st.text(max_size=30))
def test_entries_that_are_none_cost_themselves_alone(entries: list[Any], name: str) -> None:
    projects = [*entries, {"name": f"a{name}", "_last-serial": 3}]
    body = json.dumps({"projects": projects}).encode()
    buckets = index_buckets(io.BytesIO(body))
    (part,) = index_parts(buckets, "metadata-2026-06-30-1", DAY)
    assert 3 in {entry.serial for entry in part.entries}


@given(BODIES)
def test_any_document_is_decoded_or_called_unreadable(body: bytes) -> None:
    for each in (body, b'{"info": ' + body + b"}"):
        try:
            info = package_info(decode_document(each))
        except UNREADABLE:
            continue
        assert all(isinstance(field, str) for field in info)


async def test_a_document_that_nests_without_end_costs_its_package_alone(
    pypi: Callable[..., Any], clock: Any
) -> None:
    def nesting(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b'{"info": ' + DEEP)

    async with pypi(nesting) as client:
        task = MetadataTask(name="thing")
        found = await PackageReader(client, clock).read(task, DAY, Counter())
    assert found.observation.outcome is Outcome.FAILED
    assert "no JSON document" in found.observation.reason


async def test_an_answer_of_github_without_end_is_given_up(
    github: Callable[..., Any], clock: Any
) -> None:
    def flood(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * 3000)

    async with github(flood, clock, largest_answer=2000) as client:
        reply = await client.get("/repos/a/b", Counter(), key="a/b")
    assert reply.outcome is Outcome.FAILED
    assert "over 2000 bytes" in reply.reason


async def test_a_list_of_names_without_end_is_given_up(pypi: Callable[..., Any]) -> None:
    def flood(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * 3000)

    async with pypi(flood, largest_index=2000) as client:
        with pytest.raises(UnreadableError, match="over 2000 bytes"):
            async with client.index():
                pass


class Drip(httpx.AsyncByteStream):
    """A body that comes byte by byte and never ends."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.02)
            yield b" "


async def test_an_answer_that_drips_is_given_up_in_time(
    github: Callable[..., Any], pypi: Callable[..., Any], clock: Any
) -> None:
    def dripping(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Drip())

    assert pypi_module.SLOWEST == 3
    async with asyncio.timeout(20):
        async with github(dripping, clock, request_timeout=0.1) as client:
            reply = await client.get("/repos/a/b", Counter(), key="a/b")
        assert reply.outcome is Outcome.FAILED
        async with pypi(dripping, request_timeout=0.1) as client:
            with pytest.raises(UnreadableError):
                await client.document("thing", None, Counter())
