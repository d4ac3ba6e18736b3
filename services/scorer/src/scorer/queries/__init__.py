"""Every statement the scorer sends, by the file it stands in."""

from pathlib import Path
from typing import Any

import aiosql

_HERE = Path(__file__).parent


def load(name: str) -> Any:
    """Give the named queries of one file, as coroutine functions on a connection."""
    return aiosql.from_path(_HERE / f"{name}.sql", "asyncpg")


runs = load("runs")
packages = load("packages")
downloads = load("downloads")
security = load("security")
read_model = load("read_model")
