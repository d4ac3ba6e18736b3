"""Whole runs from BigQuery, over a server that speaks its protocol and meters what it reads."""

import re
from datetime import date

import pytest

from events import Dimension
from ingest_downloads.handlers import collect
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources

DAY = date(2026, 6, 30)
WINDOW = 3
"""Days: the one asked for and two late ones."""


@pytest.fixture
def settings(stand_in) -> Settings:
    return Settings(
        source="bigquery",
        bigquery_endpoint=stand_in.url,
        bigquery_project="payer",
        bigquery_dataset="public.pypi",
        batch_packages=25,
        breakdown_min_downloads=10_000,
    )


async def test_the_day_and_late_days_arrive(run, settings, truth):
    recorder = await run(settings)
    assert recorder.plan.facts.problem is None
    assert recorder.plan.facts.newest_day == DAY
    assert {batch.first_day for batch in recorder.daily} == {date(2026, 6, 28)}
    assert recorder.days() == {
        name: days[-WINDOW:] for name, days in truth.items() if any(days[-WINDOW:])
    }


SHARED = (Dimension.PYTHON, Dimension.SYSTEM, Dimension.INSTALLER, Dimension.FILE_TYPE)
"""Dimensions whose mirrors the played tables of both sources tell alike."""


async def test_both_sources_give_the_same_tables(run, settings, configure, recorder):
    await run(settings)
    bigquery = tables(recorder)
    recorder.events.clear()
    await run(configure(), window_days=WINDOW)
    assert tables(recorder) == bigquery


def tables(recorder):
    labels = {dimension: recorder.labels(dimension) for dimension in SHARED}
    return recorder.days(), recorder.mirrors(), recorder.plan.facts.totals_by_day, labels


async def test_continuous_integration_and_exact_installer_are_kept(run, settings, truth):
    recorder = await run(settings)
    tenths = [count // 10 for count in truth["package-000"][-WINDOW:]]
    assert recorder.labels(Dimension.CI)["package-000"]["true"] == tenths
    installers = recorder.labels(Dimension.INSTALLER_VERSION)["package-000"]
    assert set(installers) == {"pip 24.0", "uv", "bandersnatch", ""}
    assert installers["pip 24.0"] == [6 * count for count in tenths]


async def test_a_run_above_the_limit_is_refused_with_its_price(run, settings, stand_in):
    dear = settings.model_copy(update={"bigquery_maximum_gib": 0.001, "bigquery_usd_per_tib": 1e5})
    plan = (await run(dear)).plan
    assert plan.batches == 0
    assert re.search(
        r"would bill 0\.0\d+ GiB, \$\d\.\d\d, above the limit of 0\.001 GiB, \$0\.10",
        plan.facts.problem,
    )
    assert stand_in.meter() == {"runs": 0, "billed": 0}


async def test_what_the_dry_run_missed_is_stopped_by_the_server(run, settings, stand_in):
    # The data set is small: it reads less than BigQuery's least bill of 10 MiB, and bills that.
    small = settings.model_copy(update={"bigquery_maximum_gib": 8 / 1024, "bigquery_late_days": 0})
    plan = (await run(small)).plan
    assert "bytesBilledLimitExceeded" in plan.facts.problem
    assert stand_in.meter()["billed"] == 0


async def test_fewer_days_bill_less(settings, stand_in, request_run, recorder):
    gib = []
    for days in (0, 2):
        fewer = settings.model_copy(
            update={"bigquery_late_days": days, "bigquery_maximum_gib": 1e-9}
        )
        async with Sources(fewer).open("r") as source:
            await collect(request_run(run_id=f"run-{days}"), source, recorder, fewer)
        plan = recorder.events[f"run-{days}:runs.planned"]
        gib.append(float(re.search(r"bill ([\d.e-]+) GiB", plan.facts.problem)[1]))
    assert gib[1] == pytest.approx(3 * gib[0], rel=0.1)


async def test_asked_for_twice_is_paid_for_once(run, settings, stand_in):
    first = dict((await run(settings)).bodies)
    assert dict((await run(settings)).bodies) == first
    assert stand_in.meter()["runs"] == 1


@pytest.mark.parametrize("fault", ["rateLimitExceeded", "backendError", "pending", "failed"])
async def test_a_passing_fault_changes_no_number(fault, run, settings, stand_in, truth):
    stand_in.fault(fault, times=2)
    recorder = await run(settings)
    assert recorder.plan.facts.problem is None
    assert recorder.days()["package-000"] == truth["package-000"][-WINDOW:]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("quotaExceeded", "BigQuery: quotaExceeded: "),
        ("accessDenied", "BigQuery: accessDenied: "),
        ("partial", "is partial: some tablets were lost"),
        ("short", "rows came"),
    ],
)
async def test_a_lasting_fault_holds_the_run_with_its_reason(
    fault, problem, run, settings, stand_in
):
    stand_in.fault(fault, times=99)
    assert problem in (await run(settings)).plan.facts.problem


async def test_without_a_project_that_pays_nothing_is_asked(run, settings):
    plan = (await run(settings.model_copy(update={"bigquery_project": ""}))).plan
    assert "BIGQUERY_PROJECT" in plan.facts.problem
