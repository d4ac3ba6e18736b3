"""Colours, cookies, the keyboard, paper: how the site behaves towards its visitors."""

from chromium import settle, visit
from playwright.sync_api import Page, expect

DARK_BELOW = 60
"""Mean of red, green and blue of a dark background, out of 255."""


def brightness(page: Page) -> float:
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3


def test_colours_follow_the_system(new_page):
    dark, light = new_page(color_scheme="dark"), new_page(color_scheme="light")
    for page in (dark, light):
        visit(page, "/")
    assert brightness(dark) < DARK_BELOW < brightness(light)


def test_the_choice_of_colours_is_the_only_cookie_and_nothing_is_stored(new_page, popular):
    page = new_page(color_scheme="light")
    visit(page, "/")
    assert page.context.cookies() == []
    page.get_by_role("button", name="Use dark colours").click()
    for path in (f"/package/{popular[0]['name']}/", "/status/", "/about/"):
        visit(page, path)
        assert brightness(page) < DARK_BELOW
    assert [(each["name"], each["value"]) for each in page.context.cookies()] == [("theme", "dark")]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.get_by_role("button", name="Use light colours").click()
    assert brightness(page) > DARK_BELOW


def test_the_chosen_colours_are_there_before_the_first_paint(new_page, site):
    page = new_page(color_scheme="light")
    page.context.add_cookies([{"name": "theme", "value": "dark", "url": site}])
    page.add_init_script(
        "new MutationObserver((_, watcher) => { if (document.body) {"
        " window.themeAtBody = document.documentElement.dataset.theme; watcher.disconnect(); } })"
        ".observe(document, { childList: true, subtree: true });"
    )
    visit(page, "/")
    assert page.evaluate("window.themeAtBody") == "dark"


def test_the_chart_takes_the_new_colours(new_page, popular):
    page = new_page(color_scheme="light")
    visit(page, f"/package/{popular[0]['name']}/")
    picture = "document.querySelector('.chart canvas').toDataURL()"
    page.wait_for_timeout(200)
    before = page.evaluate(picture)
    page.get_by_role("button", name="Use dark colours").click()
    page.wait_for_timeout(200)
    assert page.evaluate(picture) != before


def test_the_keyboard_alone_reaches_a_package_and_its_chart(page):
    visit(page, "/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    focused = "document.activeElement.className"
    for _ in range(40):
        page.keyboard.press("Tab")
        if "package-name" in page.evaluate(focused):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/package/*/")
    settle(page)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "slider":
            break
    before = page.evaluate("document.activeElement.getAttribute('aria-valuetext')")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") != before


def test_focus_is_always_visible(page):
    visit(page, "/")
    for _ in range(20):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])"
            "(getComputedStyle(document.activeElement))"
        )
        assert style[0] != "none"
        assert style[1] != "0px"


def test_reduced_motion_moves_nothing(new_page):
    page = new_page(reduced_motion="reduce")
    visit(page, "/")
    durations = page.evaluate(
        "[...new Set([...document.querySelectorAll('a, button')]"
        ".map((node) => getComputedStyle(node).transitionDuration))]"
    )
    assert durations == ["0s"]


def test_printed_pages_leave_the_controls_away(page, popular):
    visit(page, f"/package/{popular[0]['name']}/")
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.locator(".controls").first).to_be_hidden()
    canvas = page.locator(".chart canvas").first
    expect(canvas).to_be_visible()
    page.set_viewport_size({"width": 690, "height": 1000})  # what is left of A4 between its margins
    box, chart = canvas.bounding_box(), page.locator(".chart").first.bounding_box()
    assert box
    assert chart
    assert box["width"] <= chart["width"] + 1 <= 691


def test_dark_pages_are_printed_in_light_colours_and_stay_dark(new_page, popular):
    page = new_page(color_scheme="dark")
    visit(page, f"/package/{popular[0]['name']}/")
    picture = "document.querySelector('.chart canvas').toDataURL()"
    page.wait_for_timeout(200)
    dark = page.evaluate(picture)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.wait_for_timeout(100)
    assert page.evaluate(picture) != dark
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme ?? null") is None
    assert brightness(page) < DARK_BELOW
