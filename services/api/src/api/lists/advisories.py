"""The advisory catalogue."""

from datetime import UTC, date, datetime, time

import msgspec

from api.answers.package import Columns, Document, raw, rounded
from api.database import QUERIES, Connection, Row, every
from api.http.problems import InvalidRequestError
from api.lists import cursors
from api.lists.cursors import AdvisoryCursor


class Asked(msgspec.Struct, frozen=True):
    """What is asked of the catalogue."""

    kind: str | None = None
    severity: str | None = None
    since: date | None = None
    package: str | None = None
    """Canonical name, also of one that PyPI no longer has."""
    limit: int = 50
    cursor: str | None = None


async def read_catalogue(connection: Connection, asked: Asked) -> Document:
    """Return one page, the newest first, undated ones last."""
    rows = await newest_advisories(connection, asked)
    total = await QUERIES.advisory_count(connection, **_filters(asked))
    page = rows[: asked.limit]
    following = _place(page[-1]) if len(rows) > asked.limit else None
    return {
        "advisories": [catalogued(row) for row in page],
        "next": following,
        "total": total,
        "counts": [dict(each) for each in await every(QUERIES.advisory_counts(connection))],
    }


def _filters(asked: Asked) -> Document:
    since = asked.since and datetime.combine(asked.since, time.min, UTC)
    return {
        "kind": asked.kind,
        "severity": asked.severity,
        "since": since,
        "package": asked.package,
    }


async def newest_advisories(connection: Connection, asked: Asked) -> list[Row]:
    """Read one page and one row more."""
    after = cursors.decode(asked.cursor, AdvisoryCursor) if asked.cursor else None
    published = _moment(after.published) if after and after.published else None
    return await every(
        QUERIES.advisory_page(
            connection,
            **_filters(asked),
            published=published,
            undated=after is not None and published is None,
            advisory_id=after.advisory_id if after else "",
            most=asked.limit + 1,
        )
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequestError("The cursor is none of this list.") from error
    if moment.tzinfo is None:
        raise InvalidRequestError("The cursor is none of this list.")
    return moment


def _place(row: Columns) -> str:
    published = row["published"].isoformat() if row["published"] else None
    return cursors.encode(AdvisoryCursor(published, row["advisory_id"]))


def catalogued(row: Columns) -> Document:
    """Return an advisory as the catalogue lists it, with at most 20 of its packages."""
    return _common(row) | {"packages": raw(row["packages"], "[]")}


async def read_of_package(connection: Connection, package: Row) -> list[Document]:
    """Return every advisory that names a package."""
    rows = await every(
        QUERIES.advisories_of(connection, name=package["name"], package_id=package["package_id"])
    )
    return [
        _common(row)
        | {
            "details": row["details"],
            "ranges": list(row["ranges"]),
            "fixed_in": list(row["fixed_in"]),
            "affects_latest": row["affects_latest"],
        }
        for row in rows
    ]


async def read_reports(connection: Connection, name: str) -> list[Document]:
    """Return the reports of malicious code under a name, also one that PyPI no longer has."""
    return [dict(row) for row in await every(QUERIES.malicious_reports(connection, name=name))]


def _common(row: Columns) -> Document:
    return {
        "id": row["advisory_id"],
        "aliases": list(row["aliases"]),
        "kind": row["kind"],
        "severity": row["severity"],
        "score": rounded(row["score"], 1),
        "summary": row["summary"],
        "url": row["url"],
        "published": row["published"],
        "modified": row["modified"],
    }
