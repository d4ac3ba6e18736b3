"""Whether a server answers: the question asked until it is ready."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

Probe = Callable[[], Awaitable[str]]
"""Gives why the server is not ready, and nothing once it is."""

READY = ""
ANSWER_TIMEOUT = 2.0
"""Seconds."""


async def always() -> str:
    """Ready at once: of a process that nobody asks anything."""
    return READY


def http_ok(url: str) -> Probe:
    """Ready when a GET of the address gives 200."""

    async def probe() -> str:
        # No certificates to load and no proxy to ask: the address is on this machine.
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:  # noqa: S501
            try:
                answer = await client.get(url, timeout=ANSWER_TIMEOUT)
            except httpx.HTTPError:
                return "it does not answer"
        if answer.status_code == httpx.codes.OK:
            return READY
        return f"it answers {answer.status_code} {answer.text[:200].strip()}"

    return probe


def postgres_answers(url: str) -> Probe:
    """Ready when PostgreSQL lets the user of the address in."""

    async def probe() -> str:
        try:
            connection = await asyncpg.connect(url, timeout=ANSWER_TIMEOUT)
        except (OSError, TimeoutError, asyncpg.PostgresError) as error:
            return f"it does not answer: {error}"
        await connection.close()
        return READY

    return probe


def valkey_answers(port: int, password: str) -> Probe:
    """Ready when the server takes the password and has read its data."""

    async def probe() -> str:
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"AUTH {password}\r\nPING\r\n".encode())
                answers = [await reader.readline(), await reader.readline()]
                writer.close()
        except (OSError, TimeoutError):
            return "it does not answer"
        return READY if answers == [b"+OK\r\n", b"+PONG\r\n"] else f"it answers {answers}"

    return probe
