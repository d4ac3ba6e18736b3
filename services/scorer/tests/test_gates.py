"""Numbers that cannot be right never reach readers: what each gate lets through and holds."""

from datetime import date, timedelta

import pytest

from events import SourceFacts
from scorer.runs import gates
from scorer.settings import Settings

DAY = date(2026, 6, 30)
BEFORE = DAY - timedelta(days=7)


@pytest.mark.parametrize(
    ("times", "passes"),
    [(1.0, True), (0.7, True), (1.4, True), (2.0, False), (0.45, False), (0.0, False)],
)
def test_a_total_far_from_that_of_the_week_before_is_held(times: float, passes: bool) -> None:
    totals = {BEFORE: 1_000_000, DAY: round(1_000_000 * times)}
    assert gates.total_is_believable(DAY, totals, Settings().week_bound).passed is passes


def test_a_first_total_has_nothing_to_be_compared_with() -> None:
    assert gates.total_is_believable(DAY, {DAY: 5}, 0.5).passed
    assert gates.total_is_believable(DAY, {BEFORE: 0, DAY: 5}, 0.5).passed


@pytest.mark.parametrize(("now", "passes"), [(900, True), (899, False), (2_000, True)])
def test_a_list_may_lose_a_tenth_and_grow_as_it_likes(now: int, passes: bool) -> None:
    assert gates.list_shrinks("names", now, 1_000, 0.1).passed is passes


@pytest.mark.parametrize(("records", "passes"), [(900, True), (899, False), (None, True)])
def test_an_archive_that_lost_records_is_held(records: int | None, passes: bool) -> None:
    assert gates.archive_is_whole(records, 1_000, 0.9).passed is passes


@pytest.mark.parametrize(("behind", "passes"), [(-1, True), (0, True), (1, False)])
def test_a_source_that_lacks_the_day_is_held(behind: int, passes: bool) -> None:
    facts = SourceFacts(source="clickhouse", newest_day=DAY - timedelta(days=behind))
    assert gates.source_is_fresh(facts, DAY).passed is passes


def test_the_reason_for_holding_names_every_gate_that_failed() -> None:
    problem = gates.source_answers(SourceFacts(source="clickhouse", problem="the table is missing"))
    late = gates.source_is_fresh(SourceFacts(source="clickhouse", newest_day=BEFORE), DAY)
    assert gates.failed([problem, late]) == (
        f"source: the table is missing; "
        f"freshness: the source's newest day is {BEFORE}, asked for {DAY}"
    )
