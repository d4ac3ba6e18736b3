"""The played BigQuery must run real queries, charge for every byte, and refuse what costs more."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from google.api_core.exceptions import (
    BadRequest,
    Conflict,
    Forbidden,
    GoogleAPICallError,
    NotFound,
)
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from sample_data.generate import generate, last_days
from simulators.child import Playing, playing
from simulators.dataset import DIMENSIONS

LAST_DAY = date(2026, 11, 22)
TABLE = "`bigquery-public-data.pypi.file_downloads`"
COUNT_OF_A_DAY = (
    f"SELECT file.project, COUNT(*) FROM {TABLE} WHERE DATE(timestamp) = @day GROUP BY 1"
)
THE_DAY = [bigquery.ScalarQueryParameter("day", "DATE", LAST_DAY)]

COLUMNS = {
    "python": r"REGEXP_EXTRACT(details.python, r'^[0-9]+\.[0-9]+')",
    "system": "details.system.name",
    "installer": "details.installer.name",
    "country": "country_code",
    "version": "file.version",
    "file_type": "file.type",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 230, last_days(LAST_DAY, 12), seed=3)
    return folder


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Playing]:
    with playing(data, sources=["bigquery"]) as server:
        yield server


@pytest.fixture
def server(running: Playing) -> Iterator[Playing]:
    yield running
    running.mend("bigquery")


@pytest.fixture
def client(server: Playing) -> Iterator[bigquery.Client]:
    address = {"api_endpoint": server.addresses["bigquery"]}
    with closing(
        bigquery.Client("payer", credentials=AnonymousCredentials(), client_options=address)
    ) as connected:
        yield connected


def ask(client: bigquery.Client, sql: str, parameters: Any = (), **config: Any) -> Any:
    given_config = bigquery.QueryJobConfig(query_parameters=list(parameters), **config)
    return client.query(sql, job_config=given_config, job_retry=None)


def price(client: bigquery.Client, sql: str, parameters: Any = ()) -> int:
    return int(ask(client, sql, parameters, dry_run=True).total_bytes_processed)


def daily(data: Path, day: date = LAST_DAY) -> dict[str, int]:
    frame = pl.read_parquet(data / "downloads_daily.parquet").filter(pl.col("day") == day)
    return dict(frame.select("project", "downloads").rows())


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_breakdown_comes_back_as_in_its_file(
    client: bigquery.Client, data: Path, dimension: str
) -> None:
    label = COLUMNS[dimension]
    sql = f"SELECT IFNULL({label}, ''), COUNT(*) FROM {TABLE} GROUP BY 1"
    told = dict(row.values() for row in ask(client, sql).result())
    labels = pl.read_parquet(data / f"downloads_by_{dimension}.parquet")
    truth = dict(labels.group_by("label").agg(pl.col("downloads").sum()).rows())
    unknown = {label: told[label] - truth.pop(label, 0) for label in [""] if label in told}
    assert {label: count for label, count in told.items() if label} == truth
    assert unknown.get("", 0) >= 0


def test_a_day_of_every_project_comes_page_by_page(client: bigquery.Client, data: Path) -> None:
    rows = ask(client, COUNT_OF_A_DAY, THE_DAY).result(page_size=7)
    told = dict(row.values() for row in rows)
    assert told == daily(data)
    assert rows.total_rows == len(told)


def test_conditions_and_distinct_counts_weigh_downloads_not_rows(
    client: bigquery.Client, data: Path
) -> None:
    sql = (
        "SELECT COUNT(*), COUNTIF(d.details.installer.name = 'bandersnatch'),"
        " COUNT(details.installer.name), SUM(IF(file.type = 'sdist', 1, 0)),"
        f" COUNT(DISTINCT file.project) FROM {TABLE} AS d WHERE DATE(d.timestamp) = @day"
    )
    (row,) = ask(client, sql, THE_DAY).result()
    everybody, mirrors, known, sdists, projects = row.values()
    installers = pl.read_parquet(data / "downloads_by_installer.parquet")
    types = pl.read_parquet(data / "downloads_by_file_type.parquet")
    that_day = installers.filter(pl.col("day") == LAST_DAY)
    assert everybody == sum(daily(data).values())
    assert mirrors == that_day.filter(label="bandersnatch")["downloads"].sum()
    assert known == that_day.filter(pl.col("label") != "")["downloads"].sum()
    assert sdists == types.filter(day=LAST_DAY, label="sdist")["downloads"].sum()
    assert projects == len(daily(data))


def test_mirrors_tell_neither_python_nor_system(client: bigquery.Client) -> None:
    sql = (
        f"SELECT COUNTIF(details.python IS NOT NULL OR details.system.name IS NOT NULL) "
        f"FROM {TABLE} WHERE details.installer.name = 'bandersnatch'"
    )
    (row,) = ask(client, sql).result()
    assert row.values() == (0,)


def test_times_arrays_and_null_arrive_as_what_they_are(client: bigquery.Client) -> None:
    sql = (
        "SELECT MAX(timestamp) AS newest, [1, 2] AS numbers, NULL AS nothing, TRUE AS yes,"
        f" DATE '2026-01-02' AS day, 0.5 AS half, STRUCT('x' AS a, 1 AS b) AS both FROM {TABLE}"
    )
    for rows in (ask(client, sql).result(), client.query_and_wait(sql)):
        (row,) = rows
        assert row["newest"] == datetime(2026, 11, 22, 12, tzinfo=UTC)
        assert (row["numbers"], row["nothing"], row["yes"]) == ([1, 2], None, True)
        assert (row["day"], row["half"]) == (date(2026, 1, 2), 0.5)
        assert row["both"] == {"a": "x", "b": 1}


def test_a_dry_run_tells_the_bytes_of_the_named_columns_in_the_days_read(
    client: bigquery.Client, data: Path
) -> None:
    one_day = sum(count * (8 + 2 + len(name)) for name, count in daily(data).items())
    assert price(client, COUNT_OF_A_DAY, THE_DAY) == one_day
    filtered = COUNT_OF_A_DAY.replace("GROUP", "AND file.project = 'requests' GROUP")
    assert price(client, filtered, THE_DAY) == one_day
    before = sum(
        count * (8 + 2 + len(name))
        for name, count in daily(data, LAST_DAY - timedelta(days=1)).items()
    )
    two_days = COUNT_OF_A_DAY.replace("= @day", ">= DATE_SUB(@day, INTERVAL 1 DAY)")
    assert price(client, two_days, THE_DAY) == one_day + before
    wider = COUNT_OF_A_DAY.replace("GROUP", "AND details.ci GROUP")
    assert price(client, wider, THE_DAY) > one_day
    assert price(client, "SELECT 1") == 0


def test_what_costs_more_than_the_limit_does_not_run(client: bigquery.Client) -> None:
    needed = price(client, COUNT_OF_A_DAY, THE_DAY)
    refused = ask(client, COUNT_OF_A_DAY, THE_DAY, maximum_bytes_billed=needed - 1)
    with pytest.raises(GoogleAPICallError, match="limit for bytes billed"):
        refused.result()
    assert refused.total_bytes_billed == 0
    paid = ask(client, COUNT_OF_A_DAY, THE_DAY, maximum_bytes_billed=needed + (1 << 20))
    paid.result()
    assert needed <= paid.total_bytes_billed < needed + (1 << 20)


def test_little_is_billed_as_ten_mebibytes(client: bigquery.Client) -> None:
    sql = f"SELECT COUNTIF(details.ci) FROM {TABLE} WHERE timestamp < TIMESTAMP '2020-01-01'"
    assert price(client, sql) == 0
    tiny = f"SELECT COUNTIF(details.ci) FROM {TABLE} WHERE DATE(timestamp) = @day"
    job = ask(client, tiny, THE_DAY)
    job.result()
    assert job.total_bytes_billed >= 10 << 20


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        (f"SELECT nothing FROM {TABLE}", BadRequest),
        ("SELECT 1 FROM elsewhere.table", NotFound),
        ("SELEC 1", BadRequest),
        (f"SELECT COUNT(*) FROM {TABLE} WHERE DATE(timestamp) = @never_given", BadRequest),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: bigquery.Client, sql: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(client, sql).result()


def test_a_jobs_id_is_used_once_and_finds_its_result_again(client: bigquery.Client) -> None:
    first = client.query("SELECT 1", job_id="once", job_retry=None)
    with pytest.raises(Conflict):
        client.query("SELECT 2", job_id="once", job_retry=None)
    again = client.get_job("once")
    assert [row.values() for row in again.result()] == [row.values() for row in first.result()]
    with pytest.raises(NotFound):
        client.get_job("never")


def test_quota_and_rate_are_refused_at_the_door(server: Playing, client: bigquery.Client) -> None:
    server.break_down("bigquery", {"match": "/jobs", "fault": "quota:60", "times": 1})
    with pytest.raises(Forbidden, match="Quota exceeded"):
        ask(client, "SELECT 1")
    assert [row.values() for row in ask(client, "SELECT 1").result()] == [(1,)]


def test_a_job_may_fail_after_it_was_paid_for(server: Playing, client: bigquery.Client) -> None:
    server.break_down("bigquery", {"match": "/jobs", "fault": "job-fails", "times": 1})
    job = ask(client, COUNT_OF_A_DAY, THE_DAY)
    with pytest.raises(GoogleAPICallError, match="during execution"):
        job.result(retry=None)
    assert job.total_bytes_billed > 0


def test_a_job_may_end_in_part(server: Playing, client: bigquery.Client) -> None:
    server.break_down("bigquery", {"match": "/jobs", "fault": "job-partial", "times": 1})
    job = ask(client, COUNT_OF_A_DAY, THE_DAY)
    job.result()
    assert [error["reason"] for error in job.errors] == ["partial"]


def test_a_job_may_take_its_time(server: Playing, client: bigquery.Client, data: Path) -> None:
    server.break_down("bigquery", {"match": "/jobs", "fault": "job-pending:2", "times": 1})
    job = ask(client, COUNT_OF_A_DAY, THE_DAY)
    assert job.state == "RUNNING"
    assert len(list(job.result())) == len(daily(data))


def test_a_result_that_ends_early_says_how_many_rows_there_were(
    server: Playing, client: bigquery.Client, data: Path
) -> None:
    server.break_down("bigquery", {"match": "/queries/", "fault": "truncate-rows:5"})
    rows = ask(client, COUNT_OF_A_DAY, THE_DAY).result()
    assert (len(list(rows)), rows.total_rows) == (5, len(daily(data)))


def test_a_late_day_is_not_there_and_not_paid_for(server: Playing, client: bigquery.Client) -> None:
    before = price(client, COUNT_OF_A_DAY.replace("= @day", "<= @day"), THE_DAY)
    server.break_down("bigquery", {"fault": f"freeze:{LAST_DAY - timedelta(days=2)}"})
    newest = ask(client, f"SELECT MAX(DATE(timestamp)) FROM {TABLE}").result()
    assert [row.values() for row in newest] == [(LAST_DAY - timedelta(days=2),)]
    assert price(client, COUNT_OF_A_DAY, THE_DAY) == 0
    assert 0 < price(client, COUNT_OF_A_DAY.replace("= @day", "<= @day"), THE_DAY) < before
