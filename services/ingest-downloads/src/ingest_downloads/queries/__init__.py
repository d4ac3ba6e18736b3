"""The service's SQL, by name."""

from pathlib import Path
from typing import Any

import aiosql


def load(file_name: str) -> Any:
    """Give the named queries of one file; `queries.name.sql` is the text.

    The adapter named here leaves the text as it is: both sources bind parameters in their own
    notation, on the server.
    """
    return aiosql.from_path(
        Path(__file__).with_name(file_name), "sqlite3", mandatory_parameters=False
    )
