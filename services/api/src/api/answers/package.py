"""A package, in lists and on its own page."""

from typing import Any, Protocol

import msgspec

from domain.confidence import word

Document = dict[str, Any]


class Columns(Protocol):
    """A row, by names of columns."""

    def __getitem__(self, key: str, /) -> Any: ...


def listed(
    row: Columns, rules_version: str | None, trend: list[int | None] | None = None
) -> Document:
    """Return a package as lists show it, from a row of the read model and what was read beside."""
    return {
        "name": row["name"],
        "display_name": row["display_name"],
        "summary": row["summary"],
        "version": row["version"],
        "released": row["released"],
        "downloads": downloads(row),
        "with_mirrors": with_mirrors(row),
        "momentum": momentum(row),
        "health": health(row, rules_version),
        "labels": labels(row),
        "repository": repository(row),
        "dependents": row["dependents"],
        "project_status": row["project_status"],
        "security": security(row),
        "stale": row["stale"],
        "trend": trend or [],
        "sparkline": list(row["sparkline"] or []),
    }


def downloads(row: Columns) -> Document:
    """Return the counts without mirrors."""
    return {period: row[period] for period in ("last_day", "last_week", "last_month", "total")} | {
        "rank": row["rank"]
    }


def with_mirrors(row: Columns) -> Document:
    """Return the counts of all installers, mirrors included; the rank is that of the others."""
    return {
        period: row[f"all_{period}"] for period in ("last_day", "last_week", "last_month", "total")
    } | {"rank": row["rank"]}


def momentum(row: Columns) -> Document:
    """Return how a package's downloads move against the market."""
    return {
        "score": rounded(row["momentum"], 4),
        "week_over_week": rounded(row["week_over_week"], 4),
        "enough_data": row["enough_data"],
    }


def health(row: Columns, rules_version: str | None) -> Document:
    """Return the health score and how sure it is."""
    return {
        "score": rounded(row["health"], 1),
        "confidence": word(row["health_confidence"]),
        "rules_version": rules_version,
    }


def labels(row: Columns) -> Document:
    """Return the labels."""
    return {
        "maintenance": row["maintenance"],
        "category": row["category"],
        "python": row["python_support"],
        "license": row["license_class"],
        "cadence": row["cadence"],
        "contributor_risk": row["contributor_risk"],
    }


def repository(row: Columns) -> Document | None:
    """Return what is known of the repository, or None where none is matched."""
    if row["stars"] is None:
        return None
    return {
        "full_name": row["repository"],
        "stars": row["stars"],
        "forks": row["forks"],
        "open_issues": row["open_issues"],
        "topics": list(row["topics"] or []),
        "last_commit": row["last_commit"],
        "last_push": row["last_push"],
        "archived": row["archived"],
        "confidence": rounded(row["repository_confidence"], 2),
        "observed_at": row["repository_observed_at"],
    }


def security(row: Columns) -> Document:
    """Return the gravest open finding, and how grave a flaw of the latest version is."""
    vulnerable = row["security_status"] == "vulnerable"
    return {
        "status": row["security_status"],
        "severity": row["security_severity"] if vulnerable else None,
    }


def found(row: Columns) -> Document:
    """Return one search result; the search adds how it matched."""
    return {
        "name": row["name"],
        "display_name": row["display_name"],
        "summary": row["summary"],
        "downloads": {"last_month": row["last_month"]},
        "project_status": row["project_status"],
        "security": security(row),
        "stale": row["stale"],
    }


def rounded(value: float | None, digits: int) -> float | None:
    """Return the number without the noise of its storage."""
    return None if value is None else round(value, digits)


def raw(stored: str | None, empty: str) -> msgspec.Raw:
    """Return stored JSON to be put into a document as it is."""
    return msgspec.Raw((stored or empty).encode())
