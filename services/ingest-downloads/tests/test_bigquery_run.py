"""Whole runs from BigQuery, over a server that speaks its protocol and meters what it reads."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from events import Dimension
from ingest_downloads.handlers import collect
from ingest_downloads.settings import Settings
from ingest_downloads.sources import Sources

STAND_IN = Path(__file__).with_name("bigquery_stand_in.py")
DAY = date(2026, 6, 30)
WINDOW = 3
"""Days: the one asked for and two late ones."""

ONE_ROW_PER_DOWNLOAD = """
COPY (
    SELECT CAST(day AS TIMESTAMP) + INTERVAL (n % 86400) SECOND AS timestamp,
           nullif(['DE', 'DE', 'DE', 'DE', 'US', 'US', 'US', 'US', '', ''][t], '') AS country_code,
           {'project': project,
            'version': if(t <= 7, '1.0', '2.0rc1'),
            'type': if(t <= 8, 'bdist_wheel', 'sdist')} AS file,
           if(t = 9, NULL, {
            'installer': {'name': ['pip', 'pip', 'pip', 'pip', 'pip', 'pip', 'uv', 'uv', '',
                                   'bandersnatch'][t],
                          'version': if(t <= 6, '24.0', NULL)},
            'python': if(t <= 5, '3.11.4', if(t <= 8, '3.12', NULL)),
            'system': {'name': if(t <= 6, 'Linux', if(t <= 8, 'Windows', NULL))},
            'ci': if(t = 1, true, NULL)}) AS details
    FROM (
        SELECT project, day, n, 1 + n % 10 AS t
        FROM read_parquet($daily), unnest(range(downloads)) AS download(n)
        WHERE day >= DATE '2026-06-27'
    )
) TO '{rows}' (FORMAT parquet)
"""
"""As tenths `t` of each package's day, in the shares of the ClickHouse tables."""


@dataclass
class StandIn:
    url: str

    def fault(self, fault: str, times: int = 1) -> None:
        self._ask("__faults__", [{"fault": fault, "times": times}])

    def meter(self) -> dict[str, int]:
        return dict(self._ask("__meter__"))

    def _ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/{path}", data) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def rows(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bigquery") / "rows.parquet"
    daily = str(dataset / "downloads_daily.parquet")
    sql = ONE_ROW_PER_DOWNLOAD.replace("{rows}", str(path)).replace("$daily", f"'{daily}'")
    duckdb.execute(sql)
    return path


@pytest.fixture
def stand_in(rows: Path) -> Iterator[StandIn]:
    command = [sys.executable, str(STAND_IN), str(rows)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield StandIn(process.stdout.readline().split()[1])
        process.terminate()


@pytest.fixture
def settings(stand_in: StandIn) -> Settings:
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
