"""From GitHub's documents to the facts of a repository."""

from collections.abc import Mapping
from typing import Any

from events import RepositoryFacts
from ingest_github.json_fields import mapping, moment, text, texts, whole

NO_LICENCE = "NOASSERTION"
"""What GitHub says of a licence file that it does not recognise."""


def repository_facts(body: Any) -> RepositoryFacts | None:
    """Return the facts of a repository's document; None where it is none."""
    document = mapping(body)
    identifier, full_name = whole(document.get("id")), text(document.get("full_name"), 150)
    if identifier is None or full_name is None or "/" not in full_name:
        return None
    created = moment(document.get("created_at"))
    return RepositoryFacts(
        id=identifier,
        full_name=full_name,
        description=text(document.get("description"), 350),
        stars=_count(document, "stargazers_count"),
        forks=_count(document, "forks_count"),
        watchers=whole(document.get("subscribers_count")),
        issues_and_pulls=_count(document, "open_issues_count"),
        has_issues=document.get("has_issues") is not False,
        topics=texts(document.get("topics"), 50, 20),
        license=_licence(document.get("license")),
        language=text(document.get("language"), 50),
        homepage=text(document.get("homepage"), 300),
        archived=document.get("archived") is True,
        fork=document.get("fork") is True,
        created=created.date() if created else None,
        last_push=moment(document.get("pushed_at")),
    )


def _count(document: Mapping[str, Any], field: str) -> int:
    return max(whole(document.get(field)) or 0, 0)


def _licence(value: object) -> str | None:
    spdx = text(mapping(value).get("spdx_id"), 60)
    return None if spdx == NO_LICENCE else spdx
