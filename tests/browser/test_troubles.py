"""When the API is slow, fails, limits or is gone: a clear message and a retry, never nothing."""

import fake_api
import pytest
import sample_site
from chromium import settle, visit
from playwright.sync_api import expect

PATHS = {
    "home": "/",
    "package": f"/package/{sample_site.NAMES[0]}/",
    "insights": "/insights/",
    "insight": "/insights/hidden_gem/",
    "compare": f"/compare/?names={sample_site.NAMES[0]}",
    "advisories": "/advisories/",
    "status": "/status/",
    "about": "/about/",
    "reference": "/api/docs",
}


@pytest.fixture(scope="session")
def site(stand_in) -> str:
    """Trouble can be made only with the stand-in."""
    return str(stand_in.url)


@pytest.fixture
def mood(stand_in, watch):
    watch.expects_failures = True
    yield stand_in.mood
    stand_in.mood.__dict__.clear()
    assert stand_in.mood.status == fake_api.Mood.status


@pytest.mark.parametrize("name", PATHS)
def test_a_failing_api_is_told_and_can_be_asked_again(page, mood, name):
    mood.status = 503
    mood.only = "/api/openapi" if name == "reference" else "/api/"
    page.goto(PATHS[name])
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("The server could not answer", timeout=10_000)
    mood.status = 200
    again = page.get_by_role("button", name="Try again").first
    expect(again).to_be_enabled(timeout=10_000)
    for _ in range(page.get_by_role("button", name="Try again").count()):
        page.get_by_role("button", name="Try again").first.click(timeout=10_000)
        settle(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len(page.locator("main").inner_text()) > 100


def test_a_limiting_api_says_when_to_come_back(page, mood):
    mood.status = 429
    page.goto("/")
    alert = page.locator("#leaderboard").get_by_role("alert")
    expect(alert).to_contain_text("Too many requests")
    expect(alert.get_by_role("button")).to_have_text("Try again in 2 s")
    expect(alert.get_by_role("button")).to_be_disabled()
    mood.status = 200
    expect(alert.get_by_role("button")).to_be_enabled(timeout=5_000)
    alert.get_by_role("button").click()
    expect(page.locator(".leaderboard tbody tr").first).to_be_visible()


def test_a_slow_api_is_waited_for_aloud(page, mood):
    mood.delay_seconds = 4
    mood.only = "/api/packages"
    page.goto("/")
    expect(page.get_by_text("slower than usual")).to_be_visible(timeout=6_000)
    expect(page.locator(".leaderboard tbody tr").first).to_be_visible(timeout=8_000)
    expect(page.get_by_text("slower than usual")).to_have_count(0)


def test_an_answer_that_comes_too_late_is_dropped(page, mood):
    visit(page, "/")
    mood.delay_seconds, mood.only = 2, "sort=stars"
    page.locator("#sorts a[data-sort=stars]").click()
    page.locator("#sorts a[data-sort=health]").click()
    settle(page)
    first = page.locator(".leaderboard tbody tr a").first.inner_text()
    page.wait_for_timeout(2_500)
    expect(page.locator(".leaderboard th.is-sorted")).to_have_text("Health")
    expect(page.locator(".leaderboard tbody tr a").first).to_have_text(first)


def test_no_connection_is_told(page, mood):
    page.goto("/")
    settle(page)
    page.context.set_offline(True)
    page.locator("#sorts a[data-sort=stars]").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached", timeout=10_000)
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".leaderboard tbody tr").first).to_be_visible()


def test_a_failing_part_leaves_the_rest_of_the_page(page, mood):
    mood.status, mood.only = 500, "/breakdown/"
    page.goto(PATHS["package"])
    settle(page)
    expect(page.locator(".breakdowns-section").get_by_role("alert")).to_be_visible(timeout=10_000)
    expect(page.locator(".chart-section canvas")).to_be_visible()
    expect(page.locator("#health .score")).to_be_visible()


def test_the_next_page_failing_keeps_the_list(page, mood):
    visit(page, "/")
    mood.status, mood.only = 500, "/api/packages"
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.get_by_role("alert")).to_be_visible(timeout=10_000)
    assert page.locator(".leaderboard tbody tr").count() >= 50
    mood.status = 200
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".leaderboard tbody tr").nth(99)).to_be_attached()


def test_suggestions_failing_leave_a_working_search(page, mood):
    visit(page, "/")
    mood.status, mood.only = 500, "/api/search"
    field = page.get_by_role("combobox", name="Search packages")
    field.fill("amber")
    expect(page.get_by_text("Suggestions are not available")).to_be_visible(timeout=10_000)
    field.press("Enter")
    page.wait_for_url("**/search/?q=amber")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=10_000)
    mood.status = 200
    again.click()
    expect(page.locator("#found")).to_contain_text("amber")


def test_status_says_what_is_held_and_what_is_late(page):
    visit(page, "/status/")
    expect(page.get_by_role("heading", name="1 source is late")).to_be_visible()
    held = page.get_by_role("table", name="Collection runs").locator("tr.gate")
    expect(held).to_contain_text("41 % of the same weekday before")
    expect(held).to_contain_text("limit 0.5")
    runs = page.get_by_role("table", name="Collection runs")
    expect(runs).to_contain_text("120 packages are missing.")
    expect(runs).to_contain_text("Without breakdown by country: the source has no such table.")
    corrected = page.get_by_role("table", name="Corrected days")
    expect(corrected).to_contain_text("12 Jun 2026")
    expect(corrected).to_contain_text("−53,201 downloads")


def test_a_package_of_which_little_is_known_shows_what_there_is(page):
    visit(page, f"/package/{sample_site.UNFOLLOWED}/")
    expect(page.get_by_text("No GitHub repository is known")).to_be_visible()
    expect(page.get_by_text("Too few downloads, or too short a history")).to_be_visible()
    expect(page.get_by_text("does not break these downloads down")).to_be_visible()


def test_what_packages_say_of_themselves_never_becomes_markup_or_script(page):
    visit(page, f"/package/{sample_site.UNFOLLOWED}/")
    expect(page.locator(".lead")).to_have_text(sample_site.HOSTILE)
    assert page.locator("main img:not(.badge), main b").count() == 0
    expect(page.get_by_text("Odd")).to_be_visible()
    assert page.locator("a[href^='javascript']").count() == 0
