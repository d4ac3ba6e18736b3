"""Scores explained, and the lists made of them."""

from fastapi import APIRouter, Response

from api.answers.body import answer
from api.answers.package import Document, momentum, rounded
from api.answers.package import health as short_health
from api.database import QUERIES, Connection, Publication, Row, every
from api.documents.base import documented
from api.documents.reports import InsightList, Insights
from api.documents.scores import Definitions, Score
from api.downloads.trend import read_trends
from api.lists.insights import FIRST, all_insights, one_insight, ordered, reasons
from api.lists.listing import Filters, Page, read_page
from api.routes.context import Stores, listed
from api.routes.parameters import Cursor, Limit, ListName, Name
from domain.explanation import explain

router = APIRouter()


@router.get("/api/packages/{name}/score", **documented(Score, "Scores, line by line", unknown=True))
async def score(stores: Stores, name: Name) -> Response:
    """Return every part of the health score and every label: inputs, dates, points, rules."""

    async def read(connection: Connection, publication: Publication) -> Document:
        row = await listed(connection, name)
        explained = await _explained(connection, publication, row)
        weeks = await every(QUERIES.score_history(connection, package_id=row["package_id"]))
        return {
            "package": row["name"],
            **explained,
            "momentum": momentum(row),
            "history": [
                {"week": each["week"], "health": rounded(each["health"], 1)} for each in weeks
            ],
        }

    return answer(*await stores.database.read(read))


async def _explained(connection: Connection, publication: Publication, row: Row) -> Document:
    """Return the explanation, or, of a package that was never scored, that there is none."""
    records = await every(QUERIES.records(connection, package_ids=[row["package_id"]]))
    if not records or not publication.definitions:
        nothing: Document = {"parts": [], "multipliers": []}
        health = short_health(row, publication.rules_version) | nothing
        nothing_else: Document = {"labels": [], "measures": [], "insights": []}
        ranks: Document = {"all": [], "topics": []}
        return {"health": health, "engagement": None, **nothing_else, "ranks": ranks}
    facts = await QUERIES.facts(connection, package_id=row["package_id"])
    observed = {
        "pypi": facts["observed_at"],
        "github": row["repository_observed_at"],
        "downloads": facts["collected"],
        "security": facts["examined"],
    }
    record, topics = records[0]["explanation"], list(row["topics"] or [])
    return explain(publication.definitions, record, observed, topics)


@router.get(
    "/api/definitions", **documented(Definitions, "How every score is made", tag="insights")
)
async def definitions(stores: Stores) -> Response:
    """Return the scoring's own definitions: inputs, parts, weights, rules, lists."""
    publication = await stores.database.publication()
    return answer(publication, publication.definitions)


@router.get("/api/insights", **documented(Insights, "All insight lists", tag="insights"))
async def insights(stores: Stores) -> Response:
    """Return every list: what it means, how long it is, and its first packages."""

    async def read(connection: Connection, publication: Publication) -> Document:
        counted = QUERIES.insight_counts(connection)
        counts = {row["insight"]: row["count"] async for row in counted}
        categories = []
        for insight in all_insights(publication):
            page = Page(Filters(insight=insight.name), insight.sort, limit=FIRST)
            rows, _ = await read_page(connection, page)
            packages = [ordered(row, publication.rules_version) for row in rows]
            count = counts.get(insight.name, 0)
            categories.append(insight.described() | {"count": count, "packages": packages})
        return {"categories": categories}

    return answer(*await stores.database.read(read))


@router.get(
    "/api/insights/{category}",
    **documented(InsightList, "One insight list", unknown=True, tag="insights"),
)
async def insight(
    stores: Stores,
    category: ListName,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Return the packages of a list in its order, each with the rule and numbers that admit it."""

    async def read(connection: Connection, publication: Publication) -> Document:
        known = one_insight(publication, category)
        page = Page(Filters(insight=known.name), known.sort, limit=limit, cursor=cursor)
        rows, following = await read_page(connection, page)
        why = await reasons(connection, publication, known, list(rows))
        trends = await read_trends(connection, publication, rows)
        return {
            "category": known.described(),
            "packages": [
                ordered(row, publication.rules_version, trends.get(row["package_id"]))
                | why[row["package_id"]]
                for row in rows
            ],
            "next": following,
            "total": await stores.totals.of(connection, publication, page.filters),
        }

    return answer(*await stores.database.read(read))
