"""An operator sees how long each route takes, and a stranger cannot make series without end."""

import re
from typing import Any

from prometheus_client import generate_latest

from api.metrics import REQUEST_BUCKETS, ApiMetrics, Counts

SERIES = re.compile(r"^api_request_seconds_count\{(.*?)\} ([\d.e+]+)$", re.MULTILINE)


async def counted(api: Any) -> dict[tuple[str, str, str], float]:
    text = (await api.get("/metrics")).text
    found = {}
    for labels, value in SERIES.findall(text):
        named = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        found[named["route"], named["method"], named["status"]] = float(value)
    return found


async def test_each_answer_counts_towards_its_routes_template(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(world)) as api:
        await api.get("/api/packages/requests")
        await api.get("/api/packages/Requests?unknown=1")
        again = await api.get("/api/packages/requests")
        await api.get("/api/packages/requests", headers={"if-none-match": again.headers["etag"]})
        await api.client.head("/api/packages/requests")
        await api.get("/api/packages/no-such-package")
        counts = await counted(api)
        package = "/api/packages/{name}"
        assert counts[package, "GET", "2xx"] == 3
        assert counts[package, "GET", "3xx"] == 1
        assert counts[package, "GET", "4xx"] == 1
        assert counts[package, "HEAD", "2xx"] == 1


async def test_strangers_paths_and_methods_make_no_series_of_their_own(
    world: str, settings_for: Any, start_api: Any
) -> None:
    async with start_api(settings_for(world)) as api:
        for number in range(5):
            await api.get(f"/nowhere/{number}")
            await api.get(f"/{number}" * 300)
        for method in ("POST", "DELETE", "PROPFIND"):
            await api.client.request(method, "/api/packages")
        counts = await counted(api)
    assert counts["none", "GET", "4xx"] == 10
    assert counts["none", "other", "4xx"] == 3
    assert {route for route, _, _ in counts} <= {"none", "/metrics"}


async def test_the_warmers_requests_are_apart(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(world)) as api:
        await api.get("/api/insights", headers={"x-warm-generation": "1"})
        assert {route for route, _, _ in await counted(api)} == {"warming"}


def test_buckets_add_up_as_prometheus_wants_them() -> None:
    counts = Counts()
    for seconds in (0.00002, 0.003, 0.003, 60.0):
        counts.note("/api/status", "GET", 200, seconds)
    text = generate_latest(ApiMetrics(counts, {}).registry).decode()
    told = dict(re.findall(r'api_request_seconds_bucket\{le="([^"]+)",.*\} ([\d.]+)', text))
    assert list(map(float, told)) == [*REQUEST_BUCKETS, float("inf")]
    assert (told["0.0001"], told["0.0025"], told["0.005"], told["+Inf"]) == (
        "1.0",
        "1.0",
        "3.0",
        "4.0",
    )
    assert "api_request_seconds_sum" in text and "60.006" in text
