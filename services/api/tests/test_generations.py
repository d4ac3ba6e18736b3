"""Generations: warmed first, switched without a miss, and what is kept of them."""

import asyncio
import re
from typing import Any

POPULAR = [
    "/api/packages",
    "/api/packages?sort=stars",
    "/api/packages/requests",
    "/api/packages/urllib3/history",
    "/api/packages/requests/recent",
    "/api/insights/rising_star",
]
UNCHANGED = [
    "/api/packages/urllib3/history",
    "/api/packages/requests/recent",
    "/api/insights/rising_star",
]


async def publish(owner: Any, *, generation: int) -> None:
    """Change a package's stars, and publish that as a new generation."""
    await owner.execute(
        "update repositories set stars = stars + 1 where full_name = 'psf/requests'"
    )
    await owner.execute("refresh materialized view package_list")
    await owner.execute("update publication set generation = $1, published_at = now()", generation)


def warming(api: Any, generation: int) -> dict[str, str]:
    token = api.settings.warm_token.get_secret_value()
    return {"x-warm-generation": str(generation), "x-warm-token": token}


async def found(api: Any) -> dict[str, int]:
    """Return the counts of answers by where they were found."""
    metrics = (await api.get("/metrics")).text
    return {
        source: int(float(count))
        for source, count in re.findall(r'api_answers_total\{source="(\w+)"\} ([\d.e+]+)', metrics)
    }


async def until_shown(api: Any, generation: int) -> None:
    for _ in range(200):
        if f"api_generation {float(generation)}" in (await api.get("/metrics")).text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"generation {generation} was not shown")


async def test_a_warmed_generation_comes_without_an_error_or_a_miss(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await empty_cache.set("generation", 8)
    async with start_api(settings_for(own_world)) as one, start_api(settings_for(own_world)) as two:
        before = {path: (await one.get(path)) for path in POPULAR}
        for path in POPULAR:
            await two.get(path)
        await publish(owner, generation=9)
        old = await one.json("/api/packages/requests")
        assert old["generation"] == 8, "what is warm stays until the pointer moves"
        for path in POPULAR:
            assert (await one.get(path, headers=warming(one, 9))).status_code == 200
        assert (await one.json("/api/packages/requests"))["generation"] == 8
        misses = [(await found(api)).get("database") for api in (one, two)]

        statuses: list[int] = []
        generations: list[list[int]] = []
        stop = asyncio.Event()

        async def visitor(api: Any) -> None:
            seen: list[int] = []
            generations.append(seen)
            while not stop.is_set():
                for path in POPULAR:
                    answer = await api.get(path)
                    statuses.append(answer.status_code)
                    seen.append(answer.json()["generation"])

        visitors = [asyncio.create_task(visitor(api)) for api in (one, two) for _ in range(4)]
        await asyncio.sleep(0.2)
        await empty_cache.set("generation", 9)
        await until_shown(one, 9)
        await until_shown(two, 9)
        await asyncio.sleep(0.2)
        stop.set()
        await asyncio.gather(*visitors)

        assert set(statuses) == {200} and len(statuses) > 100
        for seen in generations:
            assert set(seen) == {8, 9} and seen == sorted(seen), "never back to the old one"
        assert [(await found(api)).get("database") for api in (one, two)] == misses
        for path, answer in before.items():
            tag = (await one.get(path)).headers["etag"]
            assert (tag == answer.headers["etag"]) is (path in UNCHANGED), path


async def test_a_page_made_of_a_newer_generation_is_not_replaced_by_the_warmed_older_one(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await empty_cache.set("generation", 8)
    async with start_api(settings_for(own_world)) as api:
        await publish(owner, generation=9)
        await api.get("/api/packages", headers=warming(api, 9))
        await publish(owner, generation=10)
        assert (await api.json("/api/packages"))["generation"] == 10, "nothing was kept of it yet"
        await empty_cache.set("generation", 9)
        await until_shown(api, 9)
        assert (await api.json("/api/packages"))["generation"] == 10


async def test_warming_needs_the_token_and_the_right_generation(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(own_world)) as api:
        for token in ("", "wrong"):
            refused = await api.get(
                "/api/packages", headers={"x-warm-generation": "8", "x-warm-token": token}
            )
            assert refused.status_code == 403
        assert (await api.get("/api/packages", headers=warming(api, 9))).status_code == 409
        assert (await api.get("/api/packages/nothing", headers=warming(api, 8))).status_code == 404
        answer = await api.get("/api/packages", headers=warming(api, 8))
        assert answer.status_code == 200
        assert await empty_cache.exists("g8:/api/packages")
        assert 0 < await empty_cache.ttl("g8:/api/packages") <= 86_400 + api.settings.stored_margin
    async with start_api(settings_for(own_world, warm_token="")) as closed:
        refused = await closed.get("/api/packages", headers=warming(closed, 8))
        assert refused.status_code == 403


async def test_without_a_warmer_the_new_generation_comes_in_the_end(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await empty_cache.set("generation", 8)
    async with start_api(settings_for(own_world, switch_patience=1)) as api:
        first = await api.json("/api/packages?limit=5")
        await publish(owner, generation=9)
        await until_shown(api, 9)
        second = await api.json(f"/api/packages?limit=5&cursor={first['next']}")
        assert second["generation"] == 9, "a cursor outlives its generation"
        names = [package["name"] for page in (first, second) for package in page["packages"]]
        assert len(set(names)) == 10


async def test_a_pointer_ahead_of_the_database_is_not_believed(
    own_world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await empty_cache.set("generation", 12)
    async with start_api(settings_for(own_world)) as api:
        await until_shown(api, 8)
        await api.get("/api/packages")
        await api.get("/api/packages")
        assert (await found(api))["memory"] >= 1


async def test_requests_that_come_together_are_answered_by_one_reading(
    own_world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(own_world)) as one, start_api(settings_for(own_world)) as two:
        answers = await asyncio.gather(
            *(api.get("/api/insights") for api in (one, two) for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        readings = [(await found(api)).get("database", 0) for api in (one, two)]
        assert sum(readings) == 1, readings


async def test_what_people_ask_for_is_counted_for_the_warmer(
    own_world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(own_world, popular_sample=1)) as api:
        for _ in range(5):
            await api.get("/api/packages/Requests?unknown=1")
        await api.get("/api/packages?sort=stars")
        await api.get("/api/packages/nothing-here")
    (day,) = await empty_cache.keys("popular:*")
    assert re.fullmatch(rb"popular:\d{4}-\d\d-\d\d", day)
    counted = await empty_cache.zrevrange(day, 0, -1, withscores=True)
    assert counted == [(b"/api/packages/requests", 5.0), (b"/api/packages?sort=stars", 1.0)]
    assert 0 < await empty_cache.ttl(day) <= 3 * 86_400


async def test_memory_has_a_bound(
    own_world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    most = 50_000
    async with start_api(settings_for(own_world, hot_bytes=most)) as api:
        for number in range(1, 100):
            answer = await api.get(f"/api/packages/tie-{number:03}")
            assert answer.status_code == 200
        metrics = (await api.get("/metrics")).text
        held = float(re.search(r"api_memory_bytes ([\d.e+]+)", metrics)[1])  # type: ignore[index]
        assert 0 < held <= most


async def test_after_a_purge_no_process_shows_what_it_kept(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(world)) as api:
        await api.get("/api/packages/requests")
        made = (await found(api))["database"]
        await api.get("/api/packages/requests")
        assert (await found(api))["database"] == made
        await empty_cache.delete("g8:/api/packages/requests")
        await empty_cache.incr("purges")
        for _ in range(100):
            await api.get("/api/packages/requests")
            if (await found(api))["database"] > made:
                break
            await asyncio.sleep(0.05)
        assert (await found(api))["database"] == made + 1
