"""Search finds what people type."""

import asyncio
from typing import Any

import pytest


async def found(api: Any, typed: str) -> dict[str, str]:
    answer = await api.json("/api/search", params={"q": typed})
    return {package["name"]: package["match"] for package in answer["packages"]}


@pytest.mark.parametrize(
    ("typed", "first", "match"),
    [
        ("requests", "requests", "exact"),
        ("Zope.Interface", "zope-interface", "exact"),
        (" zope interface ", "zope-interface", "exact"),
        ("r", "requests", "prefix"),
        ("req", "requests", "prefix"),
        ("tensor", "tensorflow", "prefix"),
        ("tensrflow", "tensorflow", "typo"),
        ("reqests", "requests", "typo"),
        ("reuqests", "requests", "typo"),
        ("rrequests", "requests", "typo"),
        ("tenosr", "tensorflow", "typo"),
        ("zope-intreface", "zope-interface", "typo"),
        ("machine-learning", "tensorflow", "words"),
        ("machine learning", "tensorflow", "words"),
        ("connection pooling", "urllib3", "words"),
        ("humans", "requests", "words"),
        ("urllib3_module", "urllib3", "import"),
        ("tensor flow", "tensorflow", "joined"),
        ("zopeinterface", "zope-interface", "typo"),
        ("pooled connections for nobody", "urllib3", "words"),
    ],
)
async def test_the_wanted_package_comes_first(api: Any, typed: str, first: str, match: str) -> None:
    results = await found(api, typed)
    assert list(results.items())[:1] == [(first, match)], results


async def test_flagged_packages_are_found_and_marked(api: Any) -> None:
    answer = await api.json("/api/search?q=reqeusts")
    hit = answer["packages"][0]
    assert (hit["name"], hit["match"], hit["security"]["status"]) == (
        "reqeusts",
        "exact",
        "malicious",
    )


async def test_a_name_that_only_a_report_knows_is_found_as_gone_and_malicious(api: Any) -> None:
    answer = await api.json("/api/search?q=Long_Gone")
    hit = answer["packages"][0]
    assert (hit["name"], hit["match"], hit["project_status"], hit["security"]["status"]) == (
        "long-gone",
        "exact",
        "gone",
        "malicious",
    )
    assert hit["summary"] == "Malicious code in long-gone"


async def test_each_package_is_found_once(api: Any) -> None:
    answer = await api.json("/api/search?q=tie-0")
    names = [package["name"] for package in answer["packages"]]
    assert len(names) == len(set(names)) == 20


@pytest.mark.parametrize(
    "typed", ["%", "_____", "\\", "'; drop table x", "\u2603", "a" * 100, "()|&!:*", "\x00"]
)
async def test_anything_typed_is_answered(api: Any, typed: str) -> None:
    answer = await api.get("/api/search", params={"q": typed})
    assert answer.status_code in (200, 422), answer.text


async def test_nothing_typed_is_a_clear_error(api: Any) -> None:
    for address in ("/api/search", "/api/search?q="):
        answer = await api.get(address)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] == "q"


async def test_many_names_that_are_close_leave_room_for_words(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await owner.execute(
        "insert into packages (name, first_seen)"
        " select 'human' || chr(n), '2026-01-01' from generate_series(97, 114) n"
    )
    await owner.execute("refresh materialized view package_list")
    async with start_api(settings_for(own_world)) as api:
        results = await found(api, "humans")
    assert list(results.values()).count("typo") == 10
    assert results["requests"] == "words"


async def test_a_name_that_a_new_generation_brought_is_soon_found_misspelt(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(own_world, redis_url="", hot_bytes=0)) as api:
        assert await found(api, "zarathustrra") == {}
        await owner.execute("insert into packages (name, first_seen) values ('zarathustra', now())")
        await owner.execute("refresh materialized view package_list")
        await owner.execute("update publication set generation = generation + 1")
        async with asyncio.timeout(20):
            while await found(api, "zarathustrra") != {"zarathustra": "typo"}:
                await asyncio.sleep(0.1)


async def test_each_hit_says_why_in_words(api: Any) -> None:
    answer = await api.json("/api/search?q=urllib3_module")
    assert answer["packages"][0]["why"] == "imported as urllib3_module"
    answer = await api.json("/api/search?q=connection pooling")
    assert answer["packages"][0]["why"] == "its summary says “connection” and “pooling”"


async def test_pages_follow_one_another_without_repeating(api: Any) -> None:
    first = await api.json("/api/search?q=tie-")
    second = await api.json("/api/search", params={"q": "tie-", "cursor": first["next"]})
    names = [each["name"] for answer in (first, second) for each in answer["packages"]]
    assert len(names) == len(set(names)) > 20
    wrong = await api.get("/api/search", params={"q": "tie-", "cursor": "WyJ4Il0"})
    assert wrong.status_code == 422


async def test_filters_narrow_what_was_found(api: Any) -> None:
    every_one = await api.json("/api/search?q=re")
    used = await api.json("/api/search?q=re&min_downloads=1000000")
    names = [each["name"] for each in every_one["packages"]]
    kept = [each["name"] for each in used["packages"]]
    assert kept
    assert len(kept) < len(names)
    assert kept == [name for name in names if name in kept]


async def test_nothing_found_offers_the_nearest_words(api: Any) -> None:
    answer = await api.json("/api/search?q=xqzvwkzzz")
    assert (answer["packages"], answer["total"]) == ([], 0)
    assert answer["nearest"]
