"""PyPI's JSON and Simple APIs over HTTP."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from events import Outcome
from ingest_github.json_fields import number
from ingest_github.retries import tries
from ingest_github.settings import Settings

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
SLOWEST = 3
"""Times the seconds that an answer may be silent which it may take as a whole."""
LARGE = 4_000_000
"""Bytes from which a document is read alone, so that several do not fill the memory at once."""

LATER = "it counts as unread, and a coming run asks again"
"""What is done about a package that PyPI does not answer for."""
AGAIN = "the piece of work is delivered again"
"""What is done where the list of names cannot be had."""

NOT_FOUND = frozenset({404, 410})


class UnreadableError(Exception):
    """A source gave no usable answer; the message says which and why."""


class TransientError(UnreadableError):
    """The answer may be a better one in a moment."""


@dataclass(frozen=True)
class Answer:
    """One answer of PyPI that means something."""

    outcome: Outcome
    """OK, UNCHANGED or GONE."""
    body: bytes = b""
    etag: str | None = None
    serial: int | None = None


class PyPI:
    """Reads documents of packages and the list of all names."""

    def __init__(self, http: httpx.AsyncClient, settings: Settings) -> None:
        self._http = http
        self._largest = settings.largest_document
        self._largest_index = settings.largest_index
        self._timeout = settings.request_timeout
        self._index_timeout = settings.index_timeout
        self._places = asyncio.Semaphore(settings.pypi_concurrency)
        self._large = asyncio.Semaphore(1)

    async def document(self, name: str, etag: str | None, requests: Counter[str]) -> Answer:
        """Read the JSON API's document; UnreadableError where it cannot be had."""
        headers = {"If-None-Match": etag} if etag else {}
        return await self._read(f"/pypi/{name}/json", headers, requests)

    async def project_page(self, name: str, etag: str | None, requests: Counter[str]) -> Answer:
        """Read the Simple API's document of one project."""
        headers = {"Accept": SIMPLE_JSON} | ({"If-None-Match": etag} if etag else {})
        return await self._read(f"/simple/{name}/", headers, requests)

    @asynccontextmanager
    async def index(self) -> AsyncIterator[IO[bytes]]:
        """Yield the Simple API's list of all names as a file, complete or not at all."""
        with tempfile.TemporaryFile() as spool:
            await self._download("/simple/", spool)
            spool.seek(0)
            yield spool

    async def _download(self, path: str, spool: IO[bytes]) -> None:
        headers = {"Accept": SIMPLE_JSON}
        async for attempt in tries(TransientError, "PyPI", path, AGAIN):
            with attempt:
                spool.seek(0)
                spool.truncate()
                async with self._answer(path, headers, self._index_timeout) as response:
                    _refuse(response, response.status_code != httpx.codes.OK)
                    async for chunk in response.aiter_bytes():
                        spool.write(chunk)
                        if spool.tell() > self._largest_index:
                            raise UnreadableError(
                                f"PyPI: list of names over {self._largest_index} bytes"
                            )

    async def _read(self, path: str, headers: dict[str, str], requests: Counter[str]) -> Answer:
        async for attempt in tries(TransientError, "PyPI", path, LATER):
            with attempt:
                try:
                    async with self._places:
                        answer = await self._ask(path, headers)
                except UnreadableError:
                    requests[Outcome.FAILED.value] += 1
                    raise
                requests[answer.outcome.value] += 1
        return answer

    async def _ask(self, path: str, headers: dict[str, str]) -> Answer:
        async with self._answer(path, headers, self._timeout) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                kept = headers.get("If-None-Match")
                return Answer(Outcome.UNCHANGED, etag=kept, serial=_serial(response))
            if response.status_code in NOT_FOUND:
                return Answer(Outcome.GONE)
            _refuse(response, response.status_code != httpx.codes.OK)
            body = await self._body(response)
            return Answer(Outcome.OK, body, response.headers.get("etag"), _serial(response))

    @asynccontextmanager
    async def _answer(
        self, path: str, headers: dict[str, str], seconds: float
    ) -> AsyncIterator[httpx.Response]:
        """Open an answer; every way a connection can break becomes a TransientError."""
        try:
            async with (
                asyncio.timeout(SLOWEST * seconds),
                self._http.stream("GET", path, headers=headers, timeout=seconds) as response,
            ):
                yield response
        except (httpx.TransportError, TimeoutError) as error:
            raise TransientError(f"PyPI: {type(error).__name__}: {error}") from error
        except httpx.HTTPError as error:
            raise UnreadableError(f"PyPI: {type(error).__name__}: {error}") from error

    async def _body(self, response: httpx.Response) -> bytes:
        """Read a body: a large one alone, one over the limit not at all."""
        body = bytearray()
        alone = False
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._largest:
                    raise UnreadableError(f"PyPI: document over {self._largest} bytes")
                if len(body) > LARGE and not alone:
                    alone = await self._large.acquire()
        finally:
            if alone:
                self._large.release()
        return bytes(body)


@asynccontextmanager
async def make_pypi(
    settings: Settings, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[PyPI]:
    """Yield the client with its own pool of connections, closed in the end."""
    async with pypi_http(settings, transport) as http:
        yield PyPI(http, settings)


def pypi_http(
    settings: Settings, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Return the connections to PyPI; another spelling of a name answers with a redirect."""
    return httpx.AsyncClient(
        base_url=settings.pypi_url,
        headers={"User-Agent": settings.user_agent},
        timeout=settings.request_timeout,
        follow_redirects=True,
        max_redirects=3,
        transport=transport,
    )


def _refuse(response: httpx.Response, refused: bool) -> None:
    """Raise for a status that gives no document."""
    if not refused:
        return
    passing = response.status_code >= 500 or response.status_code == httpx.codes.TOO_MANY_REQUESTS
    raise (TransientError if passing else UnreadableError)(f"PyPI: status {response.status_code}")


def _serial(response: httpx.Response) -> int | None:
    return number(response.headers.get("x-pypi-last-serial"))
