"""The days a run is about."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import SourceFacts
from events.day_range import DayRange
from ingest_downloads.handlers import gaps_of, missing_day
from ingest_downloads.window import window_of

DAY = date(2026, 6, 30)


def test_a_nightly_window_ends_with_its_day(request_run):
    window = window_of(request_run())
    assert (window.first, window.last, len(list(window))) == (date(2026, 6, 1), DAY, 30)


def test_a_backfill_is_its_own_range(request_run):
    window = window_of(request_run(kind="backfill", first_day=date(2024, 2, 1), day="2024-02-29"))
    assert (window.first, window.length) == (date(2024, 2, 1), 29)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dates(date(2016, 1, 1), date(2100, 1, 1)), st.integers(1, 400), st.integers(0, 500))
def test_the_newest_days_end_where_the_window_ends(first, days, kept):
    window = DayRange(first, days)
    newest = window.newest(kept)
    assert newest.last == window.last
    assert newest.length == (min(kept, days) or days)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.integers(0, 29)))
def test_gaps_are_the_days_without_any_row(present):
    window = DayRange(date(2026, 6, 1), 30)
    have = {day.isoformat(): 1 for n, day in enumerate(window) if n in present}
    facts = SourceFacts(source="clickhouse", totals_by_day=have)
    gaps = gaps_of(window, facts)
    assert len(gaps) == 30 - len(present)
    assert not {gap.isoformat() for gap in gaps} & set(have)


def test_a_source_without_any_day_says_so(request_run):
    assert missing_day(request_run(), SourceFacts(source="bigquery")) == (
        "bigquery has no downloads in the days asked for"
    )
