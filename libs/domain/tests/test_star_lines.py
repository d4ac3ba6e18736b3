"""A line of stars says what was told, falls where a fall was told, and leaves no day out."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.stars.archive import lost_days, without_losses
from domain.stars.capture import USUAL, weekly_factors
from domain.stars.line import Kind, at, line

DAYS = 120
GAINS = st.lists(st.integers(0, 40), min_size=DAYS, max_size=DAYS).map(
    lambda days: np.array(days, dtype=np.float64)
)
TOLD = st.dictionaries(st.integers(0, DAYS - 1), st.integers(0, 5_000), min_size=1, max_size=6).map(
    lambda told: sorted(told.items())
)
WHOLE = (1, DAYS - 1)


@given(GAINS, TOLD)
def test_what_was_told_stays_and_every_day_is_answered(gains, told) -> None:
    stars, kinds = line(gains, told, WHOLE)
    assert [(day, stars[day]) for day, _ in told] == told
    assert {day for day in range(DAYS) if kinds[day] == Kind.MEASURED} == {day for day, _ in told}
    assert not (kinds == Kind.UNKNOWN).any()
    assert stars.min() >= 0


@given(GAINS, TOLD)
def test_no_day_falls_but_between_two_counts_that_fell(gains, told) -> None:
    stars, _ = line(gains, told, WHOLE)
    fell = np.flatnonzero(np.diff(stars) < 0)
    for day in fell:
        between = [
            before > after for (start, before), (end, after) in pairwise(told) if start <= day < end
        ]
        assert between == [True]


def test_between_two_counts_the_gain_comes_when_the_events_came() -> None:
    gains = np.zeros(11)
    gains[7] = 5
    stars, _ = line(gains, [(0, 100), (10, 200)], (1, 10))
    assert stars[6] < 105
    assert stars[7] > 195


def test_nobody_knows_what_was_before_the_archive() -> None:
    _, kinds = line(np.ones(30), [(25, 400)], (10, 29))
    assert (
        kinds.tolist()
        == [Kind.UNKNOWN] * 9
        + [Kind.RECONSTRUCTED] * 16
        + [Kind.MEASURED]
        + [Kind.RECONSTRUCTED] * 4
    )


def test_a_repository_that_was_never_counted_has_no_line() -> None:
    assert line(np.ones(30), [], (0, 29)).kinds.tolist() == [Kind.UNKNOWN] * 30


def test_counts_of_other_days_are_left_out_and_the_last_of_a_day_holds() -> None:
    assert at([(5, 10), (-1, 3), (2, 8), (5, 11), (9, 1)], 9) == [(2, 8), (5, 11)]


def test_a_day_that_the_archive_lost_is_filled_and_quiet_ones_are_not() -> None:
    events = np.full((40, 60), 3)
    events[:, 30] = 0
    lost = lost_days(events.sum(axis=0))
    assert np.flatnonzero(lost).tolist() == [30]
    assert without_losses(events, lost)[0, 30] == pytest.approx(3)
    assert not lost_days(np.array([3, 0, 2, 0, 4, 0, 1])).any()


def test_a_loss_is_found_by_the_counts_around_it() -> None:
    rng = np.random.default_rng(5)
    gained = rng.poisson(20, (60, 420))
    caught = np.where(np.arange(420) < 210, 0.97, 0.3)
    events = rng.binomial(gained, caught).astype(np.float64)
    levels = gained.cumsum(axis=1)
    told = [
        [(day, int(levels[row, day])) for day in sorted(rng.choice(420, 3, replace=False))]
        for row in range(60)
    ]
    factors = weekly_factors(events, told)
    assert factors[60] == pytest.approx(1 / 0.97, rel=0.05)
    assert factors[350] == pytest.approx(1 / 0.3, rel=0.05)


def test_without_two_counts_the_usual_factor_holds() -> None:
    assert weekly_factors(np.ones((2, 30)), [[(3, 10)], []]).tolist() == [USUAL] * 30


def test_a_loss_that_lies_before_every_count_is_seen_in_the_flow_of_all() -> None:
    rng = np.random.default_rng(6)
    gained = rng.poisson(10, (80, 420))
    caught = np.where(np.arange(420) < 140, 0.97, 0.3)
    events = rng.binomial(gained, caught).astype(np.float64)
    levels = gained.cumsum(axis=1)
    told = [[(280, int(levels[row, 280])), (419, int(levels[row, 419]))] for row in range(80)]
    assert weekly_factors(events, told)[20] == pytest.approx(1 / 0.97, rel=0.1)
