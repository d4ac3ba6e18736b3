"""The page of one package."""

import re

import pytest
from chromium import settle, visit
from playwright.sync_api import expect


def test_a_flagged_package_opens_with_its_warning(page, malicious):
    visit(page, f"/package/{malicious}/")
    first = page.locator("#package > :first-child")
    expect(first).to_contain_text("do not install")
    expect(first.get_by_role("listitem").first).to_be_visible()


@pytest.mark.parametrize(
    ("story", "title"),
    [
        ("driftwood-s3", "No longer on PyPI"),
        ("parchment-forms", "Archived by its owners"),
        ("ironquill", "Deprecated by its owners"),
        ("beautifulsuop4", "close to another package"),
        ("cobaltcache", "The latest version has a severe flaw"),
    ],
)
def test_what_else_must_be_known_first_stands_first(page, api, story, title):
    if not api.get(f"/api/packages/{story}").is_success:
        pytest.skip("the site has not the sample data's packages with a story")
    visit(page, f"/package/{story}/")
    expect(page.locator("#package > :first-child h2")).to_contain_text(title)


def test_a_package_that_the_latest_collection_missed_is_marked_stale(page, api):
    answer = api.get("/api/packages/driftwood-s3")
    if not (answer.is_success and answer.json()["stale"]):
        pytest.skip("the site knows no stale package")
    visit(page, "/package/driftwood-s3/")
    expect(page.get_by_text("Stale: the latest collection brought nothing")).to_be_visible()


def test_the_numbers_are_those_of_the_api(page, api, name):
    package = api.get(f"/api/packages/{name}").json()
    visit(page, f"/package/{name}/")
    figures = page.locator(".figures .figure")
    exact = [figures.nth(at).get_attribute("title") for at in range(2)]
    counts = (package["downloads"]["last_month"], package["repository"]["stars"])
    assert exact == [f"{each:,}" for each in counts]
    expect(page.locator(".counts")).to_contain_text(f"Rank #{package['downloads']['rank']:,}")


def test_links_lead_straight_to_pypi_and_github(page, name):
    visit(page, f"/package/{name}/")
    pypi = page.get_by_role("link", name="PyPI", exact=True).get_attribute("href") or ""
    assert pypi.endswith(f"/project/{name}/")
    github = page.get_by_role("link", name="GitHub", exact=True).get_attribute("href") or ""
    assert re.fullmatch(r"https://github\.com/[^/]+/[^/]+", github)


def test_every_part_of_the_health_score_opens(page, api, name):
    score = api.get(f"/api/packages/{name}/score").json()
    visit(page, f"/package/{name}/")
    parts = page.locator("#health .part")
    assert parts.count() == len(score["health"]["parts"])
    for at in range(parts.count()):
        parts.nth(at).locator("summary").click()
        expect(parts.nth(at).locator("div").first).to_be_visible()


def test_engagement_and_measures_are_told_and_open(page, api, name):
    score = api.get(f"/api/packages/{name}/score").json()
    visit(page, f"/package/{name}/")
    community = page.locator("#community")
    expect(community.locator(".score")).to_contain_text(str(round(score["engagement"]["score"])))
    assert community.locator(".part").count() == len(score["engagement"]["parts"])
    community.locator(".part summary").first.click()
    expect(community.locator(".part div").first).to_be_visible()
    for measure in score["measures"]:
        expect(community.get_by_role("term").filter(has_text=measure["title"])).to_be_visible()


def test_ranks_are_those_of_the_api_and_say_how_they_are_made(page, api, name):
    ranks = api.get(f"/api/packages/{name}/score").json()["ranks"]
    visit(page, f"/package/{name}/")
    rows = page.locator(".ranks tbody tr")
    for row, place in zip(rows.all(), ranks["all"], strict=True):
        expect(row.locator("td").first).to_contain_text(f"#{place['rank']:,}")
    expect(page.locator(".ranks thead th")).to_have_count(2 + len(ranks["topics"]))
    page.get_by_role("link", name="How ranks are made").click()
    settle(page)
    expect(page.locator("#ranks")).to_be_in_viewport()


def test_a_label_at_the_head_leads_to_its_meaning(page, name):
    visit(page, f"/package/{name}/")
    page.locator(".page-head a.chip").first.click()
    opened = page.locator(".health-section .part.label[open]")
    expect(opened).to_have_count(1)
    expect(opened).to_be_in_viewport()
    expect(opened.get_by_text("Rule that fired")).to_be_visible()


def test_every_label_says_which_rule_fired(page, api, name):
    score = api.get(f"/api/packages/{name}/score").json()
    visit(page, f"/package/{name}/")
    labels = page.locator(".health-section .part.label")
    assert labels.count() == len(score["labels"])
    labels.first.locator("summary").click()
    expect(labels.first.get_by_text("Rule that fired")).to_be_visible()


def test_badges_can_be_copied(new_page, name):
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    visit(page, f"/package/{name}/")
    page.get_by_role("button", name="Copy Markdown of the downloads badge").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"/api/badge/{name}/downloads.svg" in text
    page.locator("img.badge").first.scroll_into_view_if_needed()
    expect(page.locator("img.badge").first).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('img.badge').naturalWidth") > 0


def test_another_spelling_finds_the_package(page, name):
    visit(page, f"/package/{name.upper().replace('-', '_')}/")
    assert page.url.endswith(f"/package/{name}/")


def test_a_name_that_is_none_says_so(page, watch):
    watch.expects_failures = True
    visit(page, "/package/there-is-no-such-package-anywhere/")
    expect(page.get_by_role("alert")).to_contain_text("Not found")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_how_fresh_each_part_is_stands_at_the_end(page, name):
    visit(page, f"/package/{name}/")
    expect(page.get_by_role("heading", name="How fresh this is")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^through \d+ \w+ \d{4}"))).to_be_visible()


def test_all_releases_are_shown_on_demand(page, api, name):
    releases = api.get(f"/api/packages/{name}").json()["releases"]
    visit(page, f"/package/{name}/")
    rows = page.locator("#releases tbody tr")
    expect(rows.first).to_contain_text(releases[0]["version"])
    if len(releases) > rows.count():
        page.get_by_role("button", name=f"Show all {len(releases)}").click()
    expect(rows).to_have_count(len(releases))


def test_who_depends_on_it_is_named(page, api, popular):
    needed = next(each for each in popular if each["dependents"] > 1)
    package = api.get(f"/api/packages/{needed['name']}").json()
    visit(page, f"/package/{needed['name']}/")
    expect(page.get_by_text(f"{package['dependents']:,} packages depend on it")).to_be_visible()
    named = page.locator("#dependents").get_by_role(
        "link", name=package["dependents_top"][0]["name"], exact=True
    )
    expect(named.first).to_be_visible()


def test_how_sure_the_repository_is_and_why(page, api, name):
    repository = api.get(f"/api/packages/{name}").json()["repository"]
    visit(page, f"/package/{name}/")
    sure = page.get_by_text(f"Matched with {round(repository['confidence'] * 100)}% confidence")
    sure.click()
    expect(page.locator(".beside .bullets li").first).to_be_visible()


def test_contributors_near_the_end_of_githubs_list_are_at_least_so_many(page, api, name):
    known = api.get(f"/api/packages/{name}").json()["repository"]["contributors"]
    visit(page, f"/package/{name}/")
    shown = f"at least {known:,}" if known >= 400 else f"{known:,}"
    expect(page.get_by_text(shown, exact=True).first).to_be_visible()


def test_on_a_phone_the_package_is_whole(new_page, name):
    page = new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    visit(page, f"/package/{name}/")
    expect(page.locator(".figures .figure").first).to_be_visible()
    page.get_by_role("button", name="Month", exact=True).first.tap()
    settle(page)
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.locator("#health .part summary").first.tap()
    expect(page.locator("#health .part div").first).to_be_visible()
