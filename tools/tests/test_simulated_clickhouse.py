"""The played ClickHouse must be one for the real client, and fail as the public server does."""

import asyncio
import time
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import clickhouse_connect
import httpx
import polars as pl
import pytest
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.exceptions import ClickHouseError

from sample_data.generate import generate, last_days
from simulators.child import Playing, playing

LAST_DAY = date(2026, 11, 22)
FIRST_DAY = LAST_DAY - timedelta(days=29)

THIRTY_DAYS = """
SELECT project,
       sumForEach(arrayMap(i -> if(i = dateDiff('day', {a:Date}, date), count, 0), range(30)))
FROM pypi_downloads_per_day WHERE date >= {a:Date} AND date < {a:Date} + 30 GROUP BY project
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 300, last_days(LAST_DAY, 60), seed=3)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Playing]:
    with playing(data, sources=["clickhouse"]) as running:
        yield running


@pytest.fixture
def whole(server: Playing) -> Iterator[Playing]:
    yield server
    server.mend("clickhouse")


async def connect(server: Playing, **options: Any) -> AsyncClient:
    where = urllib.parse.urlsplit(server.addresses["clickhouse"])
    given = {"username": "demo", "password": "", "database": "pypi", **options}
    return await clickhouse_connect.get_async_client(
        host=str(where.hostname), port=where.port or 0, **given
    )


@pytest.fixture
async def client(whole: Playing) -> AsyncIterator[AsyncClient]:
    connected = await connect(whole, query_retries=0)
    yield connected
    await connected.close()


def daily(data: Path) -> pl.DataFrame:
    return pl.read_parquet(data / "downloads_daily.parquet")


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", False])
async def test_thirty_days_of_every_package_stream_whole_in_every_compression(
    whole: Playing, data: Path, compress: str | bool
) -> None:
    client = await connect(whole, compress=compress)
    received: dict[str, list[int]] = {}
    stream = await client.query_rows_stream(THIRTY_DAYS, parameters={"a": FIRST_DAY})
    async with stream as rows:
        async for project, days in rows:
            received[project] = list(days)
    await client.close()
    window = daily(data).filter(pl.col("day") >= FIRST_DAY)
    expected = dict(window.group_by("project").agg(pl.col("downloads").sum()).rows())
    assert {project: sum(days) for project, days in received.items()} == expected
    assert {len(days) for days in received.values()} == {30}


async def test_rows_lie_unmerged_so_that_only_a_sum_is_right(
    client: AsyncClient, data: Path
) -> None:
    answer = await client.query(
        "SELECT count(), max(count), sum(count) FROM pypi_downloads_per_day"
        " WHERE project = 'requests' AND date = '2026-11-22'"
    )
    row = answer.first_row
    truth = daily(data).filter(project="requests", day=LAST_DAY)["downloads"].item()
    assert row[0] == 2
    assert row[1] < truth
    assert row[2] == truth


@pytest.mark.parametrize(
    ("table", "label", "dimension"),
    [
        ("pypi_downloads_per_day_by_version", "version", "version"),
        ("pypi_downloads_per_day_by_version_by_installer_by_type", "installer", "installer"),
        ("pypi_downloads_per_day_by_version_by_country", "country_code", "country"),
        ("pypi_downloads_per_day_by_version_by_file_type", "type", "file_type"),
        ("pypi_downloads_per_day_by_version_by_python", "python_minor", "python"),
        ("pypi_downloads_per_day_by_version_by_system", "system", "system"),
    ],
)
async def test_every_breakdown_comes_back_as_in_its_file(
    client: AsyncClient, data: Path, table: str, label: str, dimension: str
) -> None:
    answer = await client.query(
        f"SELECT {label}, sum(count) FROM {table} GROUP BY 1 ORDER BY 1",
    )
    labels = pl.read_parquet(data / f"downloads_by_{dimension}.parquet")
    truth = labels.group_by("label").agg(pl.col("downloads").sum()).sort("label")
    assert sorted(answer.result_rows) == sorted(truth.rows())


async def test_parameters_reach_the_engine_unharmed(whole: Playing) -> None:
    hostile = "a'b\\c\n'; DROP TABLE x; ü"
    for form in (False, True):
        client = await connect(whole, form_encode_query_params=form)
        answer = await client.query(
            "SELECT {text:String}, {many:Array(String)}",
            parameters={"text": hostile, "many": ["x", "y'"]},
        )
        await client.close()
        assert answer.first_row == (hostile, ["x", "y'"])


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT nothing FROM pypi_downloads_per_day", "47"),
        ("SELECT * FROM nowhere", "60"),
        ("SELEC 1", "62"),
        ("INSERT INTO pypi_downloads_per_day (project) VALUES ('x')", "164"),
        ("DROP TABLE pypi_downloads_per_day", "164"),
    ],
)
async def test_what_cannot_be_answered_is_refused_with_clickhouses_own_code(
    client: AsyncClient, sql: str, code: str
) -> None:
    with pytest.raises(ClickHouseError, match=f"Code: {code}"):
        await client.query(sql)


def ask(server: Playing, sql: str, **parameters: str) -> httpx.Response:
    query = {"user": "demo", **parameters}
    return httpx.post(server.addresses["clickhouse"], params=query, content=sql, timeout=120)


def test_status_and_code_header_go_with_the_error(whole: Playing) -> None:
    missing = ask(whole, "SELECT * FROM pypi.nowhere")
    assert (missing.status_code, missing.headers["x-clickhouse-exception-code"]) == (404, "60")
    stranger = ask(whole, "SELECT 1", user="nobody")
    assert (stranger.status_code, stranger.headers["x-clickhouse-exception-code"]) == (403, "516")
    assert ask(whole, "SELECT 1", password="wrong").status_code == 403


def test_the_strictest_user_may_bind_parameters_but_send_no_settings(whole: Playing) -> None:
    bound = ask(whole, "SELECT {x:Int32} + 1", user="play", param_x="1")
    assert (bound.status_code, bound.text) == (200, "2\n")
    refused = ask(whole, "SELECT 1", user="play", max_threads="1")
    assert refused.headers["x-clickhouse-exception-code"] == "164"
    assert ask(whole, "SELECT 1", user="demo", max_threads="1").text == "1\n"


def test_json_comes_whole_and_single_rows_as_lines(whole: Playing) -> None:
    one = ask(whole, "SELECT 1 AS a, 'x' AS b FORMAT JSON").json()
    assert (one["data"], one["rows"]) == ([{"a": 1, "b": "x"}], 1)
    lines = ask(whole, "SELECT number AS n FROM numbers(3)", default_format="JSONEachRow").text
    assert lines.splitlines() == ['{"n":0}', '{"n":1}', '{"n":2}']


async def test_many_clients_at_once_all_get_their_own_answer(client: AsyncClient) -> None:
    async def one(number: int) -> int:
        answer = await client.query("SELECT {n:Int64}", parameters={"n": number})
        return int(answer.first_row[0])

    assert await asyncio.gather(*(one(number) for number in range(50))) == list(range(50))


async def test_a_client_that_leaves_in_the_middle_gives_its_place_back(whole: Playing) -> None:
    endless = "SELECT number, repeat('x', 100) FROM numbers(100000000)"
    for _ in range(6):
        with httpx.stream(
            "POST",
            whole.addresses["clickhouse"],
            params={"user": "demo"},
            content=endless,
            timeout=120,
        ) as answer:
            next(answer.iter_bytes())
    assert ask(whole, "SELECT 1").text == "1\n"


def test_it_stops_although_a_query_would_run_for_hours(tmp_path: Path) -> None:
    hours = "SELECT count() FROM numbers(1000000000000) WHERE cityHash64(number) % 7 = 0"
    with playing(tmp_path, ["clickhouse"]) as busy, ThreadPoolExecutor(1) as pool:
        pool.submit(ask, busy, hours)
        while ask(busy, "SELECT count() FROM system.processes").text == "1\n":
            time.sleep(0.05)
        busy.process.terminate()
        assert busy.process.wait(60) == 0


async def test_a_silently_cut_result_has_no_mark_of_it(whole: Playing, client: AsyncClient) -> None:
    whole.break_down("clickhouse", {"match": "GROUP BY project", "fault": "truncate-rows:100"})
    cut = await client.query(THIRTY_DAYS, parameters={"a": FIRST_DAY})
    count = await client.query("SELECT uniqExact(project) FROM pypi_downloads_per_day")
    assert len(cut.result_rows) == 100
    assert count.first_row[0] == 300


async def test_the_quota_error_names_the_moment_it_ends(whole: Playing) -> None:
    now = whole.move_clock("clickhouse")
    whole.break_down("clickhouse", {"match": "SELECT 7", "fault": "quota:90", "times": 1})
    refused = ask(whole, "SELECT 7")
    end = refused.text.partition("Interval will end at ")[2].partition(". ")[0]
    named = pl.Series([end]).str.to_datetime().dt.epoch("s").item()
    assert refused.headers["x-clickhouse-exception-code"] == "201"
    assert 88 <= named - now <= 95
    assert ask(whole, "SELECT 7").text == "7\n"


async def test_an_error_inside_a_200_body_is_seen_by_the_client(
    whole: Playing, client: AsyncClient
) -> None:
    whole.break_down("clickhouse", {"match": "GROUP BY", "fault": "exception-in-body", "times": 1})
    with pytest.raises(ClickHouseError, match="159"):
        await client.query(THIRTY_DAYS, parameters={"a": FIRST_DAY})
    whole.break_down("clickhouse", {"match": "numbers", "fault": "exception-in-body", "times": 1})
    raw = ask(whole, "SELECT number FROM numbers(1000)")
    assert raw.status_code == 200
    assert "Code: 159. DB::Exception" in raw.text


async def test_an_error_that_comes_late_by_itself_lies_in_the_body_too(whole: Playing) -> None:
    late = "SELECT throwIf(number = 900000) FROM numbers(1000000) SETTINGS max_block_size = 10000"
    raw = ask(whole, late)
    assert raw.status_code == 200
    assert "Code: 395. DB::Exception" in raw.text


async def test_half_an_answer_is_no_answer(whole: Playing, client: AsyncClient) -> None:
    whole.break_down("clickhouse", {"match": "GROUP BY", "fault": "half", "times": 1})
    with pytest.raises(ClickHouseError):
        await client.query(THIRTY_DAYS, parameters={"a": FIRST_DAY})
    again = await client.query(THIRTY_DAYS, parameters={"a": FIRST_DAY})
    assert len(again.result_rows) == 300


def test_a_dropped_connection_says_nothing_at_all(whole: Playing) -> None:
    whole.break_down("clickhouse", {"match": "SELECT 8", "fault": "drop", "times": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        ask(whole, "SELECT 8")
    assert ask(whole, "SELECT 8").text == "8\n"


def test_a_frozen_source_shows_no_newer_day_and_thawed_shows_them_all(whole: Playing) -> None:
    newest = "SELECT max(date) FROM pypi.pypi_downloads_per_day"
    installers = "pypi.pypi_downloads_per_day_by_version_by_installer_by_type"
    whole.break_down("clickhouse", {"fault": "freeze:2026-11-12"})
    assert ask(whole, newest).text == "2026-11-12\n"
    assert ask(whole, f"SELECT max(date) FROM {installers}").text == "2026-11-12\n"
    assert ask(whole, newest.replace("pypi.", ""), database="pypi").text == "2026-11-12\n"
    whole.mend("clickhouse")
    assert ask(whole, newest).text == "2026-11-22\n"


def test_a_hidden_day_is_a_gap(whole: Playing) -> None:
    whole.break_down("clickhouse", {"fault": "hide:2026-11-18"})
    days = ask(
        whole,
        "SELECT DISTINCT date FROM pypi.pypi_downloads_per_day"
        " WHERE date BETWEEN '2026-11-17' AND '2026-11-19' ORDER BY date",
    )
    assert days.text.split() == ["2026-11-17", "2026-11-19"]
