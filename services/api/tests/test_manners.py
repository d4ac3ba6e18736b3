"""The manners of every answer: validators, lifetimes, encodings, limits, problems."""

import gzip
import re
import time
from typing import Any

import httpx
import pytest
from backports import zstd

PAGES = [
    "/api/packages",
    "/api/packages/requests",
    "/api/packages/requests/history",
    "/api/packages/requests/recent",
    "/api/search?q=req",
    "/api/insights",
    "/api/definitions",
    "/api/badge/requests/downloads.svg",
    "/api/feeds/rising.atom",
]


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_client_has_is_not_sent_again(api: Any, path: str) -> None:
    first = await api.get(path)
    tag = first.headers["etag"]
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = await api.get(path, headers={"if-none-match": asked})
        assert again.status_code == 304 and again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"].startswith("public, max-age=")
        assert again.headers.get("vary") == first.headers.get("vary")
    other = await api.get(path, headers={"if-none-match": 'W/"other"'})
    assert other.status_code == 200 and other.content == first.content


@pytest.mark.parametrize("path", PAGES)
async def test_answers_hold_until_midnight(api: Any, path: str) -> None:
    kept = (await api.get(path)).headers["cache-control"]
    match = re.fullmatch(r"public, max-age=(\d+), stale-while-revalidate=(\d+)", kept)
    assert match
    assert abs(int(match[1]) - (86_400 - time.time() % 86_400)) < 3


async def test_the_state_of_things_holds_briefly(api: Any) -> None:
    assert (await api.get("/api/status")).headers["cache-control"] == "public, max-age=30"


@pytest.mark.parametrize("path", PAGES)
async def test_a_head_has_the_headers_alone(api: Any, path: str) -> None:
    whole = await api.get(path)
    head = await api.client.head(path)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]
    assert head.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("*", "zstd"),
        ("gzip;q=abc", None),
        ("", None),
    ],
)
async def test_a_body_comes_in_an_encoding_the_client_reads(
    api: Any, asked: str, encoding: str | None
) -> None:
    plain = (await api.get("/api/packages", headers={"accept-encoding": "identity"})).content
    async with api.client.stream(
        "GET", "/api/packages", headers={"accept-encoding": asked}
    ) as answer:
        body = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert len(body) == int(answer.headers["content-length"])
    decode = {"gzip": gzip.decompress, "zstd": zstd.decompress, None: bytes}[encoding]
    assert decode(body) == plain


async def test_a_small_body_is_sent_as_it_is(api: Any) -> None:
    answer = await api.get("/api/badge/requests/rank.svg", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


async def test_every_page_may_read_the_answers(api: Any) -> None:
    for path in (*PAGES, "/api/packages/nothing-here", "/api/nowhere", "/api/export/packages.csv"):
        answer = await api.get(path, headers={"origin": "https://example.org"})
        assert answer.headers["access-control-allow-origin"] == "*", path
        assert answer.headers["access-control-expose-headers"] == "*", path
        assert (await api.get(path)).headers["access-control-allow-origin"] == "*", path
    preflight = await api.client.options(
        "/api/packages",
        headers={
            "origin": "https://example.org",
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )
    assert preflight.status_code == 204
    assert "GET" in preflight.headers["access-control-allow-methods"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
async def test_nothing_can_be_written(api: Any, method: str) -> None:
    answer = await api.client.request(method, "/api/packages/requests")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["status"] == 405


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/packages/no-such-package", 404),
        ("/api/nowhere", 404),
        ("/nowhere", 404),
        ("/api/packages?limit=0", 422),
        ("/api/packages?limit=x", 422),
        ("/api/packages?sort=name;drop", 422),
        ("/api/packages?min_downloads=-1", 422),
        ("/api/packages/requests/history?from=yesterday", 422),
        ("/api/packages/requests/history?from=2026-06-02&to=2026-06-01", 422),
        ("/api/packages/requests/breakdown/colour", 422),
        ("/api/badge/requests/health.svg?color=url(x)", 422),
        ("/api/" + "a" * 600, 414),
    ],
)
async def test_errors_are_problem_documents(api: Any, path: str, status: int) -> None:
    answer = await api.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]


async def test_spellings_of_a_request_share_an_answer(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(world)) as api:
        spellings = [
            "/api/packages/requests/history?granularity=week&from=2026-06-01",
            "/api/packages/Requests/history?from=2026-06-01&granularity=week",
            "/api/packages/requests/history?&granularity=week&from=2026-06-01&series=both&utm=1",
        ]
        bodies = {(await api.get(path)).content for path in spellings}
        assert len(bodies) == 1
        assert len(await empty_cache.keys("g8:*")) == 1


async def test_limits_are_told_and_kept(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    settings = settings_for(world, rate_limit_reads="20/hour", computed_cost=5)
    async with start_api(settings) as api:
        first = await api.get("/api/packages")
        assert first.headers["ratelimit-policy"] == '"reads";q=20;w=3600'
        assert first.headers["ratelimit"].startswith('"reads";r=15;t=')
        kept = await api.get("/api/packages")
        assert kept.headers["ratelimit"].startswith('"reads";r=14;t=')
        answers = [await api.get("/api/packages") for _ in range(15)]
        refused = answers[-1]
        assert [answer.status_code for answer in answers] == [200] * 14 + [429]
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["ratelimit"].startswith('"reads";r=0;t=')
        assert (await api.get("/api/search?q=req")).status_code == 200, "another budget"


async def test_replicas_count_together(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    limit = {"rate_limit_reads": "40/hour", "computed_cost": 1}
    async with (
        start_api(settings_for(world, **limit)) as one,
        start_api(settings_for(world, **limit)) as two,
    ):
        for _ in range(30):
            assert (await one.get("/api/packages")).status_code == 200
        await two.get("/api/packages")
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            left = int(
                re.search(r"r=(\d+)", (await two.get("/api/packages")).headers["ratelimit"])[1]
            )  # type: ignore[index]
            if left < 10:
                return
            await two.client.get("/healthz")
        raise AssertionError("what one replica counted did not reach the other")


async def test_an_address_is_believed_from_trusted_proxies_alone(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async def left(api: Any, forwarded: str) -> int:
        answer: httpx.Response = await api.get(
            "/api/packages", headers={"x-forwarded-for": forwarded}
        )
        return int(answer.headers["ratelimit"].split("r=")[1].split(";")[0])

    limit = {"rate_limit_reads": "100/hour", "computed_cost": 1}
    async with start_api(settings_for(world, **limit)) as direct:
        assert await left(direct, "192.0.2.1") - await left(direct, "192.0.2.2") == 1
    async with start_api(
        settings_for(world, **limit, trusted_proxies="127.0.0.0/8, 10.0.0.0/8")
    ) as behind:
        assert await left(behind, "203.0.113.5, 192.0.2.1") == 99
        assert await left(behind, "198.51.100.7, 192.0.2.1, 10.1.2.3") == 98, "the hop before ours"
        assert await left(behind, "192.0.2.2") == 99
        assert await left(behind, "2001:db8:1:2::1") == 99
        assert await left(behind, "2001:db8:1:2:ffff::9") == 98, "one network, one client"
        assert await left(behind, "no-address, ;;") >= 0


async def test_sample_data_is_called_so(
    world: str, settings_for: Any, start_api: Any, valkey: Any
) -> None:
    own_cache = valkey.url + "/1"
    async with start_api(settings_for(world, sample_data=True, redis_url=own_cache)) as api:
        answer = await api.get("/api/status")
        assert answer.json()["sample_data"] is True
        assert answer.headers["x-sample-data"] == "true"
        assert not any(source["late"] for source in answer.json()["sources"])
        assert (await api.get("/api/packages")).headers["x-sample-data"] == "true"
