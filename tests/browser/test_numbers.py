"""What becomes of numbers before they are shown: averages, gaps, alignment, files, words."""

from typing import Any

import pytest
from chromium import visit
from playwright.sync_api import Page


@pytest.fixture
def call(page: Page):
    """Calls a function of one of the site's modules."""
    visit(page, "/about/")

    def call(module: str, function: str, *arguments: Any) -> Any:
        return page.evaluate(
            "async ([module, name, values]) => (await import(`/js/${module}.js`))[name](...values)",
            [module, function, list(arguments)],
        )

    return call


def points(*values: int | None, incomplete: int | None = None) -> list[dict[str, Any]]:
    return [
        {"date": f"2026-06-{at + 1:02d}", "downloads": value, "incomplete": at == incomplete}
        for at, value in enumerate(values)
    ]


def test_an_average_skips_gaps_and_never_counts_them_as_zero(call):
    assert call("series", "sevenDayAverage", [7, 7, 7, None, 7, 7, 7, 14]) == [
        None, None, None, None, None, None, 7, pytest.approx(49 / 6),
    ]  # fmt: skip


def test_gaps_are_runs_of_days(call):
    found = call("series", "gaps", points(1, None, None, 4, None, 6))
    assert found == [["2026-06-02", "2026-06-03"], ["2026-06-05", "2026-06-05"]]


def test_the_period_that_is_not_over_is_no_gap_but_an_end_of_its_own(call):
    weeks = points(10, 20, 5, incomplete=2)
    assert call("series", "gaps", weeks) == []
    assert call("series", "complete", weeks, "downloads") == [10, 20, None]
    assert call("series", "partial", weeks, "downloads") == [None, None, 5]


def test_a_range_counts_from_the_newest_day(call):
    days = points(*range(30))
    assert [each["downloads"] for each in call("series", "within", days, "30d")] == list(range(30))
    assert call("series", "within", [], "1y") == []


def test_packages_align_by_date_or_by_age(call):
    old, young = points(1, 2, 3), points(5, 6, 7)[1:]
    by_date = call("series", "aligned", [old, young], "date")
    assert [each and each["downloads"] for each in by_date["columns"][1]] == [None, 6, 7]
    by_age = call("series", "aligned", [old, young], "age")
    assert by_age["columns"][1][0]["downloads"] == 7


def test_age_counts_from_the_first_release_where_it_is_known(call):
    weeks = [{"date": f"2026-06-{at:02d}", "downloads": at} for at in (8, 15, 22)]
    found = call("series", "aligned", [weeks, weeks], "age", ["2026-05-25", None])
    week = 7 * 86_400
    assert found["x"] == [0, week, 2 * week, 3 * week, 4 * week]
    assert [each and each["downloads"] for each in found["columns"][0]] == [None, None, 8, 15, 22]
    assert [each and each["downloads"] for each in found["columns"][1]] == [8, 15, 22, None, None]


def test_an_index_counts_in_hundredths_of_the_first_known(call):
    assert call("series", "indexed", [None, 0, 50, 75, None]) == [None, 0, 100, 150, None]
    assert call("series", "indexed", [0, 0]) == [None, None]


def test_days_of_ones_own_go_before_a_range(call):
    own = {"range": "30d", "from": "2026-06-02", "to": "2026-06-03"}
    found = call("series", "spanned", points(*range(9)), own)
    assert [each["downloads"] for each in found] == [1, 2]


def test_sparklines_break_at_gaps(call):
    assert call("sparkline", "unbroken", [1, 2, None, 4]) == [[[0, 1], [1, 2]], [[3, 4]]]


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        ("compact", 1_234_567, "1.23M"),
        ("compact", None, "–"),
        ("count", 1_234_567, "1,234,567"),
        ("share", 0.1234, "12.3%"),
        ("change", -0.051, "−5.1%"),
        ("change", 0.25, "+25.0%"),
        ("momentum", 0.081, "+8.1"),
        ("day", "2026-06-30", "30 Jun 2026"),
        ("words", "hidden_gem", "Hidden gem"),
        ("sentence", "no release in a year", "No release in a year."),
    ],
)
def test_values_read_as_people_write_them(call, function, value, text):
    assert call("format", function, value) == text


def test_how_long_ago_counts_from_the_newest_numbers_not_from_today(call):
    assert call("format", "ago", "2026-06-01", "2026-06-30") == "29 days ago"
    assert call("format", "ago", "2024-06-30", "2026-06-30") == "2 years ago"


def test_the_beacon_loads_only_with_a_token(page, watch, site):
    asked: list[str] = []
    host = "static.cloudflareinsights.com"
    watch.allowed_elsewhere.add(host)
    page.route(f"https://{host}/**", lambda route: (asked.append(route.request.url), route.abort()))
    visit(page, "/about/")
    assert asked == []

    page.route("**/js/config.js", lambda route: route.fulfill(
        body='export const cloudflareBeaconToken = "token"; export const PYPI = "", GITHUB = "";',
        content_type="text/javascript",
    ))  # fmt: skip
    watch.expects_failures = True

    def allow_beacon(route):
        answer = route.fetch()
        policy = answer.headers["content-security-policy"]
        wider = policy.replace("script-src 'self'", f"script-src 'self' https://{host}")
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": wider})

    page.route("**/about/", allow_beacon)
    visit(page, "/about/")
    assert asked == [f"https://{host}/beacon.min.js"]
