"""Every way GitHub can answer must end as its own outcome, with a reason a person understands."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from events import MetadataTask, Outcome
from ingest_github.github.repository_reader import RepositoryReader

DAY = date(2026, 6, 30)
REPOSITORY = {
    "id": 7,
    "full_name": "ann/thing",
    "stargazers_count": 12,
    "forks_count": 3,
    "subscribers_count": 2,
    "open_issues_count": 9,
    "topics": ["a"],
    "license": {"spdx_id": "NOASSERTION"},
    "pushed_at": "2026-06-01T00:00:00Z",
    "created_at": "2020-01-01T00:00:00Z",
}


def answer(status: int, body: Any = None, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named)


class GitHubThat:
    """Answers by path; a list of answers is given one by one."""

    def __init__(self, repository: Any = None, **lists: Any) -> None:
        self.answers: dict[str, Any] = {"": repository or answer(200, REPOSITORY), **lists}
        self.asked: list[httpx.Request] = []

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]

    @property
    def tokens(self) -> list[str | None]:
        return [request.headers.get("authorization") for request in self.asked]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path
        key = path if path in self.answers else "/".join(path.split("/")[4:])
        given = self.answers.get(key, answer(200, []))
        if isinstance(given, list):
            given = given.pop(0)
        if callable(given):
            given = given(request)
        if isinstance(given, Exception):
            raise given
        return httpx.Response(given.status_code, headers=given.headers, content=given.content)


Look = Callable[..., Any]


async def test_a_repository_is_read_with_its_etag(look: Look) -> None:
    seen, requests = await look(GitHubThat(answer(200, REPOSITORY, etag='W/"e1"')))
    assert (seen.outcome, seen.etag, seen.package) == (Outcome.OK, 'W/"e1"', "thing")
    facts = seen.facts
    assert (facts.id, facts.stars, facts.forks, facts.watchers) == (7, 12, 3, 2)
    assert (facts.issues_and_pulls, facts.open_issues, facts.license) == (9, None, None)
    assert facts.last_push == datetime(2026, 6, 1, tzinfo=UTC)
    assert requests == {"ok": 1}


async def test_the_stored_etag_is_sent_and_304_keeps_the_facts(look: Look) -> None:
    server = GitHubThat(answer(304))
    seen, _ = await look(server)
    assert (seen.outcome, seen.facts, seen.etag) == (Outcome.UNCHANGED, None, '"e0"')
    assert server.asked[0].headers["if-none-match"] == '"e0"'


async def test_an_etag_of_another_repository_is_not_sent(look: Look) -> None:
    server = GitHubThat()
    await look(server, full_name="ann/other")
    assert "if-none-match" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("given", "outcome", "reason"),
    [
        (answer(404, {"message": "Not Found"}), Outcome.GONE, "deleted, private"),
        (answer(409, {"message": "Git Repository is empty."}), Outcome.EMPTY, "is empty"),
        (
            answer(451, {"message": "Access blocked", "block": {"reason": "dmca"}}),
            Outcome.BLOCKED,
            "dmca",
        ),
        (
            answer(403, {"message": "Access blocked", "block": {"reason": "tos"}}),
            Outcome.BLOCKED,
            "tos",
        ),
        (
            answer(403, {"message": "Forbidden"}, x_ratelimit_remaining="4000"),
            Outcome.BLOCKED,
            "Forbidden",
        ),
        (answer(202, {}), Outcome.FAILED, "computing"),
        (answer(500), Outcome.FAILED, "500"),
        (answer(502), Outcome.FAILED, "502"),
        (answer(422, {"message": "no"}), Outcome.FAILED, "422"),
        (answer(200, {"message": "hi"}), Outcome.FAILED, "no repository"),
        (httpx.Response(200, content=b'{"id": 7, "full'), Outcome.FAILED, "not whole"),
        (httpx.ReadError("cut"), Outcome.FAILED, "ReadError"),
        (httpx.RemoteProtocolError("half a body"), Outcome.FAILED, "half a body"),
        (httpx.ConnectTimeout("slow"), Outcome.FAILED, "ConnectTimeout"),
    ],
)
async def test_each_answer_has_its_outcome_and_reason(
    look: Look, given: Any, outcome: Outcome, reason: str
) -> None:
    seen, requests = await look(GitHubThat(lambda _: given) if callable(given) else _all(given))
    assert (seen.outcome, seen.facts) == (outcome, None)
    assert reason in seen.reason
    assert requests.total() >= 1


def _all(given: Any) -> GitHubThat:
    return GitHubThat([given] * 3)


async def test_a_passing_failure_is_tried_again(look: Look) -> None:
    seen, requests = await look(GitHubThat([answer(502), answer(200, REPOSITORY)]))
    assert seen.outcome == Outcome.OK
    assert requests == {"failed": 1, "ok": 1}


async def test_a_moved_repository_is_followed_by_id_and_comes_with_its_new_name(
    look: Look,
) -> None:
    moved = answer(301, {}, location="https://api.github.com/repositories/7")
    renamed = {**REPOSITORY, "full_name": "bob/thing"}
    server = GitHubThat(moved, **{"/repositories/7": answer(200, renamed)})
    seen, requests = await look(server)
    assert (seen.asked, seen.facts.full_name, seen.facts.id) == ("ann/thing", "bob/thing", 7)
    assert requests == {"moved": 1, "ok": 1}


async def test_a_token_goes_nowhere_but_to_github(look: Look) -> None:
    moved = answer(301, {}, location="https://evil.example/repositories/7")
    server = GitHubThat(moved, **{"/repositories/7": answer(200, REPOSITORY)})
    seen, _ = await look(server)
    assert {request.url.host for request in server.asked} == {"github.test"}
    assert seen.outcome == Outcome.OK

    elsewhere = GitHubThat(answer(301, {}, location="https://evil.example/steal"))
    seen, _ = await look(elsewhere)
    assert (seen.outcome, len(elsewhere.asked)) == (Outcome.FAILED, 1)


async def test_a_move_keeps_the_question_and_the_etag(look: Look) -> None:
    moved = answer(301, {}, location="https://api.github.com/repositories/7?per_page=1")
    server = GitHubThat(moved, **{"/repositories/7": answer(304)})
    seen, _ = await look(server)
    assert seen.outcome == Outcome.UNCHANGED
    assert server.asked[1].headers["if-none-match"] == '"e0"'


async def test_a_circle_of_moves_ends(look: Look) -> None:
    server = GitHubThat(lambda _: answer(301, {}, location="https://x/repos/ann/thing"))
    seen, _ = await look(server)
    assert (seen.outcome, seen.reason) == (Outcome.FAILED, "GitHub sent in circles")


async def test_a_name_somebody_else_has_taken_is_followed_by_the_known_id(look: Look) -> None:
    taken = answer(200, {**REPOSITORY, "id": 99})
    server = GitHubThat(
        taken, **{"/repositories/7": answer(200, {**REPOSITORY, "full_name": "n/w"})}
    )
    seen, _ = await look(server)
    assert (seen.facts.id, seen.facts.full_name) == (7, "n/w")
    assert "followed by id" in seen.reason


async def test_a_name_given_anew_after_a_deletion_says_so(look: Look) -> None:
    taken = answer(200, {**REPOSITORY, "id": 99})
    server = GitHubThat(taken, **{"/repositories/7": answer(404, {})})
    seen, _ = await look(server)
    assert (seen.outcome, seen.facts.id) == (Outcome.OK, 99)
    assert "is no more" in seen.reason


async def test_a_wrong_token_is_retired_and_the_next_one_asked(look: Look) -> None:
    server = GitHubThat(
        lambda request: answer(
            200 if request.headers.get("authorization") == "Bearer good" else 401, REPOSITORY
        )
    )
    seen, requests = await look(server, tokens="bad1,good,bad2")
    assert seen.outcome == Outcome.OK
    assert server.tokens[-1] == "Bearer good"
    assert requests["unauthorized"] == len(server.asked) - 1


async def test_without_a_right_token_github_is_asked_without_one(look: Look) -> None:
    server = GitHubThat(
        lambda request: answer(401 if "authorization" in request.headers else 200, REPOSITORY)
    )
    seen, _ = await look(server, tokens="bad1,bad2")
    assert (seen.outcome, server.tokens[-1]) == (Outcome.OK, None)


async def test_github_that_refuses_everybody_is_asked_once(look: Look) -> None:
    server = GitHubThat(lambda _: answer(401, {"message": "Requires authentication"}))
    seen, requests = await look(server, tokens="")
    assert (seen.outcome, seen.reason) == (Outcome.FAILED, "Requires authentication")
    assert requests == {"unauthorized": 1}


async def test_a_token_revoked_in_the_middle_of_a_run_is_asked_no_more(
    github: Callable[..., Any], clock: Any
) -> None:
    revoked = False

    def server(request: httpx.Request) -> httpx.Response:
        bad = revoked and request.headers.get("authorization") == "Bearer one"
        return answer(401 if bad else 200, {**REPOSITORY, "full_name": request.url.path[7:]})

    requests: Counter[str] = Counter()
    async with github(server, clock, "one,two") as client:
        reader = RepositoryReader(client, clock, 900)
        for number in range(40):
            revoked = number >= 20
            task = MetadataTask(name=f"p{number}")
            seen = await reader.read(task, f"ann/r{number}", DAY, None, requests)
            assert seen.outcome == Outcome.OK
    assert requests == {"ok": 40, "unauthorized": 1}


async def test_a_repository_named_by_many_packages_is_read_once(
    github: Callable[..., Any], clock: Any
) -> None:
    server = GitHubThat()
    requests: Counter[str] = Counter()
    async with github(server, clock) as client:
        reader = RepositoryReader(client, clock, 900)
        for name in ("a", "b", "c"):
            seen = await reader.read(MetadataTask(name=name), "Ann/Thing", DAY, None, requests)
            assert (seen.package, seen.outcome) == (name, Outcome.OK)
        clock.time += 1_000
        await reader.read(MetadataTask(name="d"), "ann/thing", DAY, None, requests)
    assert len(server.asked) == 2


async def test_a_failed_look_is_not_remembered(github: Callable[..., Any], clock: Any) -> None:
    server = GitHubThat([answer(500)] * 3 + [answer(200, REPOSITORY)])
    async with github(server, clock) as client:
        reader = RepositoryReader(client, clock, 900)
        first = await reader.read(MetadataTask(name="a"), "ann/thing", DAY, None, Counter())
        second = await reader.read(MetadataTask(name="a"), "ann/thing", DAY, None, Counter())
    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.OK)


@pytest.mark.realdata
async def test_recorded_answers_are_understood(look: Look, shared: Path) -> None:
    lines = (shared / "github" / "recorded_responses.jsonl").read_text().splitlines()
    recorded = {(r["scenario"], r["method"], r["path"]): r for r in map(json.loads, lines)}

    def replayed(scenario: str, path: str) -> httpx.Response:
        found = recorded[(scenario, "get", path)]
        headers = {name: str(value) for name, value in found["headers"].items()}
        headers.pop("content-length", None)
        return httpx.Response(found["status"], json=found["response"], headers=headers)

    old = "/repos/octokit-fixture-org/rename-repository"
    server = GitHubThat(
        **{
            "/repos/octokit-fixture-org/hello-world": replayed(
                "get-repository", "/repos/octokit-fixture-org/hello-world"
            ),
            old: replayed("rename-repository", old),
            "/repositories/1000": replayed("rename-repository", "/repositories/1000"),
        }
    )
    seen, _ = await look(server, full_name="octokit-fixture-org/hello-world")
    assert (seen.facts.id, seen.facts.full_name) == (1000, "octokit-fixture-org/hello-world")
    seen, requests = await look(server, full_name=old.removeprefix("/repos/"))
    assert seen.facts.full_name == "octokit-fixture-org/rename-repository-newname"
    assert requests["moved"] == 1
