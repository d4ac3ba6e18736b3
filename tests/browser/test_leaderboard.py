"""The home page: sorting, filtering, paging and searching, with all of it in the address."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from chromium import settle, visit
from playwright.sync_api import Page, expect

SORTS = ["downloads", "stars", "momentum", "health", "dependents"]
LABELS = ["category", "maintenance", "license", "python", "cadence"]


def names(page: Page) -> list[str]:
    """The packages in the list, by the addresses of their pages."""
    links = page.locator(".leaderboard tbody a.package-name")
    return [href.split("/")[2] for href in links.evaluate_all("all => all.map(a => a.pathname)")]


def answered(api, **query) -> list[str]:
    """The same, asked of the API."""
    packages = api.get("/api/packages", params={"limit": 50, **query}).json()["packages"]
    return [package["name"] for package in packages]


def query_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_shows_the_order_of_the_api(page, api, sort):
    visit(page, "/")
    page.locator(f"#sorts a[data-sort={sort}]").click()
    settle(page)
    assert names(page)[:50] == answered(api, sort=sort)
    assert page.locator("#sorts [aria-current=true]").get_attribute("data-sort") == sort


@pytest.mark.parametrize("label", LABELS)
def test_every_label_filters(page, api, label):
    visit(page, "/")
    choices = page.locator(f"select[name={label}] option")
    expect(choices.nth(1)).to_be_attached()
    values = [value for value in choices.evaluate_all("all => all.map(o => o.value)") if value]
    value = next(value for value in values if answered(api, **{label: value}))
    page.locator(f"select[name={label}]").select_option(value)
    settle(page)
    assert query_of(page) == {label: [value]}
    assert names(page)[:50] == answered(api, **{label: value})


def test_a_topic_and_a_minimum_narrow_the_list(page, api, popular):
    topics = [
        topic for each in popular if each["repository"] for topic in each["repository"]["topics"]
    ]
    if not topics:
        pytest.skip("no package of the site has a topic")
    visit(page, "/")
    page.get_by_label("Topic").fill(topics[0])
    page.get_by_label("Topic").press("Tab")
    settle(page)
    page.get_by_label("Downloads a month").select_option("1000")
    settle(page)
    assert query_of(page) == {"topic": [topics[0]], "min_downloads": ["1000"]}
    assert names(page)[:50] == answered(api, topic=topics[0], min_downloads=1000)


def test_filters_come_from_the_address_and_back_takes_them_away(page, api):
    visit(page, "/?sort=stars&license=permissive")
    assert names(page)[:50] == answered(api, sort="stars", license="permissive")
    page.locator("select[name=maintenance]").select_option(index=1)
    settle(page)
    page.go_back()
    settle(page)
    assert query_of(page) == {"sort": ["stars"], "license": ["permissive"]}
    assert names(page)[:50] == answered(api, sort="stars", license="permissive")
    page.get_by_role("button", name="Clear filters").click()
    settle(page)
    assert query_of(page) == {"sort": ["stars"]}


def test_filters_that_nothing_passes_say_so(page):
    visit(page, "/?topic=no-such-topic-anywhere")
    expect(page.get_by_text("No package passes these filters")).to_be_visible()


def test_the_list_goes_on_and_keeps_its_place(page, popular):
    visit(page, "/")
    if len(popular) < 50:
        pytest.skip("the site under test has fewer than two pages")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator(".leaderboard tbody tr").nth(99)).to_be_attached()
    page.wait_for_url(re.compile("pages=[2-9]"))
    page.wait_for_timeout(400)  # the place is remembered a moment after scrolling ends
    row = page.locator(".leaderboard tbody tr").nth(80)
    name = row.locator("a.package-name").inner_text()
    row.scroll_into_view_if_needed()
    page.wait_for_timeout(400)
    row.locator("a.package-name").click()
    settle(page)
    page.go_back()
    settle(page)
    expect(page.locator(".leaderboard tbody tr").nth(80)).to_contain_text(name)
    expect(page.locator(".leaderboard tbody tr").nth(80)).to_be_in_viewport()


def test_search_suggests_from_the_first_letter_and_opens_by_keyboard(page, popular):
    visit(page, "/")
    field = page.get_by_role("combobox", name="Search packages")
    field.press_sequentially(popular[0]["name"][0])
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true] .package-name").inner_text()
    field.press("Enter")
    page.wait_for_url("**/package/*/")
    expect(page.locator("h1")).to_have_text(chosen)


def test_the_exact_name_opens_at_once_and_escape_closes(page, popular):
    visit(page, "/status/")
    field = page.get_by_role("combobox", name="Search packages")
    field.fill(popular[1]["name"])
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press("Enter")
    page.wait_for_url(f"**/package/{popular[1]['name']}/")


def test_a_search_without_a_hit_says_so_with_the_nearest_words(page):
    visit(page, "/")
    page.get_by_role("combobox", name="Search packages").fill("qqxzvv")
    expect(page.get_by_role("option").first).to_have_text("Nothing found for “qqxzvv”")
    expect(page.get_by_role("option").nth(1)).to_contain_text("a near word")


def test_enter_shows_every_hit_with_its_reason(page, popular):
    visit(page, "/")
    field = page.get_by_role("combobox", name="Search packages")
    field.fill(popular[0]["name"][:3])
    field.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator(".found > li").first).to_contain_text("its name")


def test_the_home_page_leads_to_the_insights(page, api):
    categories = api.get("/api/insights").json()["categories"]
    filled = [each["title"] for each in categories if each["packages"]][:3]
    visit(page, "/")
    links = page.locator("#discover .discovery")
    expect(links).to_have_count(len(filled))
    for link, title in zip(links.all(), filled, strict=True):
        expect(link).to_contain_text(title)


def test_filters_work_on_a_phone(new_page, api):
    page = new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    visit(page, "/")
    page.locator("summary", has_text="Filters").tap()
    page.locator("select[name=license]").select_option("permissive")
    settle(page)
    expect(page.locator("summary", has_text="Filters (1)")).to_be_visible()
    assert names(page)[:50] == answered(api, license="permissive")


def test_flagged_packages_are_in_no_list_but_found_and_marked(page, api, malicious):
    visit(page, f"/?q={malicious}")
    expect(page.locator("#names")).to_contain_text("Malicious")
    assert malicious not in names(page)


def test_the_missing_page_searches_for_what_was_meant(page, watch, popular):
    watch.expects_failures = True
    visit(page, f"/packages/{popular[0]['name']}")
    expect(page.locator("#names a.package-name").first).to_be_visible()
