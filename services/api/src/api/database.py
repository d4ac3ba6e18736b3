"""PostgreSQL, read only: a bounded pool, and readings that belong to one generation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import aiosql
import asyncpg
import msgspec
import structlog

from api.http.problems import InvalidRequestError, UnavailableError
from api.settings import Settings

T = TypeVar("T")
Row = asyncpg.Record
Connection = Any
"""An asyncpg connection from the pool, or one of its own."""
QUERIES: Any = aiosql.from_path(
    Path(__file__).parent / "queries", "asyncpg", mandatory_parameters=False
)
"""Every named query of the `queries` folder."""
FIRST_DAY = date(2003, 1, 1)
"""The year PyPI began; nobody counted downloads before."""
ATTEMPTS = 3
"""Readings before a request that always meets a new generation gives up."""
AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # its own state, where the server died within an answer
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedTableError,
)
"""What asyncpg raises when the server is away, stopping, full, too slow, or not set up yet."""

log = structlog.get_logger(__name__)


class Publication(msgspec.Struct, frozen=True):
    """What readers see now."""

    generation: int
    data_through: date | None
    definitions: dict[str, Any] = {}
    """The scoring's own, from which explanations are made."""

    @property
    def rules_version(self) -> str | None:
        """Version of the rules behind every score."""
        version: str | None = self.definitions.get("rules_version")
        return version

    @property
    def newest(self) -> date:
        """The newest published day; with nothing published, the first that there can be."""
        return self.data_through or FIRST_DAY


NOTHING_PUBLISHED = Publication(-1, None)


class Database:
    """The pool, and how it is read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: Any = None
        self._latest = NOTHING_PUBLISHED

    async def open(self) -> None:
        """Make the pool; a server that is away now is asked again by each request."""
        self._pool = await asyncpg.create_pool(
            self._settings.database_url.get_secret_value(),
            min_size=0,
            max_size=self._settings.database_connections,
            max_inactive_connection_lifetime=120,
            timeout=2,
            command_timeout=self._settings.statement_timeout + 1,
            server_settings=self._server_settings(),
        )

    def _server_settings(self) -> dict[str, str]:
        return {
            "application_name": "pypi-stats-api",
            "default_transaction_read_only": "on",
            "statement_timeout": str(int(self._settings.statement_timeout * 1000)),
            "idle_in_transaction_session_timeout": "10000",
            "jit": "off",
            "max_parallel_workers_per_gather": "0",  # starting a worker takes longer than a page
            "timezone": "UTC",
        }

    async def close(self) -> None:
        """Let statements end, then hang up."""
        try:
            await asyncio.wait_for(self._pool.close(), timeout=5)
        except TimeoutError:
            self._pool.terminate()

    async def read(
        self, question: Callable[[Connection, Publication], Awaitable[T]]
    ) -> tuple[Publication, T]:
        """Return what the question reads, all of it from one generation.

        Raises `UnavailableError` when PostgreSQL is away, full or too slow, and
        `InvalidRequestError` for values that it cannot hold.
        """
        try:
            async with self._pool.acquire(timeout=self._settings.database_wait) as connection:
                return await self._of_one_generation(connection, question)
        except asyncpg.DataError as error:
            raise InvalidRequestError("The request holds what no name or number can be.") from error
        except AWAY as error:
            log.warning("database_away", error=f"{type(error).__name__}: {error}")
            raise UnavailableError("The database does not answer now.") from error

    async def _of_one_generation(
        self,
        connection: Connection,
        question: Callable[[Connection, Publication], Awaitable[T]],
    ) -> tuple[Publication, T]:
        """Ask again when the read model was swapped in between.

        A transaction would not do: a table swapped in after its snapshot looks empty to it.
        """
        before = await self._current(connection)
        for _ in range(ATTEMPTS):
            answer = await question(connection, before)
            after = await self._current(connection)
            if after is before:
                return after, answer
            before = after
        raise UnavailableError("The data is changing; ask again.")

    async def _current(self, connection: Connection) -> Publication:
        """Return what is visible; the same object for as long as it is the same."""
        row = await QUERIES.publication(connection)
        seen = (row["generation"], row["data_through"])
        if seen != (self._latest.generation, self._latest.data_through):
            definitions = msgspec.json.decode(await QUERIES.definitions(connection))
            self._latest = Publication(*seen, definitions)
        return self._latest

    async def publication(self) -> Publication:
        """Return what readers see now; raises `UnavailableError`."""

        async def nothing(connection: Connection, publication: Publication) -> None:
            return None

        now, _ = await self.read(nothing)
        return now

    async def published_ago(self) -> float:
        """Return the seconds since then; raises `UnavailableError`."""

        async def ago(connection: Connection, _: Publication) -> float:
            return float(await QUERIES.published_ago(connection))

        _, seconds = await self.read(ago)
        return seconds


async def every(selected: AsyncIterator[Row]) -> list[Row]:
    """Return all rows of a named query."""
    return [row async for row in selected]
