"""Insights, comparison, advisories, status, method and reference."""

import re

import pytest
from chromium import settle, visit
from playwright.sync_api import expect


def test_every_insight_says_what_it_means(page, api):
    visit(page, "/insights/")
    categories = api.get("/api/insights").json()["categories"]
    expect(page.locator(".card h2 a")).to_have_text([each["title"] for each in categories])
    filled = next(each for each in categories if each["count"])
    page.get_by_role("link", name=filled["title"], exact=True).click()
    settle(page)
    expect(page.locator("h1")).to_have_text(filled["title"])
    expect(page.locator(".page-head")).to_contain_text(filled["meaning"])


@pytest.mark.parametrize("which", ["hidden_gem", "rising_star", "may_need_maintainers"])
def test_an_insight_tells_each_package_its_own_numbers(page, api, which):
    answer = api.get(f"/api/insights/{which}", params={"limit": 50})
    if not answer.is_success or not answer.json()["packages"]:
        pytest.skip(f"the site has no package in {which}")
    packages = answer.json()["packages"]
    visit(page, f"/insights/{which}/")
    expect(page.locator(".leaderboard th.is-sorted")).to_have_text(
        {"downloads": "Downloads, 30 days", "momentum": "Momentum"}[
            answer.json()["category"]["sort"]
        ]
    )
    reasons = page.locator(".leaderboard .why")
    columns = ("downloads_last_month", "stars", "momentum", "health", "dependents")
    for reason, package in zip(reasons.all(), packages[:5], strict=False):
        told = [
            each
            for each in package["why_inputs"]
            if type(each["value"]) in (int, float) and each["name"] not in columns
        ]
        expect(reason.locator(":not(.help) > li")).to_have_count(len(told))


def test_packages_stand_side_by_side(page, popular):
    names = [each["name"] for each in popular[:3]]
    visit(page, "/compare/")
    page.get_by_label("Package names").fill(", ".join(names))
    page.get_by_role("button", name="Compare").click()
    settle(page)
    assert page.url.endswith("names=" + ",".join(names))
    expect(page.locator("table a.package-name")).to_have_count(3)
    expect(page.locator(".readout .key")).to_have_count(3)
    page.get_by_role("button", name=f"Take {names[0]} away").click()
    settle(page)
    assert page.url.endswith("names=" + ",".join(names[1:]))


@pytest.mark.parametrize(
    ("button", "query"),
    [
        ("By age", "align=age"),
        ("Own scales", "scale=own"),
        ("Logarithmic", "scale=log"),
        ("Index 100", "scale=index"),
    ],
)
def test_comparisons_align_and_scale(page, popular, button, query):
    names = ",".join(each["name"] for each in popular[:2])
    visit(page, f"/compare/?names={names}")
    page.get_by_role("button", name=button).click()
    settle(page)
    assert query in page.url
    if "age" in query:
        expect(page.locator(".readout time")).to_have_text(re.compile(r"^Week \d+"))


@pytest.mark.parametrize("kind", ["CSV", "PNG"])
def test_a_comparison_is_saved(page, popular, tmp_path, kind):
    names = [each["name"] for each in popular[:2]]
    visit(page, f"/compare/?names={','.join(names)}")
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {kind}").click()
    file = tmp_path / "comparison"
    download.value.save_as(file)
    begin = b"\x89PNG" if kind == "PNG" else f"date,{','.join(names)}".encode()
    assert file.read_bytes().startswith(begin)


def test_ten_packages_are_compared_and_no_more(page, popular):
    names = [each["name"] for each in popular[:12]]
    visit(page, f"/compare/?names={','.join(names)}")
    expect(page.locator("table a.package-name")).to_have_count(10)
    expect(page.locator(".readout .key")).to_have_count(10)


def test_names_that_are_none_are_named(page, popular):
    visit(page, f"/compare/?names={popular[0]['name']},there-is-no-such-package")
    expect(page.get_by_text("Not known: there-is-no-such-package")).to_be_visible()
    expect(page.locator("table a.package-name")).to_have_count(1)


@pytest.mark.parametrize(("label", "value"), [("Kind", "vulnerable"), ("Severity", "high")])
def test_advisories_are_filtered(page, api, label, value):
    visit(page, "/advisories/")
    page.get_by_label(label).select_option(value)
    settle(page)
    wanted = api.get("/api/advisories", params={label.lower(): value, "limit": 50}).json()
    shown = page.locator(
        ".advisories tbody tr td:first-child > a, .advisories tbody tr td:first-child"
    )
    assert f"{label.lower()}={value}" in page.url
    for advisory in wanted["advisories"][:5]:
        expect(shown.filter(has_text=advisory["id"]).first).to_be_visible()
    assert page.locator(".advisories tbody tr").count() == len(wanted["advisories"])


def test_advisories_of_one_package(page, api):
    first = api.get("/api/advisories", params={"limit": 1}).json()["advisories"][0]
    visit(page, "/advisories/")
    page.get_by_role("textbox", name="Package").fill(first["packages"][0]["name"])
    page.get_by_role("textbox", name="Package").press("Enter")
    settle(page)
    expect(page.locator(".advisories tbody")).to_contain_text(first["id"])


def test_advisories_since_a_day(page, api):
    catalogue = api.get("/api/advisories", params={"limit": 50}).json()["advisories"]
    day = catalogue[len(catalogue) // 2]["published"][:10]
    wanted = api.get("/api/advisories", params={"since": day, "limit": 50}).json()
    visit(page, "/advisories/")
    page.get_by_label("Published since").fill(day)
    page.get_by_label("Published since").press("Tab")
    settle(page)
    assert f"since={day}" in page.url
    expect(page.locator(".advisories tbody tr")).to_have_count(len(wanted["advisories"]))


def test_status_tells_what_the_checks_of_the_latest_runs_found(page, api):
    status = api.get("/api/status").json()
    newest = {run["kind"]: run["run_id"] for run in reversed(status["runs"])}
    wanted = [gate for gate in status["gates"] if gate["run_id"] in newest.values()]
    visit(page, "/status/")
    table = page.get_by_role("table", name="Checks of the latest runs")
    expect(table.locator("tbody tr")).to_have_count(len(wanted))
    passed = [gate for gate in wanted if gate["passed"]]
    expect(table.get_by_text("passed", exact=True)).to_have_count(len(passed))


def test_status_names_every_source_run_and_gap(page, api):
    status = api.get("/api/status").json()
    visit(page, "/status/")
    for title, rows in (("Sources", status["sources"]), ("Collection runs", status["runs"])):
        table = page.get_by_role("table", name=title)
        assert table.locator("tbody tr:not(.gate)").count() == len(rows)
    expect(page.get_by_role("heading", name="Missing days")).to_be_visible()


def test_sample_data_says_so_on_every_page(page, api):
    if not api.get("/api/status").json()["sample_data"]:
        pytest.skip("the site under test shows real data")
    for path in (
        "/",
        "/insights/",
        "/compare/",
        "/advisories/",
        "/status/",
        "/about/",
        "/api/docs",
    ):
        visit(page, path)
        expect(page.locator(".freshness-strip")).to_contain_text("Sample data")


def test_the_method_comes_from_the_definitions(page, api):
    known = api.get("/api/definitions").json()
    visit(page, "/about/")
    expect(page.locator("#labels details.rules")).to_have_count(len(known["labels"]))
    expect(page.locator("#insights .card")).to_have_count(len(known["insights"]))
    expect(page.locator("#ranks")).to_contain_text(known["rankings"]["rule"][:40])
    page.locator("#labels details.rules summary").first.click()
    expect(page.locator("#labels table").first).to_be_visible()


@pytest.mark.parametrize(
    "fact",
    [
        "BigQuery", "ClickHouse", "GitHub’s REST API", "PyPI’s JSON API", "stale", "FastAPI",
        "asyncpg", "PostgreSQL", "materialized view", "midnight UTC", "Cloudflare", "OSV",
        "one cookie", "share a repository", "deleted from PyPI",
    ],
)  # fmt: skip
def test_the_method_page_states_the_facts(page, fact):
    page.goto("/about/")
    expect(page.locator("main")).to_contain_text(fact)


def test_the_reference_lists_every_path(page, api):
    paths = api.get("/api/openapi.json").json()["paths"]
    visit(page, "/api/docs")
    expect(page.locator(".operation")).to_have_count(len([p for p in paths.values() if "get" in p]))
    page.locator(".operation summary").first.click()
    expect(page.locator(".operation .code").first).to_contain_text("curl")
