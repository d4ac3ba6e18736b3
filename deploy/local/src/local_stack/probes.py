"""Whether a server answers: the question asked until it is ready."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

Probe = Callable[[], Awaitable[bool]]

ANSWER_TIMEOUT = 2.0
"""Seconds."""


def http_ok(url: str) -> Probe:
    """Ready when a GET of the address gives 200."""

    async def probe() -> bool:
        return await http_status(url) == httpx.codes.OK

    return probe


async def http_status(url: str) -> int | None:
    """Give the status of a GET, none where nobody answers."""
    # No certificates to load and no proxy to ask: the address is on this machine.
    async with httpx.AsyncClient(verify=False, trust_env=False) as client:  # noqa: S501
        try:
            return (await client.get(url, timeout=ANSWER_TIMEOUT)).status_code
        except httpx.HTTPError:
            return None


def postgres_answers(url: str) -> Probe:
    """Ready when PostgreSQL lets the user of the address in."""

    async def probe() -> bool:
        try:
            connection = await asyncpg.connect(url, timeout=ANSWER_TIMEOUT)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    return probe


def valkey_answers(port: int, password: str) -> Probe:
    """Ready when the server takes the password and has read its data."""

    async def probe() -> bool:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"AUTH {password}\r\nPING\r\n".encode())
                answers = [await reader.readline(), await reader.readline()]
                writer.close()
        except (OSError, TimeoutError):
            return False
        return answers == [b"+OK\r\n", b"+PONG\r\n"]

    return probe
