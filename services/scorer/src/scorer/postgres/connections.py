"""The connections to PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from scorer.settings import Settings

COMMAND_TIMEOUT = 600.0
"""Seconds a statement may take; building the read model is the longest."""


@asynccontextmanager
async def open_pool(settings: Settings) -> AsyncIterator[asyncpg.Pool]:
    """Yield the pool of connections, closed at the end."""
    async with asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=1,
        max_size=settings.database_connections,
        command_timeout=COMMAND_TIMEOUT,
        server_settings={"application_name": "scorer", "timezone": "UTC"},
    ) as pool:
        yield pool
