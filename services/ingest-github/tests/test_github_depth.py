"""What the most used repositories are asked beyond their document must be counted right."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from events import MetadataTask, Outcome
from ingest_github.github.depth import fewest_for_half
from ingest_github.github.repository_reader import RepositoryReader

DAY = date(2026, 6, 30)
PUSHED = "2026-06-29T08:00:00Z"
REPOSITORY = {"id": 7, "full_name": "ann/thing", "open_issues_count": 9, "pushed_at": PUSHED}

Look = Callable[..., Any]
Reply = httpx.Response | Callable[[httpx.Request], httpx.Response]


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


class Deep:
    """Answers a repository's document, its lists, and GraphQL."""

    def __init__(self, lists: dict[str, Reply]) -> None:
        self._lists = lists
        self.asked: list[httpx.Request] = []

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        given = self._lists.get(request.url.path.split("/")[-1], answer(200, REPOSITORY))
        return given(request) if callable(given) else given


def listed(pages: int, body: Any = None) -> httpx.Response:
    link = f'<https://api.github.com/repositories/7/x?per_page=1&page={pages}>; rel="last"'
    return answer(200, body if body is not None else [{}], link=link)


DEEP = MetadataTask(name="thing", deep=True, repository="ann/thing", repository_etag='"e0"')


def deep_server(**changes: Any) -> Deep:
    commits = {"2025-06-30": 300, "2026-04-01": 80, "2026-05-02": 25}

    def count_commits(request: httpx.Request) -> httpx.Response:
        since = request.url.params.get("since", "")[:10]
        return listed(commits.get(since, 1000))

    def count_by_state(opened: int, closed: int) -> Callable[[httpx.Request], httpx.Response]:
        return lambda request: listed(opened if request.url.params["state"] == "open" else closed)

    people = [{"contributions": made} for made in (50, 30, 10, 5, 5)]
    counted = {"repository": {"discussions": {"totalCount": 4}}, "search": {"issueCount": 33}}
    answers: dict[str, Any] = {
        "pulls": count_by_state(4, 60),
        "issues": count_by_state(9, 100),
        "releases": listed(21, [{"published_at": "2026-05-02T10:00:00Z"}]),
        "commits": count_commits,
        "contributors": answer(200, people),
        "graphql": answer(200, {"data": counted}),
    }
    return Deep(answers | changes)


async def test_deep_facts_tell_issues_from_pulls_and_count_what_was_asked(look: Look) -> None:
    server = deep_server()
    seen, requests = await look(server, DEEP)
    facts = seen.facts
    assert (facts.open_issues, facts.open_pulls, facts.closed_issues) == (5, 4, 40)
    assert (facts.releases, facts.commits_since_release) == (21, 25)
    assert (facts.commits_last_year, facts.commits_last_90_days) == (300, 80)
    assert (facts.contributors, facts.half_of_commits_by) == (5, 1)
    assert (facts.discussions, facts.merged_pulls_last_year) == (4, 33)
    assert seen.reason is None
    assert requests == {"ok": len(server.asked)}
    # A 304 would leave the deeper facts unread for good.
    assert "if-none-match" not in server.asked[0].headers


async def test_commits_are_counted_since_the_newer_of_pypis_and_githubs_release(
    github: Callable[..., Any], clock: Any
) -> None:
    server = deep_server()
    async with github(server, clock) as client:
        reader = RepositoryReader(client, clock, 900)
        await reader.read(DEEP, "ann/thing", DAY, date(2026, 6, 3), Counter())
    since = [request.url.params.get("since") for request in server.asked]
    assert "2026-06-03T00:00:00Z" in since


async def test_what_cannot_be_counted_is_unknown_and_named_and_costs_nothing_else(
    look: Look,
) -> None:
    too_large = answer(403, {"message": "The history or contributor list is too large"})
    errors = answer(200, {"errors": [{"message": "Something went wrong"}]})
    seen, _ = await look(deep_server(contributors=too_large, graphql=errors), DEEP)
    assert (seen.outcome, seen.facts.open_issues) == (Outcome.OK, 5)
    assert (seen.facts.contributors, seen.facts.half_of_commits_by) == (None, None)
    assert seen.facts.discussions is None
    assert "contributors: The history" in seen.reason
    assert "Something went wrong" in seen.reason


async def test_a_tracker_switched_off_tells_nothing_of_issues_and_is_not_asked(look: Look) -> None:
    off = answer(200, REPOSITORY | {"has_issues": False, "open_issues_count": 4})
    server = deep_server(thing=off)
    seen, _ = await look(server, DEEP)
    assert not seen.facts.has_issues
    assert (seen.facts.open_issues, seen.facts.closed_issues) == (None, None)
    assert (seen.facts.open_pulls, seen.reason) == (4, None)
    assert not [path for path in server.paths if path.endswith("/issues")]


async def test_discussions_are_counted_where_they_stand_in_for_the_tracker(look: Look) -> None:
    off = answer(200, REPOSITORY | {"has_issues": False, "has_discussions": True})
    held = {"hasDiscussionsEnabled": True, "discussions": {"totalCount": 7}}
    told = answer(200, {"data": {"repository": held, "search": {"issueCount": 33}}})
    seen, _ = await look(deep_server(thing=off, graphql=told), DEEP)
    assert (seen.facts.discussions, seen.facts.merged_pulls_last_year) == (7, 33)
    assert (seen.facts.open_issues, seen.facts.closed_issues) == (None, None)


async def test_an_empty_git_repository_has_no_commits(look: Look) -> None:
    empty = answer(409, {"message": "Git Repository is empty."})
    seen, _ = await look(deep_server(commits=empty, contributors=answer(204)), DEEP)
    assert seen.facts.commits_last_year == 0


async def test_without_a_token_nothing_is_asked_of_graphql(look: Look) -> None:
    server = deep_server()
    seen, _ = await look(server, DEEP, tokens="")
    assert "/graphql" not in server.paths
    assert (seen.facts.discussions, seen.facts.open_pulls) == (None, 4)


async def test_a_graphql_quota_that_is_used_up_is_waited_for(look: Look, clock: Any) -> None:
    """GraphQL says so with status 200, which otherwise reads as a repository without any."""
    spent = {
        f"x-ratelimit-{name}": str(value)
        for name, value in (("limit", 5000), ("remaining", 0), ("reset", int(clock.time + 600)))
    }
    limited = answer(200, {"errors": [{"type": "RATE_LIMITED", "message": "over"}]}, **spent)
    counted = {"repository": {"discussions": {"totalCount": 4}}, "search": {"issueCount": 33}}
    answers = iter([limited, answer(200, {"data": counted})])
    seen, requests = await look(deep_server(graphql=lambda _: next(answers)), DEEP)
    assert (seen.facts.discussions, seen.reason) == (4, None)
    assert requests["limited"] == 1
    assert clock.slept[-1] >= 600


async def test_more_contributors_than_a_page_are_counted_to_the_last(look: Look) -> None:
    first = [{"contributions": 10}] * 100

    def people(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("page") == "3":
            return answer(200, [{"contributions": 1}] * 7)
        return listed(3, first)

    seen, _ = await look(deep_server(contributors=people), DEEP)
    assert (seen.facts.contributors, seen.facts.half_of_commits_by) == (207, 50)


def made(day: str, login: str | None = "ann", kind: str = "User", name: str = "Ann") -> Any:
    """A commit as the API lists it; an author whom GitHub does not know is null."""
    when = {"name": name, "date": f"{day}T10:00:00Z"}
    author = {"login": login, "type": kind} if login else None
    return {"author": author, "commit": {"author": when, "committer": when}}


PERSON = made("2026-03-02")
BOTS = [
    made("2026-06-28", "dependabot[bot]", "Bot"),
    made("2026-06-27", "some-app", "Bot"),
    made("2026-04-26", None, name="pre-commit-ci[bot]"),
]


class Branch:
    """The default branch's commits, the newest first, as the API tells of them."""

    def __init__(self, *commits: Any) -> None:
        self._commits = sorted(commits, key=self._day, reverse=True)
        self.asked = 0

    @staticmethod
    def _day(commit: Any) -> str:
        return str(commit["commit"]["committer"]["date"])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        said = request.url.params
        since, until = said.get("since", ""), said.get("until", "9")
        found = [each for each in self._commits if since <= self._day(each) <= until]
        size, page = int(said["per_page"]), int(said.get("page", 1))
        body, pages = found[(page - 1) * size : page * size], -(-len(found) // size)
        return listed(pages, body) if page < pages else answer(200, body)


def counted(facts: Any) -> tuple[int, int, str | None]:
    newest = facts.last_commit.date().isoformat() if facts.last_commit else None
    return facts.commits_last_year, facts.commits_last_90_days, newest


@pytest.mark.parametrize(
    ("commits", "told"),
    [
        # Pushed yesterday, to another branch: the default branch's commit is the last one.
        ([PERSON], (1, 0, "2026-03-02")),
        ([*BOTS, PERSON], (1, 0, "2026-03-02")),
        ([*BOTS, made("2026-05-01"), PERSON], (2, 1, "2026-05-01")),
        ([made("2026-06-29"), *BOTS], (4, 4, "2026-06-29")),
        # For more than a year only bots worked, or nobody.
        ([*BOTS, made("2024-02-03")], (0, 0, "2024-02-03")),
        ([made("2024-02-03"), made("2021-01-01")], (0, 0, "2024-02-03")),
        (BOTS, (0, 0, None)),
        # More bots' commits than a page; more than all pages that are read: it is no later.
        ([*[BOTS[0]] * 150, PERSON], (1, 0, "2026-03-02")),
        ([*[BOTS[0]] * 1100, made("2023-02-03")], (100, 100, "2026-06-28")),
    ],
)
async def test_the_last_commit_is_a_persons_on_the_default_branch(
    look: Look, commits: list[Any], told: tuple[int, int, str | None]
) -> None:
    branch = Branch(*commits)
    seen, _ = await look(deep_server(commits=branch, releases=answer(200, [])), DEEP)
    assert counted(seen.facts) == told
    assert branch.asked <= (3 if len(commits) <= 100 else 13)


async def test_a_push_is_no_commit_where_none_could_be_asked_for(look: Look) -> None:
    refused = answer(403, {"message": "no"})
    seen, _ = await look(deep_server(commits=refused), DEEP)
    pushed = datetime(2026, 6, 29, 8, tzinfo=UTC)
    assert (seen.facts.last_push, seen.facts.last_commit) == (pushed, None)


async def test_bots_neither_contribute_nor_carry_half(look: Look) -> None:
    def person(made: int, login: str = "ann", kind: str = "User") -> dict[str, Any]:
        return {"contributions": made, "login": login, "type": kind}

    bots = [person(900, "renovate[bot]", "Bot"), person(500, "an-app", "Bot")]
    bots.append(person(400, "old-app[bot]"))
    few = [*bots, person(50), person(30), person(20)]
    seen, _ = await look(deep_server(contributors=answer(200, few)), DEEP)
    assert (seen.facts.contributors, seen.facts.half_of_commits_by) == (3, 1)

    def many(request: httpx.Request) -> httpx.Response:
        if request.url.params.get("page") == "2":
            return answer(200, [person(1)] * 9)
        return listed(2, [person(800, "renovate[bot]", "Bot"), *[person(2)] * 99])

    # Of 1,000 commits 200 are people's: fifty of them made two each.
    seen, _ = await look(deep_server(contributors=many), DEEP)
    assert (seen.facts.contributors, seen.facts.half_of_commits_by) == (108, 50)


@pytest.mark.parametrize(
    ("commits", "total", "fewest"),
    [([10], None, 1), ([5, 5], None, 1), ([4, 3, 3], None, 2), ([], None, None), ([3], 10, None)],
)
def test_how_few_made_half(commits: list[int], total: int | None, fewest: int | None) -> None:
    assert fewest_for_half(commits, total) == fewest


async def test_discussions_that_are_switched_off_are_not_none_held(look: Look) -> None:
    off = {"hasDiscussionsEnabled": False, "discussions": {"totalCount": 0}}
    counted = {"repository": off, "search": {"issueCount": 33}}
    seen, _ = await look(deep_server(graphql=answer(200, {"data": counted})), DEEP)
    assert (seen.facts.discussions, seen.facts.merged_pulls_last_year) == (None, 33)
    assert seen.reason is None
