"""GitHub's GraphQL API: many repositories in one question."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import msgspec
from graphql import ExecutionResult, GraphQLError, build_schema, graphql_sync

from simulators.github import counting
from simulators.github.limits import Standing
from simulators.github.store import Repository, RepositoryStore

SCHEMA = build_schema((files("simulators.github") / "schema.graphql").read_text(encoding="utf-8"))

NOT_FOUND = "Could not resolve to a Repository with the name '{}'."


class Question(msgspec.Struct):
    """Body of `POST /graphql`."""

    query: str
    variables: dict[str, Any] = {}


class Answers:
    """The root of one question: what its fields resolve to."""

    def __init__(self, store: RepositoryStore, now: datetime, standing: Standing) -> None:
        self._store = store
        self._now = now
        self._standing = standing

    def ask(self, question: Question) -> dict[str, Any]:
        """The answer in GraphQL's form; a part that fails is null and named in `errors`."""
        result: ExecutionResult = graphql_sync(
            SCHEMA, question.query, root_value=self, variable_values=question.variables
        )
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [_told(error) for error in result.errors]
        return answer

    def repository(self, _info: Any, owner: str, name: str) -> dict[str, Any]:
        """A repository by its present or a former name."""
        full_name = f"{owner}/{name}"
        found = self._store.named(full_name) or self._store.moved(full_name)
        if found is None:
            raise GraphQLError(NOT_FOUND.format(full_name), extensions={"type": "NOT_FOUND"})
        return repository_fields(found, self._now)

    def search(self, _info: Any, query: str, **_limits: Any) -> dict[str, int]:
        """How many issues or pull requests of one repository a search finds."""
        found = self._store.searched(query)
        return {"issueCount": counting.found_by(found, query) if found else 0}

    def rateLimit(self, _info: Any) -> dict[str, Any]:  # noqa: N802 - GraphQL's own spelling
        """What the question cost and what is left."""
        standing = self._standing
        reset = datetime.fromtimestamp(standing.reset, UTC)
        return {
            "limit": standing.limit,
            "cost": 1,
            "used": standing.used,
            "remaining": standing.remaining,
            "resetAt": reset.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def _told(error: GraphQLError) -> dict[str, Any]:
    """An error as GitHub tells it: what others put under `extensions` stands beside the message."""
    told: dict[str, Any] = {"message": error.message, **(error.extensions or {})}
    return {**told, "path": error.path} if error.path else told


def repository_fields(found: Repository, now: datetime) -> dict[str, Any]:
    """A repository's fields by GraphQL's names."""
    document = msgspec.json.decode(found.document)
    facts = found.facts
    open_issues = found.numbers.open_issues_count - facts.open_pulls
    return {
        "databaseId": found.numbers.id,
        "nameWithOwner": facts.full_name,
        "stargazerCount": document.get("stargazers_count", 0),
        "forkCount": document.get("forks_count", 0),
        "isArchived": document.get("archived", False),
        "isDisabled": document.get("disabled", False),
        "pushedAt": document.get("pushed_at"),
        "licenseInfo": _license(document.get("license")),
        "issues": _by_state({"OPEN": open_issues, "CLOSED": facts.closed_issues}),
        "pullRequests": _by_state({"OPEN": facts.open_pulls, "MERGED": facts.merged_pulls_year}),
        "releases": {"totalCount": facts.releases},
        "hasDiscussionsEnabled": document.get("has_discussions", True),
        "discussions": {"totalCount": facts.discussions},
        "watchers": {"totalCount": document.get("subscribers_count", 0)},
        "defaultBranchRef": None if found.empty else _branch(found, document, now),
    }


def _license(told: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"spdxId": told.get("spdx_id")} if told else None


def _by_state(counts: dict[str, int]) -> Any:
    def connection(_info: Any, states: list[str] | None = None, **_page: Any) -> dict[str, int]:
        return {"totalCount": sum(counts.get(state, 0) for state in states or counts)}

    return connection


def _branch(found: Repository, document: dict[str, Any], now: datetime) -> dict[str, Any]:
    def history(_info: Any, since: str | None = None, **_page: Any) -> dict[str, int]:
        moment = counting.moment(since) if since else None
        return {"totalCount": counting.commits_since(found, moment, now)}

    commit = {"__typename": "Commit", "oid": counting.sha(found, 0), "history": history}
    return {"name": document.get("default_branch", "main"), "target": commit}
