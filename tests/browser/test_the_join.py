"""Downloads beside stars, before anything is scrolled; and nothing that praises what is flagged."""

from typing import Any

import pytest
from chromium import visit
from playwright.sync_api import Page, expect

WIDTHS = [(1440, 900), (390, 800), (320, 800)]
GREEN = """
() => {
  const probe = document.createElement("span");
  probe.style.color = "var(--good)";
  document.body.append(probe);
  const good = getComputedStyle(probe).color;
  probe.remove();
  return [...document.querySelectorAll("main *")]
    .filter((each) => each.textContent.trim() && getComputedStyle(each).color === good)
    .map((each) => each.textContent);
}
"""


def figures_of(page: Page) -> dict[str, str]:
    """Return the headline numbers of a package's page by their titles."""
    tiles = page.locator("#package .figures > div").all()
    return {tile.locator("dt").inner_text(): tile.locator(".figure").inner_text() for tile in tiles}


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_downloads_stars_momentum_and_health_stand_in_one_place_above_the_fold(
    new_page, name, width, height
):
    page = new_page(viewport={"width": width, "height": height})
    visit(page, f"/package/{name}/")
    assert list(figures_of(page)) == ["Downloads, 30 days", "Stars", "Momentum", "Health"]
    for tile in page.locator("#package .figures > div").all():
        box = tile.bounding_box()
        assert box is not None and box["y"] + box["height"] <= height
    expect(page.locator(".figures .sparkline").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("sort", ["downloads", "stars", "momentum", "dependents"])
def test_a_phone_shows_downloads_and_stars_together_whatever_is_sorted(new_page, sort, width):
    page = new_page(viewport={"width": width, "height": 800})
    visit(page, f"/?sort={sort}")
    heads = [each.inner_text() for each in page.locator(".leaderboard th.number:visible").all()]
    assert {"Downloads", "Stars"} <= set(heads)
    expect(page.locator(".leaderboard th.is-sorted")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_is_sorted_by_a_column_that_it_shows(page, api):
    for known in api.get("/api/insights").json()["categories"]:
        if not known["count"]:
            continue
        visit(page, f"/insights/{known['name']}/")
        head = page.locator(".leaderboard th.is-sorted")
        place = head.evaluate("(each) => [...each.parentElement.children].indexOf(each) + 1")
        cells = page.locator(f".leaderboard tr:not(.reason) td:nth-child({place})")
        expect(cells.first).not_to_have_text("–")
        if known["sort"] == "star_surplus":
            surplus = [float(each) for each in cells.all_inner_texts()]
            assert surplus == sorted(surplus, reverse=True)


def test_cards_of_insights_show_downloads_and_stars(page, api):
    visit(page, "/insights/")
    filled = [each for each in api.get("/api/insights").json()["categories"] if each["count"]]
    for known in filled:
        card = page.locator(".insight").filter(
            has=page.get_by_role("link", name=known["title"], exact=True)
        )
        heads = card.locator("thead th").all_inner_texts()
        assert heads[:3] == ["Package", "Downloads", "Stars"]


def test_why_does_not_repeat_what_the_columns_tell(page):
    visit(page, "/insights/rising_star/")
    told = page.locator(".leaderboard .why").all_inner_texts()
    assert told
    assert not [each for each in told if "Stars" in each or "Momentum" in each]


def test_sparklines_draw_a_year_not_a_month(page, popular):
    visit(page, "/")
    drawn = page.locator(".leaderboard .sparkline .line").first.get_attribute("d") or ""
    weeks = [each for each in popular[0]["trend"] if each is not None]
    assert drawn.count("L") + 1 <= len(weeks) <= 52


def test_nothing_is_green_on_the_page_of_a_malicious_package(page, malicious):
    visit(page, f"/package/{malicious}/")
    assert page.evaluate(GREEN) == []
    assert list(figures_of(page)) == ["Downloads, 30 days"]
    expect(page.locator("#badges")).to_have_count(0)
    expect(page.get_by_text("Maintenance", exact=True)).to_have_count(0)


def test_a_malicious_package_is_not_praised_beside_others(page, popular, malicious):
    visit(page, f"/compare/?names={popular[0]['name']},{malicious}")
    assert page.evaluate(GREEN) == []
    row = page.locator(".beside-each-other tr", has=page.get_by_text("Maintenance", exact=True))
    expect(row.locator("td").last).to_have_text("–")


def test_a_severe_flaw_keeps_its_place_with_a_red_mark(page, api):
    listed = api.get("/api/packages", params={"limit": 100}).json()["packages"]
    severe = [
        each["name"] for each in listed if each["security"]["severity"] in ("critical", "high")
    ]
    if not severe:
        pytest.skip("no package of the site's first hundred has a severe flaw")
    visit(page, f"/?q={severe[0]}")
    row = page.locator(".leaderboard tr").filter(
        has=page.get_by_role("link", name=severe[0], exact=True)
    )
    expect(row.locator(".chip.bad")).to_contain_text("flaw")
    for known in api.get("/api/insights").json()["categories"]:
        members = api.get(f"/api/insights/{known['name']}", params={"limit": 100}).json()[
            "packages"
        ]
        assert severe[0] not in [each["name"] for each in members]
    visit(page, f"/package/{severe[0]}/")
    expect(page.locator(".banner.bad h2")).to_have_text("The latest version has a severe flaw")


def test_a_package_whose_earlier_versions_were_malicious_warns(page, api):
    if not api.get("/api/packages/num2words").is_success:
        pytest.skip("the site knows no hijacked package")
    visit(page, "/package/num2words/")
    banner = page.locator("#package > :first-child")
    expect(banner.get_by_role("heading")).to_have_text("Earlier versions were malicious")
    expect(banner).to_contain_text("0.5.15")


def test_what_the_server_writes_is_what_the_script_shows(page, name, malicious, watch):
    for which in (name, malicious):
        visit(page, f"/package/{which}/")
        shown = headline(page)
        page.route("**/js/pages/package.js", lambda route: route.abort())
        watch.expects_failures = True
        page.goto(f"/package/{which}/")
        assert headline(page) == shown
        page.unroute("**/js/pages/package.js")


def headline(page: Page) -> list[Any]:
    """Return the texts of the banner's head, the tiles and the line of counts."""
    parts = (
        "#package .banner h2",
        "#package .figures dd > :is(.figure, .note)",
        "#package .counts li",
    )
    return [page.locator(part).all_inner_texts() for part in parts]


def test_the_rule_of_flagged_packages_stands_on_the_method_page(page):
    visit(page, "/about/#flagged")
    expect(page.locator("#flagged-rules dt")).to_have_count(4)
    expect(page.locator("#flagged-rules")).to_contain_text("critical or high severity")
