"""A backfill asks for every day that is wanted exactly once, the newest month first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operate.backfill import Progress, months
from operate.failure import OperatorError

DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))


@given(DAYS, DAYS)
def test_the_months_together_are_the_days_wanted_newest_first(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    wanted = list(months(first, last))
    days = [
        month.first + timedelta(days=offset)
        for month in reversed(wanted)
        for offset in range((month.last - month.first).days + 1)
    ]
    assert days == [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert all(month.first.month == month.last.month for month in wanted)


def test_a_range_that_ends_before_it_begins_is_refused_in_one_sentence() -> None:
    with pytest.raises(OperatorError, match="2026-06 is after 2024-01"):
        list(months(date(2026, 6, 1), date(2024, 1, 1)))


def test_time_left_counts_only_months_that_were_read() -> None:
    assert Progress(done=3, whole=10, seconds=20, asked=2).seconds_left == 70
    assert Progress(done=3, whole=10).seconds_left is None
