"""Finding packages, and comparing them."""

import re

import pytest
from chromium import settle, visit
from playwright.sync_api import expect


@pytest.mark.parametrize("path", ["/", "/status/"])
def test_suggestions_stay_on_a_small_screen_one_line_a_hit(new_page, popular, path):
    page = new_page(viewport={"width": 320, "height": 700})
    visit(page, path)
    page.get_by_role("combobox", name="Search packages").fill(popular[0]["name"][:2])
    hits = page.locator(".suggestions [role=option]")
    expect(hits.first).to_be_visible()
    for hit in hits.all():
        box = hit.bounding_box()
        assert box is not None
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320
        name, number = hit.locator(".package-name"), hit.locator(".number, .chip").first
        names, numbers = name.bounding_box(), number.bounding_box()
        assert names is not None and numbers is not None
        assert abs(names["y"] - numbers["y"]) < names["height"]


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_a_key_leads_to_the_search(page, key):
    visit(page, "/status/")
    page.keyboard.press(key)
    expect(page.get_by_role("combobox", name="Search packages")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_role("combobox", name="Search packages")).to_have_value("a/b")


def test_the_query_stays_in_the_box_and_only_such_names_are_listed(page, popular):
    part = popular[0]["name"][:4]
    visit(page, f"/?q={part}")
    expect(page.locator("#home-search")).to_have_value(part)
    listed = page.locator("#names .package-name").all_inner_texts()
    assert listed
    assert all(part in each.lower().replace("_", "-").replace(".", "-") for each in listed)


def test_a_name_that_is_none_says_so_and_offers_the_nearest(page):
    visit(page, "/?q=qqxzvv")
    expect(page.locator("#names h2")).to_have_text("No name is like “qqxzvv”")
    expect(page.locator("#names a").first).to_be_visible()


def test_heads_sort_and_say_so_and_stay_in_view(page):
    visit(page, "/")
    page.locator(".leaderboard thead").get_by_role("link", name="Stars").click()
    settle(page)
    assert "sort=stars" in page.url
    expect(page.locator(".leaderboard th[aria-sort=descending]")).to_contain_text("Stars")
    page.mouse.wheel(0, 1500)
    expect(page.locator(".leaderboard th.is-sorted")).to_be_in_viewport()


def test_a_bound_of_stars_narrows_the_list(page, api):
    visit(page, "/")
    page.locator("select[name=min_stars]").select_option("5000")
    settle(page)
    assert "min_stars=5000" in page.url
    wanted = api.get("/api/packages", params={"min_stars": 5000, "limit": 50}).json()
    assert all(each["repository"]["stars"] >= 5000 for each in wanted["packages"])
    expect(page.locator("#total")).to_contain_text(f"{wanted['total']:,}")


def test_a_filter_says_how_many_packages_each_value_leaves(page):
    visit(page, "/?maintenance=active")
    option = page.locator("select[name=license] option[value=permissive]")
    expect(option).to_have_text(re.compile(r"^Permissive \(\d[\d,]*\)$"))
    said = re.search(r"\((.+)\)", option.inner_text())
    assert said is not None
    page.locator("select[name=license]").select_option("permissive")
    settle(page)
    expect(page.locator("#total")).to_contain_text(f"{said[1]} package")


def test_title_and_head_name_what_the_list_is_narrowed_to(page):
    visit(page, "/?topic=python&maintenance=active")
    for told in ("topic python", "active"):
        expect(page.locator("h1")).to_contain_text(told)
        assert told in page.title()


def test_an_insight_and_its_category_say_why_their_counts_differ(page):
    visit(page, "/?category=rising_star")
    expect(page.locator("#total")).to_contain_text("each repository once")
    page.get_by_role("link", name="The insight").click()
    settle(page)
    expect(page.locator(".page-head")).to_contain_text("every package of a repository")


def test_chips_of_topics_are_large_enough_to_hit(page, name):
    visit(page, f"/package/{name}/")
    for chip in page.locator("a.chip").all():
        box = chip.bounding_box()
        assert box is not None and box["height"] >= 24


def test_the_icon_that_browsers_ask_for_is_there(api):
    answer = api.get("/favicon.ico")
    assert answer.is_success
    assert answer.content[:4] == b"\x00\x00\x01\x00"


def test_who_may_need_maintainers_leads_to_what_one_can_do(page, api):
    listed = api.get("/api/insights/may_need_maintainers").json()["packages"]
    own = [each for each in listed if each["repository"] and not each["repository"]["archived"]]
    if not own:
        pytest.skip("the site knows no package that may need maintainers")
    visit(page, "/insights/may_need_maintainers/")
    name = own[0]["repository"]["full_name"]
    for place in ("pulls", "contribute", "commits"):
        link = page.locator(f'.leaderboard a[href$="/{name}/{place}"]').first
        expect(link).to_be_visible()


def test_a_name_is_chosen_while_it_is_typed_and_becomes_a_chip(page, popular):
    name = popular[0]["name"]
    visit(page, "/compare/")
    page.get_by_label("Package names").press_sequentially(name)
    page.get_by_role("option").filter(has_text=name).first.click()
    settle(page)
    expect(page.locator("#chosen")).to_contain_text(name)
    expect(page.get_by_label("Package names")).to_have_value("")
    page.get_by_role("button", name=f"Take {name} away").click()
    expect(page.locator("#chosen li")).to_have_count(0)


@pytest.mark.parametrize("is_suggested", [True, False])
def test_the_eleventh_name_is_refused_aloud(page, popular, is_suggested):
    names = [each["name"] for each in popular[:11]]
    visit(page, f"/compare/?names={','.join(names[:10])}")
    page.get_by_label("Package names").fill(names[10])
    if is_suggested:
        expect(page.locator("#pick .suggestions .package-name").first).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    refused = page.locator("#refused")
    expect(refused).to_have_text(f"10 packages are compared at most; left out: {names[10]}.")
    expect(refused).to_have_attribute("aria-live", "assertive")


def test_a_late_suggestion_does_not_cover_what_is_compared(page, popular):
    visit(page, "/compare/")
    page.get_by_label("Package names").fill(popular[0]["name"])
    with page.expect_request("**/api/search*"):
        page.get_by_label("Package names").press_sequentially(" ", delay=0)
    page.get_by_label("Package names").press("Enter")
    page.wait_for_timeout(500)
    expect(page.locator("#pick .suggestions")).to_be_hidden()
    expect(page.locator("#chosen .chip")).to_have_count(1)


def test_an_unknown_name_gets_suggestions(page, popular):
    name = popular[0]["name"]
    visit(page, f"/compare/?names={popular[1]['name']},{name}x")
    notice = page.locator(".notice", has_text="Not known")
    expect(notice.locator("a").first).to_be_visible()


def test_the_best_value_of_a_row_is_marked(page, popular):
    names = [each["name"] for each in popular[:2]]
    visit(page, f"/compare/?names={','.join(names)}")
    row = page.locator(".beside-each-other tr", has=page.get_by_text("Downloads, 30 days"))
    expect(row.locator("td.best")).to_have_count(1)
    expect(row.locator("td").first).to_contain_text("best")
