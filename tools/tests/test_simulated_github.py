"""The played GitHub must count, move, refuse and limit as the real one does."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sample_data.generate import generate, last_days
from simulators.child import Playing, playing

TOKEN = {"authorization": "Bearer one", "user-agent": "test"}
REQUESTS = "/repos/psf/requests"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 260, last_days(date(2026, 11, 22), 10), seed=3)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Playing]:
    with playing(data, ["github"], ["--github-hourly", "20"]) as running:
        yield running


@pytest.fixture
def github(server: Playing) -> Iterator[httpx.Client]:
    """A client for whom a new hour has begun."""
    server.move_clock("github", advance=3700)
    with httpx.Client(base_url=server.addresses["github"], headers=TOKEN) as client:
        yield client
    server.mend("github")


def last_page(answer: httpx.Response) -> int:
    link = re.search(r'[?&]page=(\d+)[^>]*>; rel="last"', answer.headers["link"])
    assert link
    return int(link.group(1))


def test_a_known_etag_costs_nothing_with_a_token(github: httpx.Client) -> None:
    first = github.get(REQUESTS)
    again = github.get(REQUESTS, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.json()["full_name"] == "psf/requests"
    assert again.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]


def test_an_etag_belongs_to_the_token_that_got_it(github: httpx.Client) -> None:
    etag = github.get(REQUESTS).headers["etag"]
    other = {"if-none-match": etag, "authorization": "Bearer two"}
    assert github.get(REQUESTS, headers=other).status_code == 200


def test_a_renamed_repository_leads_to_its_id_and_from_there_to_its_name(
    github: httpx.Client,
) -> None:
    moved = github.get("/repos/CopperWorks/copperleaf/releases?per_page=1")
    assert moved.status_code == 301
    assert re.search(r"/repositories/\d+/releases\?per_page=1$", moved.headers["location"])
    found = github.get("/repos/copperworks/copperleaf", follow_redirects=True)
    assert found.json()["full_name"] == "copperleaf-http/copperleaf"


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/repos/palegrass-team/palegrass", 404, "Not Found"),
        ("/repos/never/was", 404, "Not Found"),
        ("/repositories/1", 404, "Not Found"),
        (f"{REQUESTS}/", 404, ""),
        ("/repos/nightjar-media/nightjar-codec", 451, "blocked"),
        ("/repos/blankslate-lab/starter/commits", 409, "empty"),
    ],
)
def test_every_way_of_not_being_there(
    github: httpx.Client, path: str, status: int, word: str
) -> None:
    answer = github.get(path)
    assert answer.status_code == status
    assert word in answer.text


def test_counts_are_read_from_the_link_header(github: httpx.Client) -> None:
    def commits(days: int) -> int:
        since = date(2026, 11, 22) - timedelta(days=days)
        query = {"since": f"{since}T00:00:00Z", "per_page": "1"}
        return last_page(github.get(f"{REQUESTS}/commits", params=query))

    stars = github.get(REQUESTS).json()["stargazers_count"]
    contributors = github.get(f"{REQUESTS}/contributors?per_page=1")
    assert contributors.json()[0]["contributions"] > 1
    assert 100 < last_page(contributors) < stars
    total = last_page(github.get(f"{REQUESTS}/commits?per_page=1"))
    assert 0 < commits(30) < commits(90) < commits(365) < total
    assert "page=2" in contributors.headers["link"]
    assert "/repositories/" in contributors.headers["link"]


def test_pages_hold_what_they_promise_and_the_last_one_the_rest(github: httpx.Client) -> None:
    pages = [github.get(f"{REQUESTS}/contributors?per_page=100")]
    while "next" in pages[-1].links:
        pages.append(github.get(pages[-1].links["next"]["url"]))
    commits = [one["contributions"] for page in pages for one in page.json()]
    counted = last_page(github.get(f"{REQUESTS}/contributors?per_page=1"))
    assert len(commits) == counted
    assert commits == sorted(commits, reverse=True)
    assert {len(page.json()) for page in pages[:-1]} == {100}


def test_a_single_item_has_no_link_header(github: httpx.Client) -> None:
    releases = github.get("/repos/blankslate-lab/starter/releases?per_page=1")
    assert (releases.json(), "link" in releases.headers) == ([], False)


def test_issues_count_pull_requests_and_search_tells_them_apart(github: httpx.Client) -> None:
    both = github.get(REQUESTS).json()["open_issues_count"]
    listed = last_page(github.get(f"{REQUESTS}/issues?state=open&per_page=1"))
    pulls = last_page(github.get(f"{REQUESTS}/pulls?state=open&per_page=1"))
    search = {"q": "repo:psf/requests is:issue is:open"}
    issues = github.get("/search/issues", params=search).json()["total_count"]
    assert both == listed == pulls + issues


DEPTH = """
query($owner: String!, $name: String!, $merged: String!) {
  one: repository(owner: $owner, name: $name) {
    nameWithOwner stargazerCount discussions { totalCount }
    issues(states: OPEN) { totalCount } pullRequests(states: [OPEN]) { totalCount }
    defaultBranchRef { target { ... on Commit { history { totalCount } } } }
  }
  gone: repository(owner: "never", name: "was") { databaseId }
  search(query: $merged, type: ISSUE) { issueCount }
  rateLimit { cost remaining }
}
"""


def test_graphql_tells_the_same_numbers_and_names_what_it_cannot_find(
    github: httpx.Client,
) -> None:
    merged = "repo:psf/requests is:pr is:merged merged:>=2025-11-22"
    variables = {"owner": "PSF", "name": "requests", "merged": merged}
    answer = github.post("/graphql", json={"query": DEPTH, "variables": variables}).json()
    rest = github.get(REQUESTS).json()
    one = answer["data"]["one"]
    assert (one["nameWithOwner"], one["stargazerCount"]) == (
        rest["full_name"], rest["stargazers_count"],
    )  # fmt: skip
    open_both = one["issues"]["totalCount"] + one["pullRequests"]["totalCount"]
    assert open_both == rest["open_issues_count"]
    history = one["defaultBranchRef"]["target"]["history"]["totalCount"]
    assert history == last_page(github.get(f"{REQUESTS}/commits?per_page=1"))
    assert answer["data"]["search"]["issueCount"] > 0
    assert answer["data"]["rateLimit"] == {"cost": 1, "remaining": 19}
    assert answer["data"]["gone"] is None
    assert [(e["type"], e["path"]) for e in answer["errors"]] == [("NOT_FOUND", ["gone"])]


def test_graphql_finds_a_renamed_repository_by_its_old_name(github: httpx.Client) -> None:
    query = '{repository(owner: "copperworks", name: "copperleaf") {nameWithOwner}}'
    answer = github.post("/graphql", json={"query": query}).json()
    assert answer["data"]["repository"]["nameWithOwner"] == "copperleaf-http/copperleaf"


def test_graphql_needs_a_token_and_has_an_hour_of_its_own(
    server: Playing, github: httpx.Client
) -> None:
    question = {"query": "{rateLimit {remaining}}"}
    nobody = httpx.post(f"{server.addresses['github']}/graphql", json=question)
    answers = [github.post("/graphql", json=question) for _ in range(21)]
    assert nobody.status_code == 401
    assert answers[-1].status_code == 200
    assert answers[-1].json()["errors"][0]["type"] == "RATE_LIMITED"
    assert answers[-1].headers["x-ratelimit-resource"] == "graphql"
    assert github.get(REQUESTS).headers["x-ratelimit-remaining"] == "19"


def test_the_hour_ends_the_primary_limit(server: Playing, github: httpx.Client) -> None:
    answers = [github.get(REQUESTS) for _ in range(21)]
    refused = answers[-1]
    assert [one.status_code for one in answers] == [200] * 20 + [403]
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers
    reset = int(refused.headers["x-ratelimit-reset"])
    assert github.get("/rate_limit").json()["resources"]["core"]["remaining"] == 0
    server.move_clock("github", reach=reset - 5)
    assert github.get(REQUESTS).status_code == 403
    server.move_clock("github", reach=reset + 1)
    assert github.get(REQUESTS).status_code == 200


def test_a_simulation_may_bring_its_own_time(server: Playing, github: httpx.Client) -> None:
    later = server.move_clock("github") + 7 * 3600
    told = github.get("/rate_limit", headers={"x-simulated-time": str(later)})
    assert int(told.headers["x-ratelimit-reset"]) >= later
    assert server.move_clock("github") >= later


def test_without_a_token_sixty_an_hour_and_not_known_costs_too(data: Path) -> None:
    with (
        playing(data, ["github"]) as server,
        httpx.Client(base_url=server.addresses["github"]) as nobody,
    ):
        first = nobody.get(REQUESTS)
        again = nobody.get(REQUESTS, headers={"if-none-match": first.headers["etag"]})
        assert first.headers["x-ratelimit-limit"] == "60"
        assert (again.status_code, again.headers["x-ratelimit-remaining"]) == (304, "58")


def test_the_minute_has_a_limit_of_its_own(data: Path) -> None:
    with (
        playing(data, ["github"], ["--github-per-minute", "5"]) as server,
        httpx.Client(base_url=server.addresses["github"], headers=TOKEN) as client,
    ):
        server.move_clock("github", reach=server.move_clock("github") // 60 * 60 + 60)
        answers = [client.get(REQUESTS) for _ in range(6)]
        assert [one.status_code for one in answers] == [200] * 5 + [403]
        assert answers[-1].headers["retry-after"] == "60"
        assert answers[-1].headers["x-ratelimit-remaining"] != "0"
        server.move_clock("github", advance=60)
        assert client.get(REQUESTS).status_code == 200


def test_who_does_not_say_who_they_are_is_refused(server: Playing) -> None:
    answer = httpx.get(f"{server.addresses['github']}{REQUESTS}", headers={"user-agent": ""})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("rule", "status", "headers"),
    [
        ({"fault": "quota:120"}, 403, {"x-ratelimit-remaining": "0"}),
        ({"fault": "retry-after:30"}, 403, {"retry-after": "30"}),
        ({"fault": "status:502"}, 502, {}),
        ({"fault": "status:401", "authorization": "one"}, 401, {}),
        ({"fault": "rubbish"}, 200, {"content-type": "text/html; charset=utf-8"}),
    ],
)
def test_faults_meet_as_many_requests_as_they_should(
    server: Playing,
    github: httpx.Client,
    rule: dict[str, Any],
    status: int,
    headers: dict[str, str],
) -> None:
    server.break_down("github", {"match": REQUESTS, "times": 1, "skip": 1, **rule})
    answers = [github.get("/repos/pallets/flask"), *(github.get(REQUESTS) for _ in range(3))]
    assert [one.status_code for one in answers] == [200, 200, status, 200]
    assert headers.items() <= dict(answers[2].headers).items()
    assert [one["hits"] for one in server.faults("github")] == [1]


def test_a_revoked_token_stops_nobody_else(server: Playing, github: httpx.Client) -> None:
    server.break_down("github", {"fault": "status:401", "authorization": "Bearer one$"})
    assert github.get(REQUESTS).status_code == 401
    assert github.get(REQUESTS, headers={"authorization": "Bearer two"}).status_code == 200


def test_a_repository_may_gain_stars_and_go(server: Playing, github: httpx.Client) -> None:
    path = "/repos/pallets/click"
    before = github.get(path)
    line = {"full_name": "pallets/click", "repo": {**before.json(), "stargazers_count": 99_999}}
    server.publish("github", line)
    after = github.get(path, headers={"if-none-match": before.headers["etag"]})
    assert (after.status_code, after.json()["stargazers_count"]) == (200, 99_999)
    server.publish("github", {"full_name": "pallets/click", "status": 404})
    assert github.get(path).status_code == 404
    assert github.get(f"/repositories/{before.json()['id']}").status_code == 404


def test_requests_are_counted_by_how_they_ended(server: Playing, github: httpx.Client) -> None:
    server.forget_requests("github")
    etag = github.get(REQUESTS).headers["etag"]
    github.get(REQUESTS, headers={"if-none-match": etag})
    github.get("/repos/never/was")
    assert server.requests("github") == {"200": 1, "304": 1, "404": 1}
