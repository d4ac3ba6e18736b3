"""A package's days are dated from the first of their month."""

from datetime import date

from api.downloads.months import days_of


def test_days_are_dated_from_the_first_of_the_month() -> None:
    days = list(days_of(date(2024, 2, 1), bytes([1]) + bytes(range(1, 30))))
    assert days[0] == (date(2024, 2, 1), 1)
    assert days[-1] == (date(2024, 2, 29), 29)
