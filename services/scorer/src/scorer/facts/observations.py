"""Facts of packages and repositories, as they were observed, into their tables."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from events import Outcome, PackageFacts, PackageObservation, RepositoryObservation
from scorer import queries
from scorer.postgres.jsonb import to_json
from scorer.queries import fetch
from scorer.runs.inbox import Connection

_AS_IS = (
    "display_name",
    "version",
    "summary",
    "released",
    "first_release",
    "release_count",
    "releases_last_year",
    "yanked",
    "yanked_reason",
    "requires_python",
    "minimum_python",
    "development_status",
    "license",
    "license_class",
    "project_status",
    "status_reason",
    "classifiers",
    "keywords",
    "import_names",
    "owners",
    "organization",
    "maintainers",
    "vulnerabilities",
)
DEEP_FACTS = ("releases", "commits_last_year", "contributors")
"""Facts that cost requests of their own; any of them tells that they were asked for."""


async def store_packages(connection: Connection, observed: list[PackageObservation]) -> None:
    """Store each look at a package: new facts, the old ones confirmed, or why there are none."""
    changed = [each for each in observed if each.outcome is Outcome.OK and each.facts is not None]
    emptied = [
        each for each in observed if each.outcome is Outcome.EMPTY and each.facts is not None
    ]
    confirmed = [each for each in observed if each.outcome is Outcome.UNCHANGED]
    failed = [
        each for each in observed if each.facts is None and each.outcome is not Outcome.UNCHANGED
    ]
    await queries.packages.store_facts(connection, [_facts_row(each) for each in changed])
    await queries.packages.store_status(connection, [_status_row(each) for each in emptied])
    await queries.packages.confirm_facts(
        connection,
        [
            {
                "name": each.name,
                "outcome": each.outcome,
                "observed_at": each.observed_at,
                "serial": each.serial,
                "page_etag": each.page_etag,
                "project_status": each.status.status if each.status else None,
                "status_reason": each.status.reason if each.status else None,
            }
            for each in confirmed
        ],
    )
    await queries.packages.note_failure(
        connection,
        [
            {
                "name": each.name,
                "outcome": each.outcome,
                "reason": each.reason,
                "observed_at": each.observed_at,
            }
            for each in failed
        ],
    )
    await _store_dependencies(connection, changed)


def _facts_row(observation: PackageObservation) -> dict[str, Any]:
    facts, choice = observation.facts, observation.repository
    assert facts is not None  # noqa: S101 - the caller chose those with facts
    return {
        **{name: getattr(facts, name) for name in _AS_IS},
        "links": to_json(facts.links),
        "releases": to_json(facts.releases),
        "name": observation.name,
        "outcome": observation.outcome,
        "observed_at": observation.observed_at,
        "etag": observation.etag,
        "page_etag": observation.page_etag,
        "serial": observation.serial,
        "repository_name": choice.full_name if choice else None,
        "repository_confidence": choice.confidence if choice else None,
        "repository_reason": choice.reason if choice else None,
        "repository_resemblance": choice.resemblance if choice else None,
        "repository_directory": choice.directory if choice else None,
    }


def _status_row(observation: PackageObservation) -> dict[str, Any]:
    facts = observation.facts
    assert facts is not None  # noqa: S101 - the caller chose those with facts
    return {
        "name": observation.name,
        "outcome": observation.outcome,
        "reason": observation.reason,
        "observed_at": observation.observed_at,
        "serial": observation.serial,
        "page_etag": observation.page_etag,
        "display_name": facts.display_name,
        "project_status": facts.project_status,
        "status_reason": facts.status_reason,
    }


async def _store_dependencies(connection: Connection, changed: list[PackageObservation]) -> None:
    rows = await fetch(queries.packages.ids(connection, names=[each.name for each in changed]))
    ids = {row["name"]: row["package_id"] for row in rows}
    await queries.packages.forget_dependencies(connection, ids=list(ids.values()))
    edges = [
        (ids[each.name], requires, extra)
        for each in changed
        if each.facts is not None and each.name in ids
        for requires, extra in _dependencies(each.facts)
    ]
    await queries.packages.store_dependencies(
        connection,
        ids=[edge[0] for edge in edges],
        requires=[edge[1] for edge in edges],
        extra=[edge[2] for edge in edges],
    )


def _dependencies(facts: PackageFacts) -> Iterable[tuple[str, bool]]:
    """Each required name once; one that is required without an extra counts as such."""
    required = dict.fromkeys(facts.extra_dependencies, True)
    required.update((name, False) for name in facts.dependencies)
    return required.items()


async def store_repositories(
    connection: Connection, observed: list[RepositoryObservation], day: date
) -> None:
    """Store each look at a repository, and its stars and forks of the day."""
    answered = [each for each in observed if each.facts is not None]
    unchanged = [each for each in observed if each.outcome is Outcome.UNCHANGED]
    lost = [
        each for each in observed if each.facts is None and each.outcome is not Outcome.UNCHANGED
    ]
    await queries.packages.store_repository(connection, _repository_rows(answered))
    await queries.packages.store_stars(connection, [_stars_row(e, day) for e in answered])
    await queries.packages.link_repository(connection, [_link_row(e) for e in answered])
    await _confirm_repositories(connection, unchanged, day)
    await queries.packages.note_repository(connection, [_note_row(each) for each in lost])
    await queries.packages.date_lost_repository(
        connection,
        [
            {"package": e.package, "outcome": e.outcome, "reason": e.reason, "day": day}
            for e in lost
            if e.outcome in (Outcome.GONE, Outcome.BLOCKED)
        ],
    )


def _repository_rows(answered: list[RepositoryObservation]) -> list[dict[str, Any]]:
    """One row a repository, in one order, so that two batches never wait for each other."""
    rows = {}
    for each in answered:
        assert each.facts is not None  # noqa: S101 - the caller chose those with facts
        facts = msgspec.structs.asdict(each.facts)
        deep = any(facts[name] is not None for name in DEEP_FACTS)
        rows[each.facts.id] = facts | {
            "repository_id": facts.pop("id"),
            "etag": each.etag,
            "observed_at": each.observed_at,
            "deep_observed_at": each.observed_at if deep else None,
            "outcome": each.outcome,
        }
    return [rows[key] for key in sorted(rows)]


def _stars_row(observation: RepositoryObservation, day: date) -> dict[str, Any]:
    facts = observation.facts
    assert facts is not None  # noqa: S101 - the caller chose those with facts
    return {"repository_id": facts.id, "day": day, "stars": facts.stars, "forks": facts.forks}


def _link_row(observation: RepositoryObservation) -> dict[str, Any]:
    facts = observation.facts
    assert facts is not None  # noqa: S101 - the caller chose those with facts
    return _note_row(observation) | {"repository_id": facts.id}


def _note_row(observation: RepositoryObservation) -> dict[str, Any]:
    return {
        "package": observation.package,
        "asked": observation.asked,
        "outcome": observation.outcome,
        "reason": observation.reason,
        "observed_at": observation.observed_at,
    }


async def _confirm_repositories(
    connection: Connection, unchanged: list[RepositoryObservation], day: date
) -> None:
    if not unchanged:
        return
    names = [each.package for each in unchanged]
    newest = max(each.observed_at for each in unchanged)
    await queries.packages.confirm_repositories(connection, packages=names, observed_at=newest)
    await queries.packages.repeat_stars(connection, packages=names, day=day)
    await queries.packages.note_repository(connection, [_note_row(each) for each in unchanged])
