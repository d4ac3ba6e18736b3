"""GitHub's limits must be kept, its tokens shared out, and no run held up for ever."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from events import MetadataTask, Outcome
from ingest_github.github.limits import HOUR, Allowance, QuotaExhaustedError, TokenPool
from ingest_github.github.repository_reader import RepositoryReader

DAY = date(2026, 6, 30)


class LimitedGitHub:
    """Counts each token's hour and minute as GitHub does, and refuses what is over."""

    def __init__(self, clock: Any, hourly: int = 5000, per_minute: int = 900) -> None:
        self.clock = clock
        self.hourly = hourly
        self.per_minute = per_minute
        self.began: dict[str, float] = {}
        self.used: Counter[str] = Counter()
        self.minutes: Counter[tuple[str, int]] = Counter()
        self.times: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers.get("authorization", "")
        now = self.clock.now()
        if now >= self.began.get(token, 0.0) + HOUR:
            self.began[token], self.used[token] = now, 0
        limit = self.hourly if token else 60
        minute = (token, int(now // 60))
        if self.used[token] >= limit:
            return self._answer(403, token, limit, {"message": "API rate limit exceeded"})
        if self.minutes[minute] >= self.per_minute:
            return self._answer(403, token, limit, {"message": "secondary rate limit"})
        self.used[token] += 1
        self.minutes[minute] += 1
        self.times.append(now)
        return self._answer(200, token, limit, {"id": 1, "full_name": request.url.path[7:]})

    def _answer(self, status: int, token: str, limit: int, body: Any) -> httpx.Response:
        headers = {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(limit - self.used[token]),
            "x-ratelimit-reset": str(int(self.began[token] + HOUR)),
        }
        return httpx.Response(status, json=body, headers=headers)


async def read_many(
    github: Callable[..., Any], clock: Any, server: Any, count: int, tokens: str, **changes: Any
) -> tuple[Counter[str], Counter[str]]:
    """Read so many repositories one after the other; give outcomes and requests."""
    requests: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    async with github(server, clock, tokens, **changes) as client:
        reader = RepositoryReader(client, clock, 0)
        for number in range(count):
            task = MetadataTask(name=f"p{number}")
            seen = await reader.read(task, f"ann/r{number}", DAY, None, requests)
            outcomes[seen.outcome] += 1
    return outcomes, requests


async def test_an_hours_quota_is_spread_and_never_overrun(
    github: Callable[..., Any], clock: Any
) -> None:
    server = LimitedGitHub(clock, hourly=500)
    began = clock.time
    outcomes, requests = await read_many(github, clock, server, 1200, "one")
    assert outcomes == {"ok": 1200}
    assert requests == {"ok": 1200}
    assert 2 * HOUR < clock.time - began < 2.5 * HOUR
    first_hour = [time for time in server.times if time < began + HOUR]
    assert len(first_hour) <= 500
    assert sum(time < began + HOUR / 2 for time in first_hour) < 350


async def test_no_minute_holds_more_requests_than_allowed(
    github: Callable[..., Any], clock: Any
) -> None:
    server = LimitedGitHub(clock, per_minute=120)
    _, requests = await read_many(
        github, clock, server, 600, "one", github_requests_per_minute=100, github_burst_share=1.0
    )
    assert requests == {"ok": 600}
    assert max(server.minutes.values()) <= 120


async def test_two_tokens_do_twice_as_much(github: Callable[..., Any], clock: Any) -> None:
    server = LimitedGitHub(clock, hourly=200)
    began = clock.time
    outcomes, _ = await read_many(github, clock, server, 390, "one,two")
    assert outcomes == {"ok": 390}
    assert clock.time - began < HOUR + 60
    assert min(server.used.values()) > 150


async def test_without_a_token_sixty_are_read_and_the_rest_skipped_with_the_reason(
    github: Callable[..., Any], clock: Any
) -> None:
    server = LimitedGitHub(clock)
    began = clock.time
    requests: Counter[str] = Counter()
    async with github(server, clock, "") as client:
        reader = RepositoryReader(client, clock, 0)
        seen = [
            await reader.read(MetadataTask(name=f"p{n}"), f"a/r{n}", DAY, None, requests)
            for n in range(100)
        ]
    assert [each.outcome for each in seen] == [Outcome.OK] * 60 + [Outcome.SKIPPED] * 40
    assert "set GITHUB_TOKENS" in seen[-1].reason
    assert clock.time - began < 120


async def test_a_quota_used_up_by_somebody_else_is_waited_for(
    github: Callable[..., Any], clock: Any
) -> None:
    server = LimitedGitHub(clock, hourly=100)
    server.began["Bearer one"], server.used["Bearer one"] = clock.time - 3000, 100
    outcomes, requests = await read_many(github, clock, server, 3, "one")
    assert outcomes == {"ok": 3}
    assert requests == {"limited": 1, "ok": 3}
    assert clock.slept[0] > 590


async def test_beyond_the_longest_wait_the_rest_is_skipped_at_once(
    github: Callable[..., Any], clock: Any
) -> None:
    server = LimitedGitHub(clock, hourly=100)
    server.began["Bearer one"], server.used["Bearer one"] = clock.time - 600, 100
    outcomes, requests = await read_many(
        github, clock, server, 50, "one", github_longest_wait=300.0
    )
    assert outcomes == {"skipped": 50}
    assert requests == {"limited": 1, "skipped": 50}
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "waits"),
    [({"retry-after": "17"}, [17.0, 17.0]), ({}, [60.0, 120.0])],
)
async def test_a_secondary_limit_is_obeyed_as_told_else_for_longer_each_time(
    github: Callable[..., Any], clock: Any, headers: dict[str, str], waits: list[float]
) -> None:
    refusal = httpx.Response(
        403, json={"message": "You have exceeded a secondary rate limit"}, headers=headers
    )
    answers = iter([refusal, refusal, httpx.Response(200, json={"id": 1, "full_name": "a/b"})])
    outcomes, requests = await read_many(github, clock, lambda _: next(answers), 1, "one")
    assert clock.slept == waits
    assert outcomes == {"ok": 1}
    assert requests == {"limited": 2, "ok": 1}


async def test_a_secondary_limit_that_does_not_end_is_given_up(
    github: Callable[..., Any], clock: Any
) -> None:
    refusal = httpx.Response(429, json={"message": "slow down"}, headers={"retry-after": "1"})
    outcomes, requests = await read_many(github, clock, lambda _: refusal, 1, "one")
    assert outcomes == {"skipped": 1}
    assert requests["limited"] < 10


async def test_secondary_limits_long_apart_are_not_in_a_row(
    github: Callable[..., Any], clock: Any
) -> None:
    refusal = httpx.Response(403, json={"message": "You have exceeded a secondary rate limit"})
    found = httpx.Response(200, json={"id": 1, "full_name": "a/b"})
    answers = iter([refusal, found] * 5)
    outcomes, _ = await read_many(github, clock, lambda _: next(answers), 5, "one")
    assert clock.slept == [60.0] * 5
    assert outcomes == {"ok": 5}


async def test_requests_refused_together_met_one_limit(clock: Any) -> None:
    """Sixteen at once would otherwise wait for 60 s doubled sixteen times: 45 days."""
    tokens = pool(clock, ["one"])
    under_way = [await tokens.acquire(f"a/{number}") for number in range(16)]
    for token in under_way:
        tokens.release(token, "core", {})
        tokens.refused(token, None)
    await tokens.acquire("a/b")
    assert clock.slept == [60.0]


async def test_who_waits_for_quota_while_the_token_is_closed_waits_on(clock: Any) -> None:
    class Closing:
        """A clock on which a secondary limit falls into the first wait."""

        def now(self) -> float:
            return float(clock.now())

        async def sleep(self, seconds: float) -> None:
            await clock.sleep(seconds)
            if len(clock.slept) == 1:
                tokens.refused(token, 500.0)

    tokens = TokenPool(
        ["one"], Closing(), burst_share=0.0002, requests_per_minute=600, longest_wait=3900.0
    )
    token = await tokens.acquire("a/b")
    tokens.release(token, "core", {})
    await tokens.acquire("a/b")
    assert clock.slept[1:] == [500.0]
    assert token.allowance("core").under_way == 1


def pool(clock: Any, secrets: list[str]) -> TokenPool:
    return TokenPool(secrets, clock, burst_share=0.2, requests_per_minute=600, longest_wait=3900.0)


async def test_a_repository_keeps_its_token_so_that_its_etag_holds(clock: Any) -> None:
    tokens = pool(clock, ["one", "two", "three"])
    for name in ("ann/a", "ann/b", "ann/c", "ann/d"):
        got = {(await tokens.acquire(name)).number for _ in range(5)}
        assert len(got) == 1


async def test_who_stops_waiting_gives_the_place_back(clock: Any) -> None:
    class Stuck:
        def now(self) -> float:
            return float(clock.now())

        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    tokens = TokenPool(
        ["one"], Stuck(), burst_share=0.0002, requests_per_minute=600, longest_wait=3900.0
    )
    token = await tokens.acquire("a/b")
    waiting = asyncio.create_task(tokens.acquire("a/b"))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert token.allowance("core").under_way == 1


async def test_graphql_has_a_quota_of_its_own(clock: Any) -> None:
    tokens = pool(clock, ["one"])
    token = await tokens.acquire("a/b")
    used_up = {"limit": "5000", "remaining": "0", "reset": str(int(clock.time + 4000))}
    headers = {f"x-ratelimit-{name}": value for name, value in used_up.items()}
    tokens.release(token, "core", headers)
    assert (await tokens.acquire("a/b", "graphql")).number == token.number
    await tokens.acquire("a/b", "core")
    assert clock.slept


async def test_an_answer_of_the_hour_before_does_not_count_in_this_one(clock: Any) -> None:
    tokens = pool(clock, ["one"])
    first, late = await tokens.acquire("a/b"), await tokens.acquire("a/b")

    def told(remaining: int, reset: float) -> dict[str, str]:
        return {
            "x-ratelimit-limit": "5000",
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(int(reset)),
        }

    clock.time += 10
    tokens.release(first, "core", told(4999, clock.time + HOUR))
    tokens.release(late, "core", told(0, clock.time - 5))
    await tokens.acquire("a/b")
    assert clock.slept == []


async def test_all_tokens_used_up_tell_until_when(clock: Any) -> None:
    tokens = TokenPool(["one"], clock, burst_share=1.0, requests_per_minute=600, longest_wait=10.0)
    token = await tokens.acquire("a/b")
    told = {"limit": "1", "remaining": "0", "reset": str(int(clock.time + 1800))}
    tokens.release(token, "core", {f"x-ratelimit-{name}": value for name, value in told.items()})
    with pytest.raises(QuotaExhaustedError, match=r"used up for another 180\d s"):
        await tokens.acquire("a/b")


async def test_an_operator_sees_what_is_left_of_all_tokens_until_their_hour_ends(
    clock: Any,
) -> None:
    tokens = pool(clock, ["one", "two"])
    assert tokens.left() == 10_000
    token = await tokens.acquire("a/b")
    assert tokens.left() == 9_999
    told = {"limit": "5000", "remaining": "1200", "reset": str(int(clock.time + 1800))}
    tokens.release(token, "core", {f"x-ratelimit-{name}": value for name, value in told.items()})
    assert tokens.left() == 6_200
    clock.time += HOUR
    assert tokens.left() == 10_000


def test_a_used_up_hour_is_over_only_when_githubs_clock_says_so_too() -> None:
    used_up = Allowance(limit=10, used=10, start=0.0)
    assert HOUR < used_up.slot(100.0, burst_share=0.2, per_minute=600) <= HOUR + 2


def test_of_a_fresh_hour_a_share_goes_at_once_and_the_last_request_at_its_end() -> None:
    fresh = Allowance(limit=100)
    at_once = [_sent(fresh, HOUR) for _ in range(20)]
    assert at_once == [HOUR] * 20
    rest = [_sent(fresh, HOUR) for _ in range(80)]
    assert rest == sorted(rest)
    assert rest[0] == pytest.approx(HOUR + HOUR / 80)
    assert rest[-1] == pytest.approx(2 * HOUR)


def _sent(allowance: Allowance, now: float) -> float:
    """Send the next request and tell when it goes."""
    slot = allowance.slot(now, burst_share=0.2, per_minute=600)
    allowance.take(slot, per_minute=600)
    return slot
