"""Whole runs from BigQuery, over a server that speaks its protocol and meters what it reads."""

import re
from datetime import date

import pytest

from events import Dimension

DAY = date(2026, 6, 30)
WINDOW = 3
"""Days: the one asked for and two late ones."""

SHARED = (Dimension.PYTHON, Dimension.SYSTEM, Dimension.INSTALLER, Dimension.FILE_TYPE)
"""Dimensions whose mirrors the played tables of both sources tell alike."""


@pytest.fixture
def run(run, request):
    """Carry a request out under an id of the test's own: jobs are found again by it."""

    async def collected(settings, **changes):
        return await run(settings, **({"run_id": request.node.name} | changes))

    return collected


def price_of(plan):
    """Return the GiB that a refusal names."""
    return float(re.search(r"would bill ([\d.e-]+) GiB", plan.facts.problem)[1])


async def test_the_day_and_late_days_arrive(run, configure_bigquery, truth):
    recorder = await run(configure_bigquery())
    assert recorder.plan.facts.problem is None
    assert recorder.plan.facts.newest_day == DAY
    assert recorder.plan.facts.unknown_installer_share == pytest.approx(0.1)
    assert {batch.first_day for batch in recorder.daily} == {date(2026, 6, 28)}
    assert recorder.days() == {
        name: days[-WINDOW:] for name, days in truth.items() if any(days[-WINDOW:])
    }


async def test_both_sources_give_the_same_tables(run, configure, configure_bigquery, recorder):
    await run(configure_bigquery())
    bigquery = tables(recorder)
    recorder.events.clear()
    await run(configure(), window_days=WINDOW)
    assert tables(recorder) == bigquery


def tables(recorder):
    labels = {dimension: recorder.labels(dimension) for dimension in SHARED}
    return recorder.days(), recorder.mirrors(), recorder.plan.facts.totals_by_day, labels


async def test_continuous_integration_and_exact_installer_are_kept(run, configure_bigquery, truth):
    recorder = await run(configure_bigquery())
    tenths = [count // 10 for count in truth["package-000"][-WINDOW:]]
    installers = recorder.labels(Dimension.INSTALLER_VERSION)["package-000"]
    pip = [days for label, days in installers.items() if label.startswith("pip 25.")]
    assert [sum(day) for day in zip(*pip, strict=True)] == [6 * count for count in tenths]
    assert installers["bandersnatch"] == tenths
    continuous = recorder.labels(Dimension.CI)["package-000"]
    assert set(continuous) == {"", "true"}
    both = zip(continuous[""], continuous["true"], strict=True)
    assert [sum(day) for day in both] == [9 * count for count in tenths]


async def test_a_backfill_reads_its_whole_range(run, configure_bigquery):
    first = date(2026, 6, 1)
    recorder = await run(configure_bigquery(), kind="backfill", first_day=first, day="2026-06-10")
    assert {(batch.first_day, batch.window_days) for batch in recorder.daily} == {(first, 10)}


async def test_a_late_day_publishes_nothing_and_says_so(run, configure_bigquery, bigquery):
    bigquery.fault("freeze:2026-06-29")
    plan = (await run(configure_bigquery())).plan
    assert plan.batches == 0
    assert plan.facts.problem == "the newest day of bigquery is 2026-06-29, not 2026-06-30"


async def test_a_run_above_the_limit_is_refused_with_its_price(run, configure_bigquery):
    plan = (await run(configure_bigquery(bigquery_maximum_gib=1e-3, bigquery_usd_per_tib=1e5))).plan
    assert plan.batches == 0
    assert re.search(
        r"would bill 0\.0\d+ GiB, \$\d\.\d\d, above the limit of 0\.001 GiB, \$0\.10",
        plan.facts.problem,
    )


async def test_what_the_dry_run_missed_is_stopped_by_the_server(run, configure_bigquery):
    # One small day reads less than BigQuery's least bill of 10 MiB, and bills that.
    small = configure_bigquery(bigquery_maximum_gib=8 / 1024, bigquery_late_days=0)
    plan = (await run(small)).plan
    assert plan.batches == 0
    assert "limit for bytes billed" in plan.facts.problem


async def test_only_the_days_asked_for_are_paid(run, configure_bigquery):
    one_day = (await run(configure_bigquery(bigquery_maximum_gib=1e-9, bigquery_late_days=0))).plan
    recorder = await run(configure_bigquery(bigquery_maximum_gib=1e-9), run_id="three-days")
    three = recorder.events["three-days:runs.planned"]
    assert price_of(three) == pytest.approx(3 * price_of(one_day), rel=0.1)


async def test_asked_for_twice_is_paid_for_once(run, configure_bigquery, bigquery):
    first = dict((await run(configure_bigquery())).bodies)
    bigquery.playing.forget_requests("bigquery")
    assert dict((await run(configure_bigquery())).bodies) == first
    assert bigquery.playing.requests("bigquery")["409"] == 1  # the job was there already


@pytest.mark.parametrize(
    "fault",
    ["retry-after:1", "status:503", "drop", "half", "job-pending:3", "job-fails", "job-partial"],
)
async def test_a_passing_fault_changes_no_number(fault, run, configure_bigquery, bigquery, truth):
    bigquery.fault(fault, "/jobs", times=1, skip=1)  # the first request only asks the price
    recorder = await run(configure_bigquery())
    assert recorder.plan.facts.problem is None
    assert bigquery.hits() == 1
    assert recorder.days()["package-000"] == truth["package-000"][-WINDOW:]


LASTING = {
    "quota:60": "BigQuery: quotaExceeded: ",
    "job-partial": "is partial: ",
    "truncate-rows:5": " rows came",
    "status:403": "BigQuery: ",
    "status:404": "BigQuery: ",
    "rubbish": "BigQuery: ",
}


@pytest.mark.parametrize("fault", LASTING)
async def test_a_lasting_fault_holds_the_run_with_its_reason(
    fault, run, configure_bigquery, bigquery
):
    bigquery.fault(fault)
    assert LASTING[fault] in (await run(configure_bigquery())).plan.facts.problem


async def test_without_a_project_that_pays_nothing_is_asked(run, configure_bigquery):
    plan = (await run(configure_bigquery(bigquery_project=""))).plan
    assert "BIGQUERY_PROJECT" in plan.facts.problem
