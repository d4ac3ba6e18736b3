"""The program's SQL: what is compared, and what else is read of the database."""

from pathlib import Path
from typing import Any

import aiosql

FOLDER = Path(__file__).parent

TABLES: Any = aiosql.from_path(FOLDER / "tables.sql", "asyncpg")
LETTERS: Any = aiosql.from_path(FOLDER / "letters.sql", "asyncpg")
