"""The page of one package: all that is known of it."""

from datetime import timedelta
from typing import Any

from api.answers.package import Document, listed, raw, repository, rounded
from api.answers.package import security as short_security
from api.database import QUERIES, Connection, Publication, Row, every
from api.downloads.history import read_days
from api.downloads.scope import of_package
from api.downloads.trend import read_trends
from events.day_range import DayRange

DEPENDENTS = 20
"""Dependents named, the most downloaded."""
FEW = 800
"""Dependents up to which all of them are looked at, some 4 ms; beyond, the list of packages is
walked."""
COUNTED = 10_000
"""Dependents by extras up to which they are counted: a test runner has more, in tens of ms."""
WALK = 8_000
"""Packages walked, the most downloaded first."""


async def package_page(connection: Connection, publication: Publication, row: Row) -> Document:
    """Read and give the whole page."""
    package_id = row["package_id"]
    facts = await QUERIES.facts(connection, package_id=package_id)
    findings = await every(QUERIES.findings(connection, package_id=package_id))
    lifted = await every(QUERIES.lifted_findings(connection, package_id=package_id))
    counts = await QUERIES.advisories_count(connection, package_id=package_id, name=row["name"])
    trends = await read_trends(connection, publication, [row])
    return {
        **listed(row, publication.rules_version, trends.get(package_id)),
        "previous_month": await _previous_month(connection, publication, row),
        "security": security(row, facts, findings) | {"history": [dict(each) for each in lifted]},
        "advisories": {"known": counts["known"], "open": counts["open"]},
        "repository": _repository(row, facts),
        **described(row, facts),
        "dependencies": await _dependencies(connection, package_id),
        "dependents_top": await _dependents(
            connection, row["name"], row["dependents"], extra=False
        ),
        **await _by_extra(connection, row["name"]),
        "star_history": await _stars(connection, publication, row),
        "history_from": row["first_day"],
        "freshness": {
            "downloads": facts["collected"],
            "pypi": facts["observed_at"],
            "github": row["repository_observed_at"],
            "security": facts["examined"],
        },
    }


def described(row: Row, facts: Row) -> Document:
    """Return what PyPI says of the package."""
    return {
        "requires_python": row["requires_python"],
        "license": row["license"],
        "keywords": list(row["keywords"] or []),
        "owners": list(facts["owners"]),
        "maintainers": list(facts["maintainers"]),
        "classifiers": list(facts["classifiers"]),
        "links": raw(facts["links"], "{}"),
        "releases": raw(facts["releases"], "[]"),
        "release_count": facts["release_count"],
        "first_release": row["first_release"],
        "yanked": facts["yanked"],
        "yanked_reason": facts["yanked_reason"],
        "status_reason": facts["status_reason"],
        "gone_since": facts["gone_since"],
    }


def security(row: Row, facts: Row, findings: list[Row]) -> Document:
    """Return what was found, and the version to go to."""
    return short_security(row) | {
        "safe_version": facts["safe_version"],
        "median_days_to_fix": facts["median_days_to_fix"],
        "findings": [
            dict(finding) | {"probability": rounded(finding["probability"], 3)}
            for finding in findings
        ],
    }


def _repository(row: Row, facts: Row) -> Document | None:
    known = repository(row)
    if known is None:
        return None
    more: dict[str, Any] = {
        name: facts[name]
        for name in (
            "description",
            "language",
            "homepage",
            "watchers",
            "open_pulls",
            "contributors",
            "commits_last_year",
            "fork",
        )
    }
    return (
        known
        | more
        | {
            "matched_by": facts["repository_reason"],
            "shared_by": facts["repository_shared_by"],
        }
    )


async def _dependencies(connection: Connection, package_id: int) -> list[Document]:
    rows = await every(QUERIES.dependencies(connection, package_id=package_id))
    return [
        {
            "name": row["requires"],
            "extra": row["extra"],
            "last_month": row["last_month"],
            "security": {"status": row["security_status"] or "unknown"},
        }
        for row in rows
    ]


async def _dependents(
    connection: Connection, name: str, known: int, *, extra: bool
) -> list[Document]:
    """Return the most downloaded packages that require this one: always, or with an extra."""
    asked = {"name": name, "extra": extra, "most": DEPENDENTS}
    found: list[Row] = []
    if known > FEW:
        found = await every(QUERIES.dependents_many(connection, **asked, walk=WALK))
    if known and len(found) < DEPENDENTS:
        found = await every(QUERIES.dependents_few(connection, **asked))
    return [{"name": each["name"], "last_month": each["last_month"]} for each in found]


async def _by_extra(connection: Connection, name: str) -> Document:
    known = await QUERIES.dependents_by_extra(connection, name=name, bound=COUNTED)
    return {
        "dependents_by_extra": known,
        "dependents_by_extra_top": await _dependents(connection, name, known, extra=True),
    }


async def _previous_month(connection: Connection, publication: Publication, row: Row) -> int | None:
    """Return the downloads of the 30 days before the last 30; None where days are missing."""
    last = publication.data_through
    if last is None or row["first_day"] is None:
        return None
    span = DayRange.between(last - timedelta(days=59), last - timedelta(days=30))
    days = [each.without for each in await read_days(connection, of_package(row), span)]
    known = [each for each in days if each is not None]
    return sum(known) if len(known) == len(days) else None


async def _stars(connection: Connection, publication: Publication, row: Row) -> list[Document]:
    if row["stars"] is None or publication.data_through is None:
        return []
    rows = await every(
        QUERIES.star_history(
            connection, repository_id=row["repository_id"], data_through=publication.data_through
        )
    )
    return [dict(each) for each in rows]
