"""One package: its page, its history, its breakdowns, its scores, its advisories."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    "spelling", ["zope-interface", "Zope.Interface", "zope__interface", "ZOPE-.-interface"]
)
async def test_a_name_is_found_in_any_spelling(api: Any, spelling: str) -> None:
    page = await api.json(f"/api/packages/{spelling}")
    assert page["name"] == "zope-interface"
    assert page["display_name"] == "zope.interface"
    assert page["stale"] is True


async def test_the_page_says_what_is_known(api: Any) -> None:
    page = await api.json("/api/packages/requests")
    assert page["downloads"]["last_day"] == 39_600_000
    assert page["with_mirrors"]["last_day"] == 40_000_000
    assert page["downloads"]["rank"] == 1
    assert page["health"] == {"score": 91.3, "confidence": "high", "rules_version": "test-1"}
    assert page["repository"]["full_name"] == "psf/requests"
    assert page["dependents"] == 3
    assert [each["name"] for each in page["dependents_top"]] == ["tensorflow", "quiet-lib"]
    assert [each["name"] for each in page["dependencies"]] == ["urllib3", "pysocks"]
    assert page["dependencies"][0]["security"]["status"] == "vulnerable"
    assert page["releases"][0]["version"] == "2.34.0"
    assert page["links"] == {"Source": "https://github.com/psf/requests"}
    assert page["freshness"]["downloads"] == "2026-06-30"
    assert page["data_through"] == "2026-06-30"
    assert page["generation"] == 8
    assert len(page["sparkline"]) == 30 and page["sparkline"][9] is None


async def test_who_requires_it_with_an_extra_alone_is_told_apart(api: Any) -> None:
    page = await api.json("/api/packages/urllib3")
    assert page["dependents"] == page["dependents_by_extra"] == 1
    assert [each["name"] for each in page["dependents_top"]] == ["requests"]
    assert [each["name"] for each in page["dependents_by_extra_top"]] == ["tensorflow"]


async def test_a_flagged_package_is_shown_with_what_was_found(api: Any) -> None:
    page = await api.json("/api/packages/reqeusts")
    assert page["security"]["status"] == "malicious"
    assert [finding["kind"] for finding in page["security"]["findings"]] == [
        "malicious",
        "lookalike",
    ]
    assert page["security"]["findings"][1]["probability"] == 0.97


async def test_a_package_never_read_has_a_page_of_unknowns(api: Any) -> None:
    page = await api.json("/api/packages/never-read")
    assert page["version"] is None and page["repository"] is None
    assert page["downloads"]["last_month"] == 0 and page["downloads"]["rank"] is None
    assert page["health"]["score"] is None
    assert page["security"]["status"] == "unknown"


@pytest.mark.parametrize(
    "name", ["no-such-package", "-", "a b", "%00", "é", "x" * 300, "..%2f..%2fetc"]
)
async def test_what_no_package_is_called_is_not_found(api: Any, name: str) -> None:
    for part in ("", "/history", "/score", "/advisories", "/breakdown/python", "/recent"):
        answer = await api.get(f"/api/packages/{name}{part}")
        assert answer.status_code in (404, 422), (name, part, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


async def test_history_has_every_day_and_gaps_are_null(api: Any) -> None:
    history = await api.json("/api/packages/requests/history?from=2026-06-08&to=2026-06-12")
    assert [point["date"] for point in history["points"]] == [
        f"2026-06-{day:02}" for day in range(8, 13)
    ]
    assert [point["downloads"] for point in history["points"]] == [39_600_000] * 2 + [None] + [
        39_600_000
    ] * 2
    assert [point["incomplete"] for point in history["points"]] == [
        False,
        False,
        True,
        False,
        False,
    ]
    assert history["points"][0]["with_mirrors"] == 40_000_000


async def test_history_ends_with_the_published_day(api: Any) -> None:
    history = await api.json("/api/packages/requests/history?to=2026-12-31")
    assert history["from"] == "2026-04-01"
    assert history["to"] == history["points"][-1]["date"] == "2026-06-30"


async def test_history_starts_with_the_first_download(api: Any) -> None:
    history = await api.json("/api/packages/tie-001/history?from=2020-01-01")
    assert history["points"][0]["date"] == "2026-06-01"


async def test_a_day_far_above_the_others_is_marked(api: Any) -> None:
    history = await api.json("/api/packages/requests/history")
    assert [point["date"] for point in history["points"] if point["unusual"]] == ["2026-05-28"]


async def test_weeks_and_months_say_when_days_are_missing(api: Any) -> None:
    weeks = (await api.json("/api/packages/urllib3/history?granularity=week"))["points"]
    by_start = {week["date"]: week for week in weeks}
    assert by_start["2026-06-01"] == {
        "date": "2026-06-01",
        "downloads": 7 * 29_700_000,
        "with_mirrors": 7 * 30_000_000,
        "incomplete": False,
        "unusual": False,
        "automation": None,
    }
    assert by_start["2026-06-08"]["downloads"] == 6 * 29_700_000
    assert by_start["2026-06-08"]["incomplete"] is True
    assert by_start["2026-06-29"]["incomplete"] is True
    months = (await api.json("/api/packages/urllib3/history?granularity=month"))["points"]
    assert [month["incomplete"] for month in months] == [False, False, True]


async def test_a_series_not_asked_for_is_null(api: Any) -> None:
    only = (await api.json("/api/packages/urllib3/history?series=without_mirrors"))["points"][0]
    assert only["with_mirrors"] is None and only["downloads"] == 29_700_000
    every = (await api.json("/api/packages/urllib3/history?series=all"))["points"][0]
    assert every["with_mirrors"] == 30_000_000 and every["downloads"] is None


async def test_a_span_the_wrong_way_round_is_an_error_and_one_to_come_is_empty(api: Any) -> None:
    turned = await api.get("/api/packages/urllib3/history?from=2026-06-20&to=2026-06-10")
    assert turned.status_code == 422 and "`from`" in turned.json()["detail"]
    assert (await api.json("/api/packages/urllib3/history?from=2030-01-01"))["points"] == []


async def test_a_breakdown_adds_up(api: Any) -> None:
    answer = await api.json("/api/packages/requests/breakdown/python?days=7")
    assert answer["first_day"] == "2026-06-24"
    assert [each["label"] for each in answer["labels"]] == ["unknown", "2.7", "3.11", "3.12"]
    assert sum(each["share"] for each in answer["labels"]) == pytest.approx(1)
    for label, series in zip(answer["labels"], answer["series"], strict=True):
        assert label["label"] == series["label"]
        assert sum(series["points"]) == label["downloads"] and len(series["points"]) == 7
    month = await api.json("/api/packages/requests/breakdown/python")
    assert month["series"][0]["points"][9] is None


async def test_a_package_without_breakdowns_has_no_labels(api: Any) -> None:
    answer = await api.json("/api/packages/quiet-lib/breakdown/country")
    assert answer["labels"] == [] and answer["series"] == []


async def test_a_score_is_explained_line_by_line(api: Any) -> None:
    answer = await api.json("/api/packages/requests/score")
    part, unknown = answer["health"]["parts"]
    assert (part["points"], part["of"]) == (90.0, 100.0)
    assert part["inputs"] == [
        {
            "name": "days_since_release",
            "value": 41,
            "unit": "days",
            "observed": "2026-06-30T02:00:00Z",
        }
    ]
    assert unknown["points"] is None
    assert answer["labels"][0]["rule"] == "maintenance.1"
    assert answer["labels"][0]["explanation"] == "a release in the last 60 days"
    assert answer["history"][0]["week"] == "2026-04-06"
    nothing = await api.json("/api/packages/never-read/score")
    assert nothing["health"]["parts"] == [] and nothing["labels"] == []


async def test_advisories_say_whether_the_newest_version_is_open_to_them(api: Any) -> None:
    open_ones = (await api.json("/api/packages/urllib3/advisories"))["advisories"]
    assert [(each["id"], each["affects_latest"]) for each in open_ones] == [("GHSA-2222", True)]
    fixed = (await api.json("/api/packages/requests/advisories"))["advisories"]
    assert [(each["id"], each["affects_latest"]) for each in fixed] == [("GHSA-1111", False)]
    assert fixed[0]["fixed_in"] == ["2.32.0"]


async def test_the_catalogue_pages_newest_first_and_leaves_out_what_was_withdrawn(api: Any) -> None:
    seen, cursor = [], ""
    while True:
        page = await api.json(f"/api/advisories?limit=1{cursor}")
        assert page["total"] == 4
        seen += [each["id"] for each in page["advisories"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ["GHSA-2222", "MAL-2025-7", "GHSA-1111", "MAL-2026-1"]
    malicious = await api.json("/api/advisories?kind=malicious&severity=critical")
    assert malicious["advisories"][0]["packages"] == [{"name": "reqeusts", "fixed_in": []}]


async def test_insights_say_who_and_why(api: Any) -> None:
    lists = {each["name"]: each for each in (await api.json("/api/insights"))["categories"]}
    assert lists["hidden_gem"]["count"] == 1
    assert lists["hidden_gem"]["packages"][0]["name"] == "zope-interface"
    rising = await api.json("/api/insights/rising_star")
    assert rising["category"]["title"] == "Rising stars"
    first = rising["packages"][0]
    assert first["why"] == "steady growth"
    score = (await api.json(f"/api/packages/{first['name']}/score"))["health"]["score"]
    met = {each["name"]: (each["value"], each["unit"]) for each in first["why_inputs"]}
    assert met == {
        "downloads_last_month": (1_148_400_000, "downloads"),
        "health": (score, "of 100"),
    }
    assert (rising["category"]["sort"], lists["hidden_gem"]["sort"]) == ("momentum", "downloads")
    assert (await api.get("/api/insights/nonsense")).status_code == 404


async def test_status_names_what_is_late_and_what_was_held(api: Any) -> None:
    status = await api.json("/api/status")
    sources = {source["name"]: source for source in status["sources"]}
    assert sources["downloads"]["newest"] == "2026-06-30"
    assert sources["downloads"]["problem"] == "the total halved"
    assert sources["metadata"]["late"] is True
    assert status["gaps"] == ["2026-06-10"]
    assert status["runs"][0]["status"] == "held"
    assert {
        "run_id": "downloads-2026-07-01",
        "gate": "total",
        "passed": False,
        "measured": 0.5,
        "limit": 0.7,
        "reason": "the total is half of last Tuesday's",
    } in status["gates"]
    assert status["packages"] == 139 and status["stale_packages"] == 2
    assert status["unknown_installers"] == pytest.approx(0.04)


async def test_the_catalogue_knows_names_that_pypi_no_longer_has(api: Any) -> None:
    found = await api.json("/api/advisories?package=Long_Gone")
    assert [each["id"] for each in found["advisories"]] == ["MAL-2025-7"]


async def test_the_catalogue_is_filtered_by_day_and_counted_whole(api: Any) -> None:
    found = await api.json("/api/advisories?since=2025-03-01")
    assert [each["id"] for each in found["advisories"]] == ["GHSA-2222", "MAL-2025-7"]
    assert found["total"] == 2
    assert {"kind": "vulnerable", "severity": "high", "count": 1} in found["counts"]
    assert sum(each["count"] for each in found["counts"]) == 4


async def test_a_package_that_was_cleared_tells_its_history(api: Any) -> None:
    security = (await api.json("/api/packages/requests"))["security"]
    assert "malicious" not in [each["kind"] for each in security["findings"]]
    (lifted,) = security["history"]
    assert (lifted["id"], lifted["found"], lifted["lifted"]) == (
        "MAL-2024-9",
        "2026-05-01",
        "2026-05-03",
    )


async def test_who_asks_for_a_name_that_malicious_code_bore_is_warned(api: Any) -> None:
    for part in ("", "/history", "/recent"):
        answer = await api.get(f"/api/packages/Long.Gone{part}")
        assert answer.status_code == 404
        problem = answer.json()
        assert "malicious" in problem["detail"] and "MAL-2025-7" in problem["detail"]
        assert problem["security"] == {"status": "malicious"}
        assert [each["url"] for each in problem["advisories"]] == ["https://osv.dev/MAL-2025-7"]
    plain = (await api.get("/api/packages/never-was-there")).json()
    assert plain.keys() == {"type", "title", "status", "detail"}
