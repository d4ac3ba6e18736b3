"""Charts that one can work with: scales, days of one's own, zoom, marks, names at lines' ends."""

import re
from typing import Any

import pytest
from chromium import settle, visit
from playwright.sync_api import Page, expect

INK = """
(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 3; at < data.length; at += 4) sum += data[at] > 0;
  return sum;
}
"""
"""How many points of a canvas are painted."""


def chart_of(page: Page) -> Any:
    return page.get_by_role("slider", name=re.compile("^Downloads of"))


def days_read(page: Page) -> int:
    """Return how many points the chart has."""
    return int(chart_of(page).get_attribute("aria-valuemax") or 0) + 1


@pytest.mark.parametrize(
    ("button", "query"), [("Logarithmic", "scale=log"), ("Index 100", "scale=index")]
)
def test_the_scale_is_chosen_and_in_the_address(page, name, button, query):
    visit(page, f"/package/{name}/")
    page.get_by_role("button", name=button, exact=True).click()
    settle(page)
    assert query in page.url
    visit(page, page.url)
    pressed = page.get_by_role("button", name=button, exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    assert chart_of(page).locator("canvas").evaluate(INK) > 1_000


def test_a_frame_drawn_by_the_mouse_zooms_and_the_address_keeps_it(page, name):
    visit(page, f"/package/{name}/")
    whole = days_read(page)
    chart = chart_of(page)
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    y = box["y"] + 100
    page.mouse.move(box["x"] + 200, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, y, steps=5)
    page.mouse.up()
    settle(page)
    assert re.search(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d", page.url)
    assert days_read(page) < whole / 2
    zoomed = days_read(page)
    visit(page, page.url)
    assert days_read(page) == zoomed
    page.get_by_role("button", name="Whole range").click()
    settle(page)
    assert days_read(page) == whole


def test_a_finger_zooms_too(new_page, name):
    page = new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    visit(page, f"/package/{name}/")
    chart_of(page).scroll_into_view_if_needed()
    page.locator(".chart .u-over").first.evaluate("""
      (over) => {
        const { left, top } = over.getBoundingClientRect();
        const touch = (type, x) => over.dispatchEvent(new PointerEvent(type, {
          pointerType: "touch", clientX: left + x, clientY: top + 40, bubbles: true }));
        touch("pointerdown", 60); touch("pointermove", 140); touch("pointerup", 180);
      }""")
    settle(page)
    assert "from=" in page.url


def test_days_of_ones_own_are_asked_for_by_date(page, api, name):
    visit(page, f"/package/{name}/")
    last = api.get("/api/status").json()["data_through"]
    first = last[:8] + "01"
    page.get_by_label("From", exact=True).fill(first)
    page.get_by_label("From", exact=True).press("Tab")
    settle(page)
    assert f"from={first}" in page.url and f"to={last}" in page.url
    assert days_read(page) == int(last[8:])


def test_one_range_holds_for_the_chart_and_who_downloads_it(page, name):
    visit(page, f"/package/{name}/?range=90d&tab=system")
    pressed = page.get_by_role("button", name="System", exact=True)
    expect(pressed).to_have_attribute("aria-pressed", "true")
    with page.expect_request(re.compile(r"/breakdown/system\?.*days=30")):
        page.get_by_role("button", name="30 d", exact=True).click()
    settle(page)
    page.get_by_role("button", name="Installer", exact=True).click()
    settle(page)
    assert "tab=installer" in page.url and "range=30d" in page.url


def test_a_series_of_one_point_has_a_range_of_its_own(page, name):
    visit(page, f"/package/{name}/?by=month&range=30d")
    assert days_read(page) <= 2
    ends = page.evaluate("""
      async () => {
        const { drawChart } = await import("/js/chart.js");
        const holder = document.querySelector(".chart");
        const at = Date.parse("2026-06-01") / 1000;
        const chart = await drawChart(holder, { x: [at], step: 2_629_800, label: "one",
          lines: [{ values: [5], colour: "--series-1" }],
          onRead: () => "" });
        return chart.across();
      }""")
    assert ends[1] - ends[0] == 2 * 2_629_800


def test_missing_days_do_not_blank_a_month(page, api, name):
    address = f"/api/packages/{name}/history"
    points = api.get(address, params={"series": "both", "granularity": "month"}).json()["points"]
    partly = [each for each in points[:-1] if each["incomplete"] and each["downloads"]]
    if not partly:
        pytest.skip("the site lacks no day within a month")
    visit(page, f"/package/{name}/?by=month&range=all")
    expect(page.locator(".chart-notes").first).to_contain_text("These bars are drawn dashed")
    chart_of(page).focus()
    page.keyboard.press("Home")
    for _ in range(points.index(partly[0])):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".readout").first).to_contain_text("days are missing")
    expect(page.locator(".readout").first).to_contain_text(f"{partly[0]['downloads']:,}")


def test_releases_are_marked_where_they_lie_in_the_range(page):
    visit(page, "/about/")
    found = page.evaluate("""
      async () => (await import("/js/release-marks.js")).markedReleases([
        { version: "2.0.0", day: "2026-05-01" },
        { version: "2.0.0rc1", day: "2026-04-20", prerelease: true },
        { version: "1.1.0", day: "2026-03-01" },
        { version: "1.0.0", day: "2025-01-01" },
      ], "2026-01-01", "2026-06-30").map(({ title }) => title)""")
    assert found == ["1.1.0", "2.0.0"]


def test_downloads_by_release_are_a_chart_grouped_by_major(page, api, name):
    asked = {"days": 365, "group": "major"}
    series = api.get(f"/api/packages/{name}/breakdown/version", params=asked).json()["series"]
    visit(page, f"/package/{name}/")
    section = page.locator(".versions-section")
    section.scroll_into_view_if_needed()
    settle(page)
    if not series:
        expect(section).to_contain_text("tells no versions")
        return
    shown = section.locator(".readout .key")
    expect(shown).to_have_count(min(8, len(series)))
    expect(shown.first).to_contain_text(series[0]["label"])
    section.get_by_role("button", name="By release").click()
    settle(page)
    assert "versions=release" in page.url


def test_a_pictures_text_names_source_and_address(page, name):
    visit(page, f"/package/{name}/?range=90d")
    page.evaluate("""
      () => {
        window.written = [];
        const own = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
          window.written.push(String(text));
          return own.call(this, text, ...rest);
        };
      }""")
    with page.expect_download():
        page.get_by_role("button", name="Save as PNG").first.click()
    written = " | ".join(page.evaluate("window.written"))
    for told in (
        f"{name}: downloads",
        "Without mirrors",
        "PyPI's public download records",
        page.url,
    ):
        assert told in written


def test_lines_are_named_at_their_ends_where_there_is_room(new_page, popular):
    page = new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script("""
      window.written = [];
      const own = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        window.written.push(String(text));
        return own.call(this, text, ...rest);
      };""")
    names = [each["name"] for each in popular[:3]]
    visit(page, f"/compare/?names={','.join(names)}")
    written = page.evaluate("window.written")
    assert set(names) <= set(written)
    assert "downloads a week" in written


def test_ages_count_from_the_first_release(page, api, popular):
    names = ",".join(each["name"] for each in popular[:2])
    known = api.get("/api/compare", params={"names": names}).json()["packages"]
    assert all(each["first_release"] for each in known)
    visit(page, f"/compare/?names={names}&align=age")
    expect(page.locator(".chart-notes")).to_contain_text("since each package's first release")
