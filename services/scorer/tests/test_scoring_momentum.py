"""Momentum: what a reader may take for growth, and what never."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from scorer.scoring import Market, observe_market, score_packages

DAY = date(2026, 6, 30)
FLAT = Market((0.0,) * 6, 1.0, 100)
WEEK = 50_000


def row(weeks: Sequence[int | None], market: Market = FLAT, **facts: object) -> dict[str, Any]:
    """Score one package with these weeks."""
    inputs = pl.DataFrame([{"package_id": 1, "name": "x", "weeks": weeks, **facts}])
    return score_packages(inputs, DAY, market).row(0, named=True)


def growing(rate: float, weeks: int = 28, start: float = WEEK) -> list[int | None]:
    """Weeks that grow by a factor each four weeks."""
    return [round(start * rate ** (k / 4)) for k in range(weeks)]


def test_a_steady_package_stands_still() -> None:
    assert row([WEEK] * 28)["momentum"] == pytest.approx(0.0, abs=1e-6)


def test_steady_growth_beats_one_spike() -> None:
    spike = [WEEK] * 24 + [WEEK * 30] * 4
    steady = row(growing(1.1))["momentum"]
    assert steady == pytest.approx(np.log(1.1), abs=0.01)
    assert row(spike)["momentum"] < steady


def test_growth_is_told_against_the_market() -> None:
    boom = Market((np.log(1.1),) * 6, 1.0, 100)
    assert row(growing(1.1), boom)["momentum"] == pytest.approx(0.0, abs=0.01)
    assert row([WEEK] * 28, boom)["momentum"] < 0


def test_this_week_is_held_against_the_four_before() -> None:
    weeks = [WEEK] * 27 + [WEEK * 3 // 2]
    assert row(weeks)["week_over_week"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    "weeks",
    [
        [],
        [10] * 28,
        growing(1.1, weeks=12),
        [WEEK] * 27 + [None],
        [None] * 28,
    ],
    ids=["none", "too few downloads", "three blocks", "no newest week", "all gaps"],
)
def test_without_enough_data_there_is_neither_trend_nor_week(weeks: Sequence[int | None]) -> None:
    scores = row(weeks)
    assert scores["momentum"] is None
    assert scores["week_over_week"] is None
    assert scores["enough_data"] is False
    assert scores["rising_star"] is False


def test_one_missing_week_is_a_gap_and_not_a_fall() -> None:
    weeks = growing(1.1)
    weeks[13] = weeks[25] = None
    scores = row(weeks)
    assert scores["enough_data"]
    assert scores["momentum"] == pytest.approx(np.log(1.1), abs=0.01)
    assert 0 < scores["week_over_week"] < 0.15


def market_of(packages: Sequence[Sequence[int | None]]) -> Market:
    """Take the market from these weeks."""
    return observe_market(pl.DataFrame({"weeks": packages}))


def test_the_market_is_the_median_of_all() -> None:
    seen = market_of([growing(1.05)] * 3 + [growing(1.15)] + [growing(0.95)])
    assert seen.growth == pytest.approx([np.log(1.05)] * 6, abs=1e-3)
    assert seen.packages == 5


def test_a_break_of_the_source_is_never_read_as_growth() -> None:
    """From week 20 on the source counts three times as many downloads, for everybody."""
    broken = [WEEK] * 20 + [WEEK * 3] * 8
    seen = market_of([broken] * 20)
    assert seen.growth[1] is None
    assert row(broken, seen)["momentum"] is None


def test_the_turn_of_the_year_is_no_break() -> None:
    """Two weeks at 60 % in one block, as every December."""
    holidays = [WEEK] * 18 + [WEEK * 6 // 10] * 2 + [WEEK] * 8
    seen = market_of([holidays] * 20)
    assert None not in seen.growth
    assert row(holidays, seen)["momentum"] == pytest.approx(0.0, abs=1e-3)


def test_a_market_in_a_boom_is_no_break() -> None:
    boom = growing(1.25)
    assert None not in market_of([boom] * 20).growth


def test_growth_after_a_break_counts_once_there_is_enough_of_it() -> None:
    old_break = [WEEK] * 12 + [WEEK * 3] * 16
    seen = market_of([old_break] * 20)
    risen = old_break[:12] + growing(1.1, weeks=16, start=WEEK * 3)
    assert row(risen, seen)["momentum"] == pytest.approx(np.log(1.1), abs=0.02)


def test_a_market_seen_before_makes_one_package_scorable_alone() -> None:
    packages = [growing(1.0 + k / 100) for k in range(10)]
    inputs = pl.DataFrame(
        {"package_id": range(10), "name": [str(k) for k in range(10)], "weeks": packages}
    )
    together = score_packages(inputs, DAY)
    alone = score_packages(inputs[[7]], DAY, observe_market(inputs))
    assert alone["momentum"][0] == together["momentum"][7]


def test_a_jump_of_one_version_among_many_is_called_automated() -> None:
    jump = [WEEK] * 24 + [WEEK * 8] * 4
    pinned = {"largest_version_share": 0.99, "largest_country_share": 0.4}
    assert row(jump, **pinned, release_count=40)["automation_suspected"] is True
    assert row(jump, **pinned, release_count=1)["automation_suspected"] is False
    assert row(growing(1.1), **pinned, release_count=40)["automation_suspected"] is False


def test_a_jump_from_one_country_is_called_automated() -> None:
    jump = [WEEK] * 24 + [WEEK * 8] * 4
    assert row(jump, largest_country_share=0.95)["automation_suspected"] is True
    spread = row(jump, largest_country_share=0.4, largest_installer_share=0.8)
    assert spread["automation_suspected"] is False
    assert row(jump)["automation_suspected"] is None
    assert row(growing(1.1), largest_country_share=0.95)["automation_suspected"] is False


def test_steady_growth_beats_alternating_growth_of_the_same_mean() -> None:
    up_and_down = [1.15, 1.05] * 4
    level, weeks = float(WEEK), list[int | None]()
    for factor in up_and_down[:7]:
        weeks += [round(level)] * 4
        level *= factor
    mean = float(np.exp(np.mean(np.log(up_and_down[:6]))))
    steps = [round(WEEK * mean**k) for k in range(7)]
    steady = row([week for week in steps for _ in range(4)])["momentum"]
    alternating = row(weeks)["momentum"]
    assert steady == pytest.approx(np.log(mean), abs=0.002)
    assert steady - alternating > 0.03


def stepwise(growth: Sequence[float]) -> list[int | None]:
    """Make weeks whose six steps of four weeks grow by these natural logarithms, oldest first."""
    levels = WEEK * np.exp(np.concatenate([[0.0], np.cumsum(growth)]))
    return [round(level) for level in levels for _ in range(4)]


def test_what_grew_lately_counts_a_little_more_than_what_grew_before() -> None:
    # Turned round, the steps have the same spread: what is left is the weight of the newer half
    # less that of the older half, with weights that halve in eight steps.
    lately = row(stepwise([0.0, 0.0, 0.0, 0.1, 0.1, 0.1]))["momentum"]
    before = row(stepwise([0.1, 0.1, 0.1, 0.0, 0.0, 0.0]))["momentum"]
    assert (lately - before) / 0.1 == pytest.approx(0.13, abs=0.01)
