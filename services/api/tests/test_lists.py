"""Lists: order, filters, pages, cursors."""

from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.problems import InvalidRequestError
from api.lists import cursors
from api.lists.cursors import AdvisoryCursor, ListCursor

FLAGGED = {"reqeusts", "held-back"}


async def all_pages(api: Any, address: str) -> list[dict[str, Any]]:
    """Follow the cursors to the end."""
    packages: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await api.json(f"{address}{cursor}")
        packages += page["packages"]
        if page["next"] is None:
            assert len(packages) == page["total"]
            return packages
        cursor = f"&cursor={page['next']}"


def value_of(package: dict[str, Any], sort: str) -> float | None:
    return {
        "downloads": lambda: package["downloads"]["last_month"],
        "stars": lambda: (package["repository"] or {}).get("stars"),
        "momentum": lambda: package["momentum"]["score"],
        "health": lambda: package["health"]["score"],
        "dependents": lambda: package["dependents"],
    }[sort]()


@pytest.mark.parametrize("sort", ["downloads", "stars", "momentum", "health", "dependents"])
@pytest.mark.parametrize("order", ["desc", "asc"])
async def test_pages_show_every_package_once_nulls_last_ties_by_name(
    api: Any, sort: str, order: str
) -> None:
    packages = await all_pages(api, f"/api/packages?sort={sort}&order={order}&limit=7")
    names = [package["name"] for package in packages]
    assert len(set(names)) == len(names) == 137
    sign = -1 if order == "desc" else 1

    def place(package: dict[str, Any]) -> tuple[bool, float, str]:
        value = value_of(package, sort)
        return value is None, sign * (value or 0), package["name"]

    assert names == [package["name"] for package in sorted(packages, key=place)]


async def test_flagged_packages_are_in_no_list(api: Any) -> None:
    names = {package["name"] for package in await all_pages(api, "/api/packages?limit=100")}
    assert "requests" in names
    assert not names & FLAGGED


async def test_filters_combine(api: Any) -> None:
    found = await api.json("/api/packages?topic=python&license=permissive&min_downloads=1000000000")
    assert [package["name"] for package in found["packages"]] == ["requests"]
    assert found["total"] == 1
    none = await api.json("/api/packages?topic=python&license=strong_copyleft")
    assert none["packages"] == [] and none["total"] == 0 and none["next"] is None


async def test_words_in_a_name_are_taken_as_they_are(api: Any) -> None:
    found = await api.json("/api/packages?q=tie-01&limit=100")
    assert found["total"] == 10
    for wild in ("%25", "_", "\\", "%2500"):
        assert (await api.json(f"/api/packages?q={wild}tie"))["total"] == 0


async def test_a_cursor_belongs_to_its_order(api: Any) -> None:
    page = await api.json("/api/packages?sort=health&limit=2")
    wrong = await api.get(f"/api/packages?sort=stars&cursor={page['next']}")
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b'["downloads","desc","a","x"]',
        b'["downloads","desc",null,"x"]',
        b'["downloads","desc",1e400,"x"]',
        b'["downloads","desc",99999999999999999999999,"x"]',
        b'["downloads","desc",true,"x"]',
        b'["downloads","desc",1,"x","more"]',
        b'["downloads","desc",1,"\\u0000"]',
        b"\xff\xff",
    ],
)
async def test_a_forged_cursor_is_a_clear_error(api: Any, content: bytes) -> None:
    forged = urlsafe_b64encode(content).decode().rstrip("=")
    answer = await api.get(f"/api/packages?cursor={forged}")
    assert answer.status_code == 422, answer.text


@given(st.text(max_size=700))
def test_any_text_is_a_cursor_or_a_clear_error(text: str) -> None:
    for kind in (ListCursor, AdvisoryCursor):
        try:
            place = cursors.decode(text, kind)
        except InvalidRequestError:
            continue
        assert isinstance(place, kind)


@given(
    st.sampled_from(["downloads", "health"]),
    st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60),
    st.text(max_size=90),
)
def test_a_cursor_comes_back_as_it_was(sort: str, value: float | None, name: str) -> None:
    place = ListCursor(sort, "desc", value, name)
    try:
        assert cursors.decode(cursors.encode(place), ListCursor) == place
    except InvalidRequestError:
        assert len(cursors.encode(place)) > cursors.LONGEST


async def test_packages_side_by_side_come_in_the_order_asked_for(api: Any) -> None:
    answer = await api.json("/api/compare?names=urllib3,Zope_Interface,nothing,requests,urllib3")
    names = [package["name"] for package in answer["packages"]]
    assert names == ["urllib3", "zope-interface", "requests"]
    assert answer["missing"] == ["nothing"]
    many = ",".join(f"p{number}" for number in range(11))
    assert (await api.get(f"/api/compare?names={many}")).status_code == 422
    assert (await api.get("/api/compare?names=,,")).status_code == 422


async def test_favourites_are_ordered_as_their_definition_says_not_by_stars(api: Any) -> None:
    whole = await api.json("/api/insights/community_favorite")
    names = [each["name"] for each in whole["packages"]]
    assert names == ["requests", "tensorflow", "zope-interface"]
    stars = [each["repository"]["stars"] for each in whole["packages"][:2]]
    assert stars == sorted(stars)
    assert whole["category"]["sort"] == "star_surplus"
    first = await api.json("/api/insights/community_favorite?limit=2")
    rest = await api.json(f"/api/insights/community_favorite?limit=2&cursor={first['next']}")
    pages = [*first["packages"], *rest["packages"]]
    assert [each["name"] for each in pages] == names
    shown = await api.json("/api/insights")
    listed = {each["name"]: each["packages"] for each in shown["categories"]}
    assert [each["name"] for each in listed["community_favorite"]] == names
    assert (await api.get("/api/packages?sort=star_surplus")).status_code == 422


async def test_a_severe_flaw_is_told_in_lists_and_in_search(api: Any) -> None:
    listed = {
        each["name"]: each["security"] for each in await all_pages(api, "/api/packages?limit=100")
    }
    assert listed["urllib3"] == {"status": "vulnerable", "severity": "high"}
    (found, *_) = (await api.json("/api/search?q=urllib3"))["packages"]
    assert found["security"] == {"status": "vulnerable", "severity": "high"}


@pytest.mark.parametrize(
    "chosen", ["", "&license=permissive", "&license=permissive&cadence=regular"]
)
async def test_a_value_of_a_filter_counts_what_it_leaves_beside_the_others(
    api: Any, chosen: str
) -> None:
    answer = await api.json(f"/api/facets?{chosen.removeprefix('&')}")
    assert set(answer["facets"]) == {"category", "maintenance", "license", "python", "cadence"}
    for label, counts in answer["facets"].items():
        others = "&".join(each for each in chosen.split("&") if not each.startswith(f"{label}="))
        for each in counts:
            page = await api.json(f"/api/packages?{label}={each['value']}{others}")
            assert page["total"] == each["packages"], (label, each["value"])
