"""The answer about many packages: what is known of each, and what deserves a look."""

from collections import defaultdict
from collections.abc import Iterable

from api.answers.package import Document, health
from api.database import QUERIES, Connection, Publication, Row, every
from api.lookup.affected import is_affected
from api.lookup.attention import order, reasons
from api.lookup.wanted import Reading, Wanted

SHOWN = 20
"""Advisories named of one package."""


async def look_up(connection: Connection, publication: Publication, reading: Reading) -> Document:
    """Return what is known of every package that was read, what deserves a look first."""
    names = sorted({each.name for each in reading.wanted})
    versions = [each.version for each in reading.wanted if each.version]
    rows = {row["name"]: row for row in await every(QUERIES.looked_up(connection, names=names))}
    advisories = await _advisories(connection, names)
    pairs = [each.name for each in reading.wanted if each.version]
    withdrawn = QUERIES.withdrawn(connection, names=pairs, versions=versions)
    yanked = {(row["name"], row["version"]) for row in await every(withdrawn)}
    found = [
        _package(
            each,
            rows.get(each.name),
            advisories[each.name],
            publication.rules_version,
            yanked=(each.name, each.version) in yanked,
        )
        for each in reading.wanted
    ]
    return {
        "packages": sorted(found, key=order),
        "unread": [
            {"line": each.line, "text": each.text, "reason": each.reason} for each in reading.unread
        ],
    }


async def _advisories(connection: Connection, names: list[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in await every(QUERIES.advisories_naming(connection, names=names)):
        found[row["name"]].append(row)
    return found


def _package(
    asked: Wanted,
    row: Row | None,
    advisories: Iterable[Row],
    rules: str | None,
    *,
    yanked: bool,
) -> Document:
    version = asked.version or (row["version"] if row else None)
    found: Document = {
        "name": asked.name,
        "asked": {"text": asked.text, "line": asked.line, "version": asked.version},
        "known": row is not None,
        "yanked": yanked,
        **(_known(row, rules) if row else _unknown(rules)),
    }
    holding = [each for each in advisories if _concerns(each, version, known=row is not None)]
    status = found["security"]["status"]
    if row is None and any(each["kind"] == "malicious" for each in holding):
        status = "malicious"
    found["security"] = {"status": status, "advisories": [_advisory(each) for each in holding]}
    found["security"]["advisories"] = found["security"]["advisories"][:SHOWN]
    return found | {"attention": reasons(found)}


def _concerns(advisory: Row, version: str | None, *, known: bool) -> bool:
    """Return whether an advisory is about this version; reports of a name that is gone all are."""
    if advisory["kind"] == "malicious" and not known:
        return True
    return is_affected(version, advisory["ranges"])


def _advisory(row: Row) -> Document:
    return {
        "id": row["advisory_id"],
        "kind": row["kind"],
        "severity": row["severity"],
        "summary": row["summary"],
        "url": row["url"],
        "fixed_in": list(row["fixed_in"]),
    }


def _known(row: Row, rules: str | None) -> Document:
    return {
        "display_name": row["display_name"],
        "version": row["version"],
        "released": row["released"],
        "downloads": {"last_month": row["last_month"], "rank": row["rank"]},
        "health": health(row, rules),
        "maintenance": row["maintenance"],
        "license": {"expression": row["license"], "class": row["license_class"]},
        "project_status": row["project_status"],
        "security": {"status": row["security_status"]},
    }


def _unknown(rules: str | None) -> Document:
    return {
        "display_name": None,
        "version": None,
        "released": None,
        "downloads": {"last_month": None, "rank": None},
        "health": {"score": None, "confidence": None, "rules_version": rules},
        "maintenance": "unknown",
        "license": {"expression": None, "class": "unknown"},
        "project_status": "unknown",
        "security": {"status": "unknown"},
    }
