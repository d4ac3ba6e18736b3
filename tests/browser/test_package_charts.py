"""The charts and tables on the page of one package."""

import csv
import re
from pathlib import Path

import pytest
from chromium import settle, visit
from playwright.sync_api import Page, expect


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text, exact=True).first.click()
    settle(page)


def test_the_chart_is_read_by_keyboard(page, name):
    visit(page, f"/package/{name}/")
    chart = page.get_by_role("slider", name=re.compile("^Downloads of"))
    chart.focus()
    last = chart.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowLeft")
    assert chart.get_attribute("aria-valuetext") != last
    page.keyboard.press("Home")
    assert chart.get_attribute("aria-valuenow") == "0"
    page.keyboard.press("End")
    assert chart.get_attribute("aria-valuenow") == chart.get_attribute("aria-valuemax")


def test_the_chart_is_read_by_pointer(page, name):
    visit(page, f"/package/{name}/")
    chart = page.locator(".chart").first
    chart.scroll_into_view_if_needed()
    before = page.locator(".readout").first.inner_text()
    chart.hover(position={"x": 200, "y": 80})
    expect(page.locator(".readout").first).not_to_have_text(before)


@pytest.mark.parametrize(
    ("button", "query"),
    [("30 d", "range=30d"), ("Week", "by=week"), ("Month", "by=month"), ("Both", "mirrors=both")],
)
def test_what_the_chart_shows_is_in_the_address(page, name, button, query):
    visit(page, f"/package/{name}/")
    press(page, button)
    assert query in page.url
    page.reload()
    settle(page)
    pressed = page.get_by_role("button", name=button, exact=True).first
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_the_csv_holds_the_days_of_the_api(page, api, name, tmp_path: Path):
    visit(page, f"/package/{name}/?by=day&range=all&mirrors=both")
    with page.expect_download() as download:
        press(page, "Save as CSV")
    file = tmp_path / "downloads.csv"
    download.value.save_as(file)
    answer = api.get(
        f"/api/packages/{name}/history", params={"series": "both", "granularity": "day"}
    ).json()
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert list(rows[0]) == ["date", "with_mirrors", "without_mirrors"]
    assert [(row["date"], row["without_mirrors"], row["with_mirrors"]) for row in rows] == [
        tuple(
            "" if point[key] is None else str(point[key])
            for key in ("date", "downloads", "with_mirrors")
        )
        for point in answer["points"]
    ]


def test_the_csv_has_only_the_columns_of_its_name(page, name, tmp_path: Path):
    visit(page, f"/package/{name}/?by=month&range=all")
    with page.expect_download() as download:
        press(page, "Save as CSV")
    assert download.value.suggested_filename == f"{name}-downloads-by-month-without-mirrors.csv"
    file = tmp_path / "downloads.csv"
    download.value.save_as(file)
    assert file.read_text().splitlines()[0] == "date,without_mirrors"


def test_the_png_is_a_picture(page, name, tmp_path: Path):
    visit(page, f"/package/{name}/")
    with page.expect_download() as download:
        press(page, "Save as PNG")
    file = tmp_path / "chart.png"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"\x89PNG")
    assert file.stat().st_size > 5_000


def test_the_table_beside_the_chart_has_a_row_a_period(page, name):
    visit(page, f"/package/{name}/?by=month&range=all")
    summary = page.locator("summary", has_text="The numbers as a table")
    said = int(re.sub(r"\D", "", re.search(r"\(([\d,]+) row", summary.inner_text())[1]))
    summary.click()
    expect(page.locator(".data-table tbody tr")).to_have_count(said)


@pytest.mark.parametrize(
    "title", ["System", "Installer", "Country", "Package version", "File type"]
)
def test_breakdowns_show_shares_that_make_a_whole(page, name, title):
    visit(page, f"/package/{name}/")
    press(page, title)
    rows = page.locator(".bars tbody tr")
    if rows.count() == 0:
        expect(page.get_by_text("does not break these downloads down")).to_be_visible()
        return
    shares = [float(text.rstrip("%")) for text in rows.locator("td:nth-child(3)").all_inner_texts()]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))


def test_stars_over_time_are_drawn_and_read(page, api, name):
    stars = api.get(f"/api/packages/{name}").json()["star_history"]
    if len(stars) < 2:
        pytest.skip("the site has seen its repositories on one day only")
    visit(page, f"/package/{name}/")
    page.locator("summary", has_text="Stars over time").click()
    chart = page.get_by_role("slider", name=re.compile("^Stars of"))
    expect(chart.locator("canvas")).to_be_visible()
    chart.focus()
    page.keyboard.press("Home")
    assert f"{stars[0]['stars']:,}" in str(chart.get_attribute("aria-valuetext"))


def test_missing_days_are_gaps_that_are_named(page, api, name):
    gaps = api.get("/api/status").json()["gaps"]
    if not gaps:
        pytest.skip("the source of the site lacks no day")
    visit(page, f"/package/{name}/?range=all&by=day")
    expect(page.locator(".chart-notes")).to_contain_text("The source has no data for")
    page.locator("summary", has_text="The numbers as a table").click()
    expect(page.locator(".data-table").get_by_text("no data").first).to_be_attached()


def test_unusual_days_are_ringed_and_named(page, api):
    name = "tidewater-sdk"
    address = f"/api/packages/{name}/history"
    answer = api.get(address, params={"series": "both", "granularity": "day"})
    if not answer.is_success:
        pytest.skip("the site has not the package with a story of unusual days")
    assert any(point["unusual"] for point in answer.json()["points"])
    visit(page, f"/package/{name}/?range=all&by=day")
    expect(page.locator(".chart-notes")).to_contain_text("ringed")
    expect(page.locator(".chart-notes")).to_contain_text(
        "the jump came from installer requests only"
    )


def test_a_month_that_is_not_over_is_drawn_as_such(page, api, name):
    address = f"/api/packages/{name}/history"
    points = api.get(address, params={"series": "both", "granularity": "month"}).json()["points"]
    if not points[-1]["incomplete"]:
        pytest.skip("the numbers end with a month's last day")
    visit(page, f"/package/{name}/?by=month&range=all")
    expect(page.locator(".chart-notes")).to_contain_text("The last month is not over")
    expect(page.locator(".readout").first).to_contain_text("not complete yet")
    page.get_by_role("slider", name=re.compile("^Downloads of")).focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".readout").first).not_to_contain_text("not complete")
