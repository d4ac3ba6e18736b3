"""What the public server allows, and what it says when that is used up."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from ingest_downloads.budget import HourlyBudget
from ingest_downloads.clickhouse import (
    PASSING,
    QUOTA_MARGIN,
    ClickHouse,
    seconds_to_quota_end,
    wait_before_next,
)

NOW = datetime(2026, 8, 26, 21, 10, 38, tzinfo=UTC)
QUOTA_TEXTS = [
    "Code: 201. DB::Exception: Quota for user `play` for 3600s has been exceeded: read_rows = "
    "300013713128/300000000000. Interval will end at 2026-08-26 21:11:08. Name of quota template: "
    "`explorer`. (QUOTA_EXPIRED)",
    "Code: 201. DB::Exception: queries = 2/1. Interval will end at 2026-08-26 21:11:08. "
    "(QUOTA_EXCEEDED)",
]


@pytest.mark.parametrize("text", QUOTA_TEXTS)
def test_a_quota_error_waits_until_the_moment_it_names(text):
    assert seconds_to_quota_end(text, NOW) == 30 + QUOTA_MARGIN


def test_a_moment_that_has_passed_waits_only_the_margin():
    assert seconds_to_quota_end(QUOTA_TEXTS[0], NOW.replace(hour=23)) == QUOTA_MARGIN


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Code: 516. DB::Exception: demo: Authentication failed. (AUTHENTICATION_FAILED)", False),
        ("Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)", False),
        ("Code: 202. DB::Exception: Too many simultaneous queries", True),
        ("Network Error: server disconnected", True),
    ],
)
def test_only_errors_that_may_pass_are_asked_again(text, again):
    assert wait_before_next(DatabaseError(text), PASSING) is again


async def test_the_hourly_budget_lets_no_more_through_than_it_says():
    budget = HourlyBudget(3, period=0.5)
    await budget.take(2)
    started = time.monotonic()
    await budget.take()
    assert time.monotonic() - started < 0.2
    await asyncio.wait_for(budget.take(), timeout=2)
    assert time.monotonic() - started >= 0.3


IN_SMALL_BLOCKS = """
SELECT leftPad(toString(number), 6, '0') AS name, {after:String} AS asked_after
FROM numbers(20000) WHERE name > {after:String} ORDER BY name SETTINGS max_block_size = 100
"""


async def test_what_came_before_a_break_is_not_asked_for_again(configure, simulators):
    simulators.fault("half", "FROM numbers", times=1)
    async with ClickHouse(configure(), HourlyBudget(300)) as server:
        rows = await server.rows_after(IN_SMALL_BLOCKS, "", divisible=True)
    assert [name for name, _ in rows] == [f"{number:06}" for number in range(20_000)]
    last_before = [name for name, asked_after in rows if asked_after == ""][-1]
    assert {asked_after for _, asked_after in rows} == {"", last_before}
