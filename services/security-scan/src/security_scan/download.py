"""Fetching the OSV archive: only when it changed, and never half."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import structlog

from security_scan.archive import ArchiveError, Bounds, NoArchiveError, opened
from security_scan.settings import Settings
from security_scan.store import ArchiveStore, Stored
from servicekit.tries import Question, Tries

QUESTION = Question("OSV", "PyPI/all.zip", "the run is held, what is published stays")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two tries, where the source names none; doubled with each."""
ARCHIVE = "PyPI/all.zip"
LONGEST_WAIT = 300.0
"""Seconds; a source that asks for a longer pause is given up for this run."""
LONGEST_DOWNLOAD = 1800.0
"""Seconds one attempt may take as a whole, however slowly it drips."""
TRY_AGAIN = frozenset({403, 408, 425, 429, 500, 502, 503, 504})
"""Answers that may be different a moment later."""
GONE = frozenset({404, 410})
"""Answers that say there is none."""

log = structlog.get_logger(__name__)


class RefusedError(Exception):
    """The source answered with something else than an archive."""

    def __init__(self, status: int, wait: float | None) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait
        """Seconds the source asks to be left alone, where it says so."""


async def fetch(client: httpx.AsyncClient, settings: Settings, store: ArchiveStore) -> Stored:
    """Return the newest archive, downloaded only if its ETag is not the one in the store.

    Raises NoArchiveError when the source has none, and ArchiveError when it stays out of reach or
    sends what cannot be used; the store then still holds what it held.
    """
    try:
        async for attempt in Tries(
            QUESTION,
            wait,
            attempts=settings.osv_attempts,
            first_pause=FIRST_PAUSE,
            longest_pause=LONGEST_PAUSE,
        ):
            with attempt:
                async with asyncio.timeout(LONGEST_DOWNLOAD):
                    return await _fetch_once(client, settings, store)
    except RefusedError as error:
        if error.status in GONE:
            raise NoArchiveError(f"OSV has no archive at {ARCHIVE} ({error}).") from error
        raise ArchiveError(f"OSV answered with {error}.") from error
    except TimeoutError as error:
        raise ArchiveError(f"OSV took longer than {LONGEST_DOWNLOAD:.0f} s.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ArchiveError(f"OSV could not be reached: {_said(error)}.") from error
    raise AssertionError("the loop either returns or raises")


def _said(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def wait(error: Exception) -> bool | float:
    """Whether another attempt makes sense, and after how many seconds if the source says so."""
    if not isinstance(error, RefusedError):
        return isinstance(error, httpx.TransportError)
    if error.status not in TRY_AGAIN or (error.wait or 0.0) > LONGEST_WAIT:
        return False
    return True if error.wait is None else error.wait


async def _fetch_once(client: httpx.AsyncClient, settings: Settings, store: ArchiveStore) -> Stored:
    held = store.newest()
    headers = {"Accept-Encoding": "identity"}
    if held and held.etag:
        headers["If-None-Match"] = held.etag
    url = f"{settings.osv_url.rstrip('/')}/{ARCHIVE}"
    async with client.stream("GET", url, headers=headers) as response:
        if response.status_code == httpx.codes.NOT_MODIFIED and held:
            return held
        if response.status_code != httpx.codes.OK:
            raise RefusedError(response.status_code, retry_after(response.headers))
        with store.room() as path:
            await _save(response.aiter_bytes(), path, settings.osv_max_bytes)
            await asyncio.to_thread(_check, path, settings.bounds)
            return store.keep(path, response.headers.get("ETag", ""))


def _check(path: Path, bounds: Bounds) -> None:
    with opened(path, bounds):
        pass


async def _save(chunks: AsyncIterator[bytes], path: Path, limit: int) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise ArchiveError(f"OSV's archive is larger than {limit} bytes.")
            file.write(chunk)


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds that a Retry-After header asks for, in either of its two forms."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
