"""What GitHub tells of a repository only on several questions: counts by its Link header.

With one item a page, the number of the last page is the number of items.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from events import Outcome, RepositoryFacts
from ingest_github.github.client import GitHub, Reply
from ingest_github.json_fields import items, mapping, moment, whole

YEAR = timedelta(days=365)
QUARTER = timedelta(days=90)
CONTRIBUTORS_A_PAGE = 100

ONE = {"per_page": "1"}

DISCUSSIONS = """
query($owner: String!, $name: String!, $merged: String!) {
  repository(owner: $owner, name: $name) { discussions { totalCount } }
  search(query: $merged, type: ISSUE) { issueCount }
}
"""


@dataclass
class Questions:
    """The questions about one repository; what cannot be answered is none and noted."""

    github: GitHub
    full_name: str
    requests: Counter[str]
    unanswered: list[str] = field(default_factory=list)

    async def ask(self, what: str, params: Mapping[str, str]) -> Reply | None:
        """Ask for a list of the repository; None where it cannot be had."""
        reply = await self.github.get(
            f"/repos/{self.full_name}/{what}", self.requests, key=self.full_name, params=params
        )
        if reply.outcome in {Outcome.OK, Outcome.EMPTY}:
            return reply
        self.unanswered.append(f"{what}: {reply.reason}")
        return None

    async def count(self, what: str, **params: str) -> int | None:
        """Count the items of a list."""
        reply = await self.ask(what, ONE | params)
        return None if reply is None else _items_of(reply)


async def with_depth(
    github: GitHub,
    facts: RepositoryFacts,
    day: date,
    released: date | None,
    requests: Counter[str],
) -> tuple[RepositoryFacts, str | None]:
    """Give the facts with everything that costs further questions, and what stayed unanswered.

    Commits are counted for the year and the 90 days before `day`, and since the newest release
    on GitHub, or since `released`, the day of the newest one on PyPI, where that is later.
    """
    questions = Questions(github, facts.full_name, requests)
    pulls = await questions.count("pulls", state="open")
    open_issues, closed_issues = await _issues(questions, facts, pulls)
    releases, published = await _releases(questions)
    since_release = max(filter(None, (published, released)), default=None)
    contributors, half = await _contributors(questions)
    discussions, merged = await _discussions(questions, day)
    facts = replace(
        facts,
        open_pulls=pulls,
        open_issues=open_issues,
        closed_issues=closed_issues,
        releases=releases,
        commits_last_year=await _commits_since(questions, day - YEAR),
        commits_last_90_days=await _commits_since(questions, day - QUARTER),
        commits_since_release=await _commits_since(questions, since_release),
        contributors=contributors,
        half_of_commits_by=half,
        discussions=discussions,
        merged_pulls_last_year=merged,
    )
    return facts, "; ".join(questions.unanswered)[:300] or None


def fewest_for_half(commits: Sequence[int], total: int | None = None) -> int | None:
    """Give how few contributors made half of the commits; None where the list does not reach."""
    whole_sum = sum(commits) if total is None else total
    made = 0
    for number, count in enumerate(sorted(commits, reverse=True), 1):
        made += count
        if made * 2 >= whole_sum > 0:
            return number
    return None


async def _issues(
    questions: Questions, facts: RepositoryFacts, pulls: int | None
) -> tuple[int | None, int | None]:
    """Return how many issues are open and closed; a tracker switched off tells of neither."""
    if not facts.has_issues:
        return None, None
    closed = await questions.count("issues", state="closed")
    closed_pulls = await questions.count("pulls", state="closed")
    return _without(facts.issues_and_pulls, pulls), _without(closed, closed_pulls)


async def _releases(questions: Questions) -> tuple[int | None, date | None]:
    """Count the releases and give the newest one's day."""
    reply = await questions.ask("releases", ONE)
    if reply is None:
        return None, None
    newest = mapping(next(iter(items(reply.body)), None))
    published = moment(newest.get("published_at"))
    return _items_of(reply), published.date() if published else None


async def _commits_since(questions: Questions, day: date | None) -> int | None:
    if day is None:
        return None
    return await questions.count("commits", since=f"{day.isoformat()}T00:00:00Z")


async def _contributors(questions: Questions) -> tuple[int | None, int | None]:
    """Count the people with an account who committed, and the fewest who made half of it."""
    wanted = {"per_page": str(CONTRIBUTORS_A_PAGE)}
    reply = await questions.ask("contributors", wanted)
    if reply is None:
        return None, None
    commits = _commits_by_person(reply)
    if reply.pages is None:
        return len(commits), fewest_for_half(commits)
    last = await questions.ask("contributors", wanted | {"page": str(reply.pages)})
    on_last = len(_commits_by_person(last)) if last else 0
    total = await questions.count("commits")
    count = (reply.pages - 1) * CONTRIBUTORS_A_PAGE + on_last
    return count, None if total is None else fewest_for_half(commits, total)


def _commits_by_person(reply: Reply) -> list[int]:
    people = map(mapping, items(reply.body))
    return [count for each in people if (count := whole(each.get("contributions")))]


async def _discussions(questions: Questions, day: date) -> tuple[int | None, int | None]:
    """Count the discussions, and the pull requests merged in the year; with a token only."""
    if not questions.github.has_token:
        return None, None
    owner, name = questions.full_name.split("/", 1)
    merged = f"repo:{questions.full_name} is:pr is:merged merged:>={day - YEAR}"
    reply = await questions.github.graphql(
        DISCUSSIONS,
        {"owner": owner, "name": name, "merged": merged},
        questions.requests,
        key=questions.full_name,
    )
    data = mapping(mapping(reply.body).get("data"))
    if not data:
        questions.unanswered.append(f"discussions: {reply.reason or _graphql_error(reply.body)}")
    counted = mapping(mapping(data.get("repository")).get("discussions"))
    return whole(counted.get("totalCount")), whole(mapping(data.get("search")).get("issueCount"))


def _graphql_error(body: Any) -> str:
    messages = [str(mapping(error).get("message")) for error in items(mapping(body).get("errors"))]
    return messages[0][:200] if messages else "no data"


def _items_of(reply: Reply) -> int:
    """Count a list read one item a page; an empty Git repository has none of anything."""
    return reply.pages if reply.pages is not None else len(items(reply.body))


def _without(count: int | None, part: int | None) -> int | None:
    """Take pull requests out of a count of issues that includes them."""
    return None if count is None or part is None else max(count - part, 0)
