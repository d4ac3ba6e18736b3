"""Lists: filters combined, keyset pages, nulls last, ties by name."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from api.database import QUERIES, Connection, Publication, Row
from api.http.problems import InvalidRequestError
from api.lists import cursors
from api.lists.cursors import ListCursor

BIGGEST = 2**63 - 1
"""What PostgreSQL's bigint holds."""


LISTED = "package_list"
"""The read model."""


class Sort(msgspec.Struct, frozen=True):
    """A column that lists can be ordered by."""

    column: str
    nullable: bool
    kind: str
    """PostgreSQL's name of its type."""
    source: str = LISTED
    """What has the column."""


SORTS = {
    "downloads": Sort("last_month", nullable=False, kind="bigint"),
    "stars": Sort("stars", nullable=True, kind="bigint"),
    "momentum": Sort("momentum", nullable=True, kind="real"),
    "health": Sort("health", nullable=True, kind="real"),
    "dependents": Sort("dependents", nullable=False, kind="bigint"),
    "star_surplus": Sort(
        "star_surplus",
        nullable=True,
        kind="real",
        source="package_list join (select package_id, star_surplus from scores) scores"
        " using (package_id)",
    ),
}
"""The last one orders an insight list alone: it has no index, so that all packages cannot be
ordered by it."""


COLUMNS: str = QUERIES.list_columns.sql.strip().removeprefix("select").rstrip(";")
"""Columns of a list's rows."""


class Filters(msgspec.Struct, frozen=True):
    """What a list is narrowed to; None: not narrowed."""

    category: str | None = None
    maintenance: str | None = None
    license: str | None = None
    python: str | None = None
    topic: str | None = None
    cadence: str | None = None
    min_downloads: int | None = None
    min_stars: int | None = None
    q: str | None = None
    insight: str | None = None


CONDITIONS = {
    "category": "category = {}",
    "maintenance": "maintenance = {}",
    "license": "license_class = {}",
    "python": "python_support = {}",
    "cadence": "cadence = {}",
    "topic": "topics @> array[{}::text]",
    "min_downloads": "last_month >= {}",
    "min_stars": "stars >= {}",
    "q": "name like {}",
    "insight": "insights @> array[{}::text]",
}
"""SQL of each filter; the value goes in as a parameter."""


class Page(msgspec.Struct, frozen=True):
    """What is asked for."""

    filters: Filters
    sort: str = "downloads"
    order: str = "desc"
    limit: int = 50
    cursor: str | None = None


class _Query:
    """A statement as it grows: conditions in words, values as parameters."""

    def __init__(self, filters: Filters) -> None:
        self.values: list[Any] = []
        self.conditions = ["not flagged"]
        for name, value in narrowing(filters).items():
            self.conditions.append(CONDITIONS[name].format(self.parameter(value)))

    def parameter(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, *more: str) -> str:
        return " and ".join([*self.conditions, *more])


def narrowing(filters: Filters) -> dict[str, Any]:
    """Return the filters that are set, as their SQL wants them."""
    given = {key: value for key, value in msgspec.structs.asdict(filters).items() if value}
    if "q" in given:
        escaped = given["q"].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        given["q"] = f"%{escaped.lower()}%"
    return given


def narrowed(filters: Filters, template: str) -> tuple[str, list[Any]]:
    """Return a statement narrowed to the filters, and its values but the last: the ids' own."""
    query = _Query(filters)
    where = query.where()
    ids = f"${len(query.values) + 1}"
    return template.format(where=where, ids=ids), query.values


async def read_page(connection: Connection, page: Page) -> tuple[Sequence[Row], str | None]:
    """Return one page of rows and the cursor of the next one, or None at the end."""
    sort = SORTS[page.sort]
    query = _Query(page.filters)
    after = _checked(page) if page.cursor else None
    statement = _statement(query, sort, page, after)
    rows = await connection.fetch(statement, *query.values)
    if len(rows) <= page.limit:
        return rows, None
    last = rows[page.limit - 1]
    place = ListCursor(page.sort, page.order, last[sort.column], last["name"])
    return rows[: page.limit], cursors.encode(place)


def _checked(page: Page) -> ListCursor:
    """Read the cursor and see that it belongs to this list."""
    place = cursors.decode(page.cursor or "", ListCursor)
    sort = SORTS[page.sort]
    if (place.sort, place.order) != (page.sort, page.order):
        raise InvalidRequestError("The cursor belongs to another order of the list.")
    if place.value is None and sort.nullable:
        return place
    fits = isinstance(place.value, int if sort.kind == "bigint" else (int, float))
    if not fits or isinstance(place.value, bool) or abs(place.value) > BIGGEST:  # type: ignore[arg-type]
        raise InvalidRequestError("The cursor is none of this list.")
    return place


def _statement(query: _Query, sort: Sort, page: Page, after: ListCursor | None) -> str:
    """Put the page together from parts that each start at their place in an index.

    After a place come its ties by name, then the values beyond it, then the nulls.
    """
    # As the indexes have it: PostgreSQL uses none whose nulls stand elsewhere, even without nulls.
    order = f"{sort.column} {page.order}{' nulls last' if sort.nullable else ''}, name"
    if after is None:
        return _part(sort, query.where(), order, page.limit)
    name = query.parameter(after.name)
    if after.value is None:
        where = query.where(f"{sort.column} is null", f"name > {name}")
        return _part(sort, where, order, page.limit)
    value = f"{query.parameter(after.value)}::{sort.kind}"
    beyond = "<" if page.order == "desc" else ">"
    parts = [
        _part(sort, query.where(f"{sort.column} = {value}", f"name > {name}"), "name", page.limit),
        _part(sort, query.where(f"{sort.column} {beyond} {value}"), order, page.limit),
    ]
    if sort.nullable:
        parts.append(_part(sort, query.where(f"{sort.column} is null"), order, page.limit))
    union = " union all ".join(f"({part})" for part in parts)
    return f"select * from ({union}) parts order by {order} limit {page.limit + 1}"


def _part(sort: Sort, where: str, order: str, limit: int) -> str:
    template: str = QUERIES.list_page.sql
    columns = COLUMNS if sort.source == LISTED else f"{COLUMNS}, {sort.column}"
    return (
        template.rstrip()
        .rstrip(";")
        .format(columns=columns, source=sort.source, where=where, order=order, limit=limit + 1)
    )


class Totals:
    """How many packages each list has; counted once a generation and process."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._known: OrderedDict[tuple[int, Filters], int] = OrderedDict()

    async def of(self, connection: Connection, publication: Publication, filters: Filters) -> int:
        """Return the list's whole length."""
        key = (publication.generation, filters)
        if key not in self._known:
            self._known[key] = await self._count(connection, filters)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return self._known[key]

    async def _count(self, connection: Connection, filters: Filters) -> int:
        query = _Query(filters)
        statement = QUERIES.list_count.sql.format(where=query.where())
        count: int = await connection.fetchval(statement, *query.values)
        return count
