"""Lists, comparisons and search."""

from typing import Any

from fastapi import APIRouter, Response

from api.answers.body import answer
from api.answers.package import Document
from api.answers.package import listed as as_listed
from api.database import QUERIES, Connection, Publication, every
from api.documents.base import documented
from api.documents.packages import Comparison, Facets, PackageList
from api.documents.reports import SearchResult
from api.downloads.trend import read_trends
from api.http.problems import InvalidRequestError
from api.lists import cursors
from api.lists.cursors import SearchCursor
from api.lists.listing import Filters, Page, read_page
from api.routes.context import Stores
from api.routes.parameters import (
    Cadence,
    Category,
    Cursor,
    License,
    Limit,
    Maintenance,
    Many,
    MinDownloads,
    MinStars,
    Names,
    Order,
    PartOfName,
    Python,
    Sorted,
    Topic,
    Typed,
)
from api.search import search as searching
from api.search.names import canonical_or_same

router = APIRouter()
COMPARED = 10
"""Packages side by side."""
MANY = 100
"""Packages that can be named at once."""


@router.get("/api/packages", **documented(PackageList, "Leaderboards and lists"))
async def packages(
    *,
    stores: Stores,
    sort: Sorted = "downloads",
    order: Order = "desc",
    category: Category = None,
    maintenance: Maintenance = None,
    license: License = None,  # noqa: A002 - its name in addresses
    python: Python = None,
    topic: Topic = None,
    cadence: Cadence = None,
    min_downloads: MinDownloads = None,
    min_stars: MinStars = None,
    q: PartOfName = None,
    names: Many = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Return packages by rank of what you choose, flagged ones left out; or those that you name."""
    filters = Filters(
        category=category,
        maintenance=maintenance,
        license=license,
        python=python,
        topic=topic,
        cadence=cadence,
        min_downloads=min_downloads,
        min_stars=min_stars,
        q=q,
    )
    page = Page(filters, sort, order, limit, cursor)
    if names is not None:
        if page != Page(Filters()):
            raise InvalidRequestError("`names` goes alone: it is no filter of a list.")
        return await _named(stores, _names_of(names, MANY))
    publication, document = await stores.database.read(
        lambda connection, publication: list_document(stores, connection, publication, page)
    )
    return answer(publication, document)


async def _named(stores: Stores, names: list[str]) -> Response:
    """Return the packages of these names, flagged ones too, and the names that none has."""
    publication, found, missing = await _side_by_side(stores, names)
    document = {"packages": found, "next": None, "total": len(found), "missing": missing}
    return answer(publication, document)


def _names_of(text: str, most: int) -> list[str]:
    """Return each name once, in its order; raises `InvalidRequestError` for none or too many."""
    wanted = list(dict.fromkeys(canonical_or_same(each.strip()) for each in text.split(",")))
    wanted = [name for name in wanted if name]
    if not 1 <= len(wanted) <= most:
        raise InvalidRequestError(f"Between 1 and {most} names, please.")
    return wanted


async def list_document(
    stores: Stores, connection: Connection, publication: Publication, page: Page
) -> Document:
    """Return one page of a list."""
    rows, following = await read_page(connection, page)
    trends = await read_trends(connection, publication, rows)
    total = await stores.totals.of(connection, publication, page.filters)
    return {
        "packages": [
            as_listed(row, publication.rules_version, trends.get(row["package_id"])) for row in rows
        ],
        "next": following,
        "total": total,
    }


@router.get("/api/facets", **documented(Facets, "Packages by label"))
async def facets(
    *,
    stores: Stores,
    category: Category = None,
    maintenance: Maintenance = None,
    license: License = None,  # noqa: A002 - its name in addresses
    python: Python = None,
    cadence: Cadence = None,
) -> Response:
    """Return how many packages each value of a filter leaves beside the filters on other labels."""
    chosen = {
        "category": category,
        "maintenance": maintenance,
        "license": license,
        "python": python,
        "cadence": cadence,
    }

    async def read(connection: Connection, _: Publication) -> Document:
        found: dict[str, list[Document]] = {label: [] for label in chosen}
        async for row in QUERIES.facets(connection, **chosen):
            found[row["label"]].append({"value": row["value"], "packages": row["packages"]})
        return {"facets": found}

    return answer(*await stores.database.read(read))


@router.get("/api/search", **documented(SearchResult, "Find packages", limit_class="search"))
async def search(
    *,
    stores: Stores,
    q: Typed,
    category: Category = None,
    maintenance: Maintenance = None,
    license: License = None,  # noqa: A002 - its name in addresses
    python: Python = None,
    topic: Topic = None,
    cadence: Cadence = None,
    min_downloads: MinDownloads = None,
    min_stars: MinStars = None,
    cursor: Cursor = None,
) -> Response:
    """Return what was likeliest meant: by name, by import name, by words; much used ones first.

    Names that are flagged are found as well, and marked, unless the search is narrowed.
    """
    filters = Filters(
        category=category,
        maintenance=maintenance,
        license=license,
        python=python,
        topic=topic,
        cadence=cadence,
        min_downloads=min_downloads,
        min_stars=min_stars,
    )
    start = cursors.decode(cursor, SearchCursor).start if cursor else 0
    asked = searching.Asked(q, filters, start)

    async def find(connection: Connection, publication: Publication) -> searching.Results:
        vocabulary = await stores.spelling.vocabulary(connection, publication)
        return await searching.search(connection, asked, vocabulary)

    publication, found = await stores.database.read(find)
    return answer(publication, _search_document(asked, found))


def _search_document(asked: searching.Asked, found: searching.Results) -> Document:
    end = asked.start + searching.MOST
    return {
        "packages": found.packages,
        "query": asked.query,
        "next": cursors.encode(SearchCursor(end)) if end < found.total else None,
        "total": found.total,
        "nearest": found.nearest,
    }


@router.get("/api/compare", **documented(Comparison, "Packages side by side"))
async def compare(stores: Stores, names: Names) -> Response:
    """Return the packages in the order asked for; unknown names are listed in `missing`."""
    publication, found, missing = await _side_by_side(stores, _names_of(names, COMPARED))
    return answer(publication, {"packages": found, "missing": missing})


async def _side_by_side(
    stores: Stores, wanted: list[str]
) -> tuple[Publication, list[Document], list[str]]:
    """Return the packages of these names in their order, and the names that no package has."""

    async def read(connection: Connection, _: Publication) -> list[Any]:
        rows: list[Any] = await every(QUERIES.listed_many(connection, names=wanted))
        return rows

    publication, rows = await stores.database.read(read)
    by_name = {
        row["name"]: as_listed(row, publication.rules_version)
        | {"first_release": row["first_release"]}
        for row in rows
    }
    found = [by_name[name] for name in wanted if name in by_name]
    return publication, found, [name for name in wanted if name not in by_name]
