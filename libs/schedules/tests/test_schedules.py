"""What is due when, to the minute, and that every rule can be read by a person."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.runs import RunKind
from schedules import SCHEDULES, Schedule, day_of

BY_KIND = {each.kind: each for each in SCHEDULES}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


@pytest.mark.parametrize(
    ("kind", "now", "last", "following"),
    [
        (RunKind.DOWNLOADS, "30T04:29:59", "29T04:30", "30T04:30"),
        (RunKind.DOWNLOADS, "29T04:30:00", "29T04:30", "30T04:30"),
        (RunKind.DOWNLOADS, "29T04:30:00.5", "29T04:30", "30T04:30"),
        (RunKind.METADATA, "29T05:00:00", "28T06:00", "29T06:00"),
        (RunKind.SECURITY, "29T05:59:00", "29T00:00", "29T06:00"),
        (RunKind.SECURITY, "29T18:00:30", "29T18:00", "30T00:00"),
    ],
)
def test_due_to_the_minute(kind: RunKind, now: str, last: str, following: str) -> None:
    schedule = BY_KIND[kind]
    assert schedule.last_due(at(now)) == at(f"{last}:00")
    assert schedule.next_due(at(now)) == at(f"{following}:00")


@given(
    st.sampled_from(SCHEDULES),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
)
def test_now_lies_between_two_neighbouring_moments(schedule: Schedule, now: datetime) -> None:
    last, following = schedule.last_due(now), schedule.next_due(now)
    assert last <= now < following
    assert schedule.next_due(last) == following
    assert schedule.last_due(following) == following
    assert following - last <= timedelta(days=1)


def test_the_day_before_is_asked_for() -> None:
    assert day_of(at("30T00:00:00")) == date(2026, 11, 29)


def test_rules_in_words() -> None:
    assert BY_KIND[RunKind.DOWNLOADS].words == "At 04:30 every day, UTC"
    assert BY_KIND[RunKind.SECURITY].words == "At 00:00, 06:00, 12:00, and 18:00 every day, UTC"


def test_downloads_are_asked_for_before_what_needs_their_ranks() -> None:
    kinds = [each.kind for each in SCHEDULES]
    for schedule in SCHEDULES:
        if schedule.after:
            assert kinds.index(schedule.after) < kinds.index(schedule.kind)
