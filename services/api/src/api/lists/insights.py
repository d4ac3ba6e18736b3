"""The insight lists, as the scoring defines them."""

import msgspec

from api.answers.package import Document, listed, rounded
from api.database import QUERIES, Connection, Publication, Row, every
from api.http.problems import NotFoundError
from domain.explanation import admission

ORDERS = {
    "downloads_last_month": "downloads",
    "momentum": "momentum",
    "dependents": "dependents",
    "stars": "stars",
    "star_surplus": "star_surplus",
    "health": "health",
}
"""Fact that the scoring orders a list by, and the sort of lists that does the same."""
FIRST = 5
"""Packages shown of each list where all lists are shown."""


class Insight(msgspec.Struct, frozen=True):
    """One list."""

    name: str
    title: str
    meaning: str
    rules: list[Document]
    sort: str

    @property
    def rule(self) -> str:
        """Who belongs to it, in words."""
        return "; or ".join(rule["because"] for rule in self.rules)

    def described(self) -> Document:
        """Return what a reader needs to know of it."""
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "rule": self.rule,
            "sort": self.sort,
        }


def all_insights(publication: Publication) -> list[Insight]:
    """Return every list, in the scoring's order."""
    return [
        Insight(
            name=defined["name"],
            title=defined["title"],
            meaning=defined["meaning"],
            rules=defined.get("rules", []),
            sort=ORDERS.get(defined.get("order", ""), "downloads"),
        )
        for defined in publication.definitions.get("insights", [])
    ]


def one_insight(publication: Publication, name: str) -> Insight:
    """Return the list of that name; raises `NotFoundError`."""
    for insight in all_insights(publication):
        if insight.name == name:
            return insight
    raise NotFoundError("There is no such insight.")


def ordered(row: Row, rules_version: str | None, trend: list[int | None] | None = None) -> Document:
    """Return a package as lists show it, with what its list is ordered by where no list else is."""
    surplus = row.get("star_surplus")
    more = {} if surplus is None else {"star_surplus": rounded(surplus, 2)}
    return listed(row, rules_version, trend) | more


async def reasons(
    connection: Connection, publication: Publication, insight: Insight, rows: list[Row]
) -> dict[int, Document]:
    """Return why each package is in the list, by its number: the rule and the numbers it met."""
    ids = [row["package_id"] for row in rows]
    records = await every(QUERIES.records(connection, package_ids=ids))
    found = {
        each["package_id"]: admission(publication.definitions, each["explanation"], insight.name)
        for each in records
    }
    return {each: _reason(found.get(each)) for each in ids}


def _reason(admitted: Document | None) -> Document:
    if admitted is None:
        return {"why": None, "why_inputs": []}
    return {"why": admitted["explanation"], "why_inputs": admitted["inputs"]}
