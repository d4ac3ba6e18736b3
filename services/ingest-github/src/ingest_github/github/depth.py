"""What GitHub tells of a repository only on several questions: counts by its Link header.

With one item a page, the number of the last page is the number of items.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec.structs import replace

from events import RepositoryFacts
from ingest_github.github.client import GitHub, Reply
from ingest_github.github.commits import YEAR, read_commits
from ingest_github.github.questions import ONE, PAGE, Questions, is_bot, items_of
from ingest_github.json_fields import items, mapping, moment, whole

DISCUSSIONS = """
query($owner: String!, $name: String!, $merged: String!) {
  repository(owner: $owner, name: $name) { hasDiscussionsEnabled discussions { totalCount } }
  search(query: $merged, type: ISSUE) { issueCount }
}
"""


async def with_depth(
    github: GitHub,
    facts: RepositoryFacts,
    day: date,
    released: date | None,
    requests: Counter[str],
) -> tuple[RepositoryFacts, str | None]:
    """Return the facts with everything that costs further questions, and what stayed unanswered.

    Commits are counted for the year and the 90 days before `day`, and since the newest release
    on GitHub, or since `released`, the day of the newest one on PyPI, where that is later.
    """
    questions = Questions(github, facts.full_name, requests)
    pulls = await questions.count("pulls", state="open")
    open_issues, closed_issues = await _issues(questions, facts, pulls)
    releases, published = await _releases(questions)
    since_release = max(filter(None, (published, released)), default=None)
    commits = await read_commits(questions, day, since_release)
    contributors, half = await _contributors(questions)
    discussions, merged = await _discussions(questions, day)
    facts = replace(
        facts,
        open_pulls=pulls,
        open_issues=open_issues,
        closed_issues=closed_issues,
        releases=releases,
        last_commit=commits.newest,
        commits_last_year=commits.last_year,
        commits_last_90_days=commits.last_90_days,
        commits_since_release=commits.since_release,
        contributors=contributors,
        half_of_commits_by=half,
        discussions=discussions,
        merged_pulls_last_year=merged,
    )
    return facts, "; ".join(questions.unanswered)[:300] or None


def fewest_for_half(commits: Sequence[int], total: int | None = None) -> int | None:
    """Return how few contributors made half of the commits; None where the list does not reach."""
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
    return items_of(reply), published.date() if published else None


async def _contributors(questions: Questions) -> tuple[int | None, int | None]:
    """Count the people with an account who committed, and the fewest who made half of it.

    Bots are no people. They make many commits, so they are on the first page or on none.
    """
    wanted = {"per_page": str(PAGE)}
    reply = await questions.ask("contributors", wanted)
    if reply is None:
        return None, None
    people, bots = _commits_by(reply, bots=False), _commits_by(reply, bots=True)
    if reply.pages is None:
        return len(people), fewest_for_half(people)
    last = await questions.ask("contributors", wanted | {"page": str(reply.pages)})
    bots += _commits_by(last, bots=True)
    on_last = len(_commits_by(last, bots=False))
    count = len(people) + (reply.pages - 2) * PAGE + on_last
    total = await questions.count("commits")
    return count, None if total is None else fewest_for_half(people, total - sum(bots))


def _commits_by(reply: Reply | None, *, bots: bool) -> list[int]:
    """Return how many commits each person made, or each bot."""
    listed = map(mapping, items(reply.body) if reply else [])
    return [
        count
        for each in listed
        if is_bot(each) == bots and (count := whole(each.get("contributions")))
    ]


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
    merged_pulls = whole(mapping(data.get("search")).get("issueCount"))
    return _held(mapping(data.get("repository"))), merged_pulls


def _held(repository: Mapping[str, Any]) -> int | None:
    """Count discussions; where they are switched off, none says nothing about the project."""
    if repository.get("hasDiscussionsEnabled") is False:
        return None
    return whole(mapping(repository.get("discussions")).get("totalCount"))


def _graphql_error(body: Any) -> str:
    messages = [str(mapping(error).get("message")) for error in items(mapping(body).get("errors"))]
    return messages[0][:200] if messages else "no data"


def _without(count: int | None, part: int | None) -> int | None:
    """Take pull requests out of a count of issues that includes them."""
    return None if count is None or part is None else max(count - part, 0)
