"""What downloads are asked of: one package, or the whole ecosystem."""

from datetime import date

import msgspec

from api.answers.package import Columns
from api.database import QUERIES, Connection
from api.search.names import EVERYTHING


class Subject(msgspec.Struct, frozen=True):
    """Whose days and labels are read."""

    name: str
    package_id: int | None
    """None: all packages together."""
    first_day: date | None
    """First day with a download, as far as is known."""


def of_package(row: Columns) -> Subject:
    """Return the subject of a row of the read model."""
    return Subject(row["name"], row["package_id"], row["first_day"])


async def everything(connection: Connection) -> Subject:
    """Return the whole ecosystem."""
    return Subject(EVERYTHING, None, await QUERIES.first_source_day(connection))
