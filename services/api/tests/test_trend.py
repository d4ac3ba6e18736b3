"""The course of a year that is drawn beside a name."""

from typing import Any

import numpy as np
import pytest

from api.downloads.trend import TOP, WEEKS, drawn
from api.site.page_content import PackageFacts, Security, package_content
from domain.flags import FLAGGED, SEVERE
from domain.packed_months import GAP
from domain.warnings import warning, what_is_found


def days(*weeks: int | None) -> np.ndarray:
    """Return the days of weeks that each have so many downloads a day; None: nothing is known."""
    return np.repeat([GAP if each is None else each for each in weeks], 7).astype(np.int64)


def test_a_weekend_is_not_seen_in_a_trend() -> None:
    week = [100, 100, 100, 100, 100, 20, 20]
    assert drawn(np.array(week * 4)) == [TOP] * 4


def test_a_trend_rises_smoothly_to_its_top() -> None:
    assert drawn(days(30, 60, 90, 120)) == [43, 57, 86, 100]


def test_a_week_without_data_is_a_gap_and_never_a_zero() -> None:
    assert drawn(days(10, None, 10)) == [100, None, 100]
    few = np.array([10, 10, 10, 10, GAP, GAP, GAP])
    assert drawn(few) == [100]
    assert drawn(np.array([10, 10, 10, GAP, GAP, GAP, GAP])) == [None]


def test_a_trend_begins_with_the_package() -> None:
    assert drawn(days(0, 0, 10, 10), skip=2) == [100, 100]
    assert drawn(days(0, 0, 0)) == [0, 0, 0]


async def test_lists_and_pages_bring_the_trend(api: Any) -> None:
    listed = (await api.json("/api/packages"))["packages"]
    drawn_ones = {each["name"]: each["trend"] for each in listed}
    assert 2 <= len(drawn_ones["requests"]) <= WEEKS
    assert max(each or 0 for each in drawn_ones["requests"]) == TOP
    page = await api.json("/api/packages/requests")
    assert page["trend"] == drawn_ones["requests"]


@pytest.mark.parametrize("severity", [*SEVERE, "medium", "unknown"])
def test_the_colour_of_a_warning_follows_its_severity(severity: str) -> None:
    found = what_is_found("vulnerable", severity, hijacked=False)
    warned = warning(found, "active")
    assert warned is not None
    assert warned.grave == (severity in SEVERE)


def test_a_package_whose_earlier_versions_were_malicious_is_warned_of() -> None:
    warned = warning(what_is_found("clean", None, hijacked=True), "active")
    assert warned is not None
    assert warned.notice.title == "Earlier versions were malicious"
    assert what_is_found("clean", None, hijacked=False) == "clean"
    assert what_is_found("malicious", None, hijacked=True) == "malicious"


@pytest.mark.parametrize("status", FLAGGED)
def test_nothing_reads_like_praise_where_a_package_is_flagged(status: str) -> None:
    facts = PackageFacts(name="x", security=Security(status))
    facts.downloads.rank = 7
    told = package_content(facts)
    for praise in ("Stars", "Momentum", "Health", "Rank"):
        assert praise not in told


@pytest.mark.parametrize("metric", ["downloads", "maintenance", "rank", "stars", "health"])
async def test_every_badge_of_a_malicious_package_is_its_warning(api: Any, metric: str) -> None:
    badge = (await api.get(f"/api/badge/reqeusts/{metric}.svg?label=good&color=green")).text
    assert "malicious" in badge
    assert "good" not in badge
