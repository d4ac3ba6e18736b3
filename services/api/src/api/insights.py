"""The insight lists, as the scoring defines them."""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

import msgspec

from api.answers.package import Document
from api.database import QUERIES, Connection, Publication, Row, every
from api.problems import NotFoundError
from servicekit.explanation import unpack

ORDERS = {
    "downloads_last_month": "downloads",
    "momentum": "momentum",
    "dependents": "dependents",
    "stars": "stars",
    "star_surplus": "stars",
    "health": "health",
}
"""Fact that the scoring orders a list by, and the sort of lists that does the same."""
FIRST = 5
"""Packages shown of each list where all lists are shown."""
COMPARED: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


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
        """Give what a reader needs to know of it."""
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "rule": self.rule,
        }


def all_insights(publication: Publication) -> list[Insight]:
    """Give every list, in the scoring's order."""
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
    """Give the list of that name; raises `NotFoundError`."""
    for insight in all_insights(publication):
        if insight.name == name:
            return insight
    raise NotFoundError("There is no such insight.")


async def reasons(
    connection: Connection, publication: Publication, insight: Insight, rows: list[Row]
) -> dict[int, str | None]:
    """Give why each package is in the list, by its number: the rule that admits it."""
    ids = [row["package_id"] for row in rows]
    layout = publication.definitions["record"]
    known = {row["package_id"]: {"health": row["health"]} for row in rows}
    for row in await every(QUERIES.records(connection, package_ids=ids)):
        known[row["package_id"]] |= unpack(layout, row["explanation"]).values
    return {package_id: admitting(insight, facts) for package_id, facts in known.items()}


def admitting(insight: Insight, facts: Mapping[str, Any]) -> str | None:
    """Give the first rule whose comparisons of numbers hold; conditions on words are not seen."""
    for rule in insight.rules:
        if all(_holds(condition, facts) for condition in rule["when"]):
            because: str = rule["because"]
            return because
    return None


def _holds(condition: Document, facts: Mapping[str, Any]) -> bool:
    value = facts.get(condition["fact"])
    if condition["test"] == "unknown":
        return value is None
    if condition["test"] not in COMPARED:
        return True
    return value is not None and COMPARED[condition["test"]](value, condition["value"])
