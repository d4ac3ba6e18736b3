"""Every statement the scorer sends, by the file it stands in."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosql

_HERE = Path(__file__).parent


def load(name: str) -> Any:
    """Return the named queries of one file, as coroutine functions on a connection."""
    return aiosql.from_path(_HERE / f"{name}.sql", "asyncpg", mandatory_parameters=False)


async def fetch(found: AsyncIterator[Any]) -> list[Any]:
    """Return all rows of a query that may have many."""
    return [row async for row in found]


runs = load("runs")
packages = load("packages")
downloads = load("downloads")
security = load("security")
read_model = load("read_model")
search_words = load("search_words")
