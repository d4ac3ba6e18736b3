"""The service's SQL, by name."""

from pathlib import Path

import aiosql


def load(file_name: str) -> dict[str, str]:
    """Return the statements of one file by name.

    The adapter named here leaves the text as it is: both sources bind parameters on the server,
    in their own notation.
    """
    queries = aiosql.from_path(
        Path(__file__).with_name(file_name), "sqlite3", mandatory_parameters=False
    )
    names = [name for name in queries.available_queries if not name.endswith("_cursor")]
    return {name: getattr(queries, name).sql.rstrip().rstrip(";") for name in names}
