"""A night: one run of each kind for one day, and everything a reader could see of it after."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import asyncpg
import httpx

from chaos.queries import LETTERS, TABLES
from devstack.servers.database import READER
from devstack.stack import Stack
from events.runs import RunKind, RunStatus
from operate.runs import Standing

LAST = date(2026, 11, 22)
"""The sample data's newest day, which every night here is about."""

KINDS = (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY)
"""In the order of a night."""

DEADLINE = timedelta(hours=1)
"""What a run is given to end; none of these may need it."""

POLL = 0.05
"""Seconds."""

STARTED_WITHIN = 120.0
"""Seconds from the request to a run's first batch, on a busy machine and in trouble."""

SHOWN_WITHIN = 90.0
"""Seconds from a run's end to the moment visitors see it; the api waits 60 for its warmer."""

LETTER_WITHIN = 20.0
"""Seconds in which a dead letter that is due must be in the table."""

Rows: TypeAlias = list[tuple[object, ...]]

SEEN = (
    "/api/packages?limit=100",
    "/api/packages?sort=stars&limit=100",
    "/api/packages/boto3",
    "/api/packages/boto3/score",
    "/api/packages/boto3/history?granularity=day",
    "/api/packages/boto3/recent",
    "/api/insights",
    "/api/advisories",
)
"""Answers that must be the same after the same night, whatever happened in it."""

OWN_NUMBERS = (
    "generation",
    "observed_at",
    "observed",
    "pypi",
    "github",
    "computed_at",
    "next",
)
"""Fields of answers that count or date our own doings; `pypi` and `github` date their reading."""


async def tables(stack: Stack) -> Mapping[str, Rows]:
    """Return every table a reader could see, without our own numbers and clocks."""
    connection = await asyncpg.connect(stack.database.url(READER), timeout=10)
    try:
        return {
            name: [tuple(row) async for row in getattr(TABLES, name)(connection)]
            for name in TABLES.available_queries
            if not name.endswith("_cursor")
        }
    finally:
        await connection.close()


def differences(expected: Mapping[str, Rows], found: Mapping[str, Rows]) -> list[str]:
    """Say for each table that differs in how many rows, and show one."""
    said = []
    for name, rows in expected.items():
        lacking, beyond = _beyond(rows, found[name]), _beyond(found[name], rows)
        if lacking or beyond:
            example = (beyond or lacking)[0][:200]
            said.append(f"{name}: {len(lacking)} rows lack, {len(beyond)} are new: {example}")
    return said


def _beyond(rows: Rows, others: Rows) -> list[str]:
    """Return the rows that others lack, as text; one that is there once more counts."""
    return list((Counter(map(str, rows)) - Counter(map(str, others))).elements())


async def letters(stack: Stack, due: int) -> Sequence[asyncpg.Record]:
    """Return the dead letters, having waited for so many as are due."""
    connection = await asyncpg.connect(stack.database.url(READER), timeout=10)
    try:
        end = asyncio.get_running_loop().time() + LETTER_WITHIN
        while True:
            kept = [row async for row in LETTERS.kept(connection)]
            if len(kept) >= due or asyncio.get_running_loop().time() > end:
                return kept
            await asyncio.sleep(POLL)
    finally:
        await connection.close()


async def until_started(stack: Stack, run_id: str) -> None:
    """Wait until the first batch of a run is in."""
    await _until(stack, run_id, lambda now: bool(now.applied))


async def until_finishing(stack: Stack, run_id: str) -> None:
    """Wait until all batches of a run are in."""
    await _until(stack, run_id, lambda now: False)


async def _until(stack: Stack, run_id: str, reached: Callable[[Standing], bool]) -> None:
    async with asyncio.timeout(STARTED_WITHIN):
        while True:
            now = await stack.runs.standing(run_id)
            if now is not None and (now.status is not RunStatus.OPEN or reached(now)):
                return
            await asyncio.sleep(POLL)


async def shown(stack: Stack, generation: int) -> dict[str, object]:
    """Return what visitors see once they were moved to a generation."""
    async with asyncio.timeout(SHOWN_WITHIN), httpx.AsyncClient(base_url=stack.api_url) as client:
        return {path: await _shown(client, path, generation) for path in SEEN}


async def _shown(client: httpx.AsyncClient, path: str, generation: int) -> object:
    while True:
        try:
            answer = await client.get(path, timeout=10)
        except httpx.TransportError:
            answer = httpx.Response(httpx.codes.SERVICE_UNAVAILABLE)
        if answer.status_code == httpx.codes.OK:
            body = answer.json()
            if body.get("generation", generation) >= generation:
                return without_own_numbers(body)
        await asyncio.sleep(2 * POLL)


def without_own_numbers(body: object) -> object:
    """Return an answer without what counts or dates our own doings."""
    if isinstance(body, list):
        return [without_own_numbers(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        name: without_own_numbers(value) for name, value in body.items() if name not in OWN_NUMBERS
    }
