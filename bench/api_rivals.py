"""What the api is measured against, on the same server: bare ASGI, and the plainest FastAPI.

Usage: api_rivals.py bare|plain PORT [DATABASE_URL]
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import asyncpg
from fastapi import FastAPI
from pydantic import BaseModel

from servicekit.serve import serve
from servicekit.settings import ServiceSettings

BODY = b'{"hello":"world"}'


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Answer everything with the same few bytes."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


class Recent(BaseModel):
    """Three sums."""

    last_day: int
    last_week: int
    last_month: int


class Row(BaseModel):
    """One day."""

    category: str
    date: date
    downloads: int


class RecentAnswer(BaseModel):
    """As pypistats.org."""

    data: Recent
    package: str
    type: str


class OverallAnswer(BaseModel):
    """As pypistats.org."""

    data: list[Row]
    package: str
    type: str


def plain(database_url: str) -> FastAPI:
    """Read the same tables for each request, the way a first draft would."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(database_url, min_size=4, max_size=8) as app.state.pool:
            yield

    app = FastAPI(lifespan=running)

    @app.get("/api/packages/{name}/recent")
    async def recent(name: str) -> RecentAnswer:
        row = await app.state.pool.fetchrow(
            "select last_day, last_week, last_month from package_list where name = $1", name
        )
        return RecentAnswer(data=Recent(**dict(row)), package=name, type="recent_downloads")

    @app.get("/api/packages/{name}/overall")
    async def overall(name: str) -> OverallAnswer:
        rows = await app.state.pool.fetch(
            "select m.month, m.days, m.mirrors from downloads_month m"
            " join package_list l using (package_id) where l.name = $1 and m.month >= $2"
            " order by m.month",
            name,
            date(2026, 1, 1),
        )
        days = [day for row in rows for day in _days(row)]
        data = [
            Row(category=category, date=day, downloads=count)
            for category, place in (("with_mirrors", 1), ("without_mirrors", 2))
            for day, count in ((each[0], each[place]) for each in days)
        ]
        return OverallAnswer(data=data, package=name, type="overall_downloads")

    return app


def _days(row: Any) -> list[tuple[date, int, int]]:
    every, mirrors = (_values(row[name]) for name in ("days", "mirrors"))
    pairs = zip(every, mirrors, strict=False)
    first = row["month"]
    return [(first + timedelta(days=n), a, a - b) for n, (a, b) in enumerate(pairs)]


def _values(packed: bytes) -> list[int]:
    width = packed[0]
    body = packed[1:]
    return [
        int.from_bytes(body[place : place + width], "little")
        for place in range(0, len(body), width)
    ]


if __name__ == "__main__":
    which, port, *more = sys.argv[1:]
    serve(bare if which == "bare" else plain(*more), ServiceSettings(http_port=int(port)))
