"""What the routes work with."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from api.clock import Clock
from api.database import QUERIES, Connection, Database, Row
from api.downloads.scope import Subject, everything, of_package
from api.http.problems import NotFoundError, UnavailableError
from api.lists.advisories import read_reports
from api.lists.listing import Totals
from api.search.names import EVERYTHING, canonical
from api.search.typo_index import Spelling
from api.settings import Settings


@dataclass(frozen=True)
class Context:
    """The stores behind the routes, and the settings."""

    settings: Settings
    database: Database
    clock: Clock = field(default_factory=Clock)
    totals: Totals = field(default_factory=Totals)
    spelling: Spelling = field(default_factory=Spelling)
    export_places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        places = asyncio.Semaphore(self.settings.exports_at_once)
        object.__setattr__(self, "export_places", places)

    async def keep_names(self) -> None:
        """Read the names of a new generation before somebody searches in it."""
        with suppress(UnavailableError):
            await self.database.read(self.spelling.keep)


async def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


Stores = Annotated[Context, Depends(_context)]


async def listed(connection: Connection, name: str) -> Row:
    """Return the package's row of the read model; raises `NotFoundError`, which may warn of it."""
    wanted = canonical(name)
    row: Row | None = await QUERIES.listed(connection, name=wanted)
    if row is not None:
        return row
    reports = await read_reports(connection, wanted)
    if not reports:
        raise NotFoundError(f"There is no package named {wanted} here.")
    raise NotFoundError(
        f"{wanted} is not on PyPI. Code under this name was reported as malicious "
        f"({reports[0]['id']}): do not install it, and remove it where it is installed.",
        security={"status": "malicious"},
        advisories=reports,
    )


async def counted(connection: Connection, name: str) -> Subject:
    """Return what has downloads: a package, or everything; raises `NotFoundError`."""
    if name == EVERYTHING:
        return await everything(connection)
    return of_package(await listed(connection, name))
