"""Days that come late, changed, or not at all: asked for again, told, and never made up."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec

from events import (
    DailyDownloads,
    PackageDays,
    RunAction,
    RunKind,
    RunOrdered,
    RunPlanned,
    RunRequested,
    SourceFacts,
)
from scorer import handlers
from scorer.runs.deadlines import ask_again
from scorer.runs.finisher import finish_applied
from scorer.settings import Settings

DAY = date(2026, 6, 30)
WINDOW = 30
BIGQUERY_WINDOW = 3
"""Days that a night brings from BigQuery."""


def request_of(day: date, number: int = 1) -> RunRequested:
    return RunRequested(
        run_id=f"downloads-{day}-{number}",
        kind=RunKind.DOWNLOADS,
        day=day,
        requested_at=datetime(2026, 7, 1, tzinfo=UTC),
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )


async def night(
    pool: asyncpg.Pool, settings: Settings, run: RunRequested, days: list[int], **facts: object
) -> str:
    """Carry a run out that brings one package's newest days; gives how it ended."""
    await handlers.open_run(run, pool, settings)
    if days:
        batch = DailyDownloads(
            run_id=run.run_id,
            seq=0,
            first_day=run.day - timedelta(days=len(days) - 1),
            window_days=len(days),
            packages=[PackageDays(name="alpha", days=days, mirrors=[])],
        )
        await handlers.take_daily(batch, pool)
    told = {"source": "clickhouse", "newest_day": run.day} | facts
    plan = RunPlanned(
        run_id=run.run_id, batches=int(bool(days)), facts=msgspec.convert(told, SourceFacts)
    )
    await handlers.note_plan(plan, pool)
    await finish_applied(pool, settings)
    return str(await pool.fetchval("select status from runs where run_id = $1", run.run_id))


async def days_known(pool: asyncpg.Pool) -> list[date]:
    rows = await pool.fetch("select day from source_days where day > $1 order by day", DAY)
    return [row["day"] for row in rows]


async def test_ten_days_that_come_at_once_are_there_once_each(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await night(pool, settings, request_of(DAY), [50] * WINDOW)
    frozen = [request_of(DAY + timedelta(days=n)) for n in range(1, 11)]
    for late in frozen:
        assert await night(pool, settings, late, [], newest_day=DAY) == "held"
    last = request_of(frozen[-1].day, number=2)
    assert await night(pool, settings, last, [50] * WINDOW) == "complete"
    assert await days_known(pool) == [late.day for late in frozen]
    assert await pool.fetchval("select all_total from package_list") == 50 * (WINDOW + 10)
    assert await pool.fetchval("select count(*) from runs where status = 'held'") == 0
    assert await pool.fetchval("select count(*) from corrections") == 0


async def test_days_that_a_short_night_did_not_bring_are_asked_for_again(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await night(pool, settings, request_of(DAY), [50] * WINDOW)
    frozen = [request_of(DAY + timedelta(days=n)) for n in range(1, 11)]
    for late in frozen:
        await night(pool, settings, late, [], newest_day=DAY)
    last = request_of(frozen[-1].day, number=2)
    assert await night(pool, settings, last, [50] * BIGQUERY_WINDOW) == "complete"
    assert await days_known(pool) == [late.day for late in frozen[-BIGQUERY_WINDOW:]]
    await pool.execute("update runs set requested_at = now() - interval '2 hours'")
    assert await ask_again(pool, settings) == len(frozen) - BIGQUERY_WINDOW
    rows = await pool.fetch("select body from outbox where subject = 'runs.requested'")
    for row in rows:
        request = msgspec.json.decode(row["body"], type=RunRequested)
        assert await night(pool, settings, request, [50] * BIGQUERY_WINDOW) == "complete"
    assert await days_known(pool) == [late.day for late in frozen]
    assert await pool.fetchval("select count(*) from runs where status = 'held'") == 0


async def test_a_late_day_is_asked_for_once_an_hour_and_not_while_it_is_under_way(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    late = request_of(DAY)
    await night(pool, settings, late, [], newest_day=DAY - timedelta(days=1))
    await pool.execute("update runs set requested_at = now() - interval '59 minutes'")
    assert await ask_again(pool, settings) == 0
    await pool.execute("update runs set requested_at = now() - interval '61 minutes'")
    assert await ask_again(pool, settings) == 1
    again = request_of(DAY, number=2)
    again = msgspec.structs.replace(again, requested_at=datetime.now(UTC))
    await handlers.open_run(again, pool, settings)
    assert await ask_again(pool, settings) == 0
    assert await night(pool, settings, again, [50] * WINDOW) == "complete"


async def test_a_released_run_that_brought_nothing_does_not_claim_its_day(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await night(pool, settings, request_of(DAY), [50] * WINDOW)
    later = request_of(DAY + timedelta(days=1))
    assert await night(pool, settings, later, [], problem="the source is down") == "held"
    order = RunOrdered(run_id=later.run_id, action=RunAction.RELEASE, reason="seen")
    await handlers.carry_out(order, pool, settings)
    await finish_applied(pool, settings)
    assert await pool.fetchval("select data_through from publication") == DAY
    assert await pool.fetchval("select last_day from package_list") == 50


async def test_what_was_left_out_and_which_days_changed_is_kept_for_the_status_page(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    left_out = ["breakdown by country: the table is gone"]
    await night(pool, settings, request_of(DAY), [50] * WINDOW, left_out=left_out)
    facts = await pool.fetchval("select facts -> 'left_out' from runs")
    assert msgspec.json.decode(facts) == left_out
    again = request_of(DAY, number=2)
    await night(pool, settings, again, [60] + [50] * (WINDOW - 1))
    row = await pool.fetchrow("select day, run_id, packages, change from corrections")
    assert tuple(row) == (DAY - timedelta(days=WINDOW - 1), again.run_id, 1, 10)


async def test_a_late_day_is_the_one_reason_and_two_looks_at_once_ask_once(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    problem = f"the newest day of clickhouse is {DAY}"
    late = request_of(DAY + timedelta(days=1))
    assert await night(pool, settings, late, [], newest_day=DAY, problem=problem) == "held"
    reason = await pool.fetchval("select reason from runs")
    assert reason == f"freshness: the source's newest day is {DAY}, asked for {late.day}"
    await pool.execute("update runs set requested_at = now() - interval '2 hours'")
    await asyncio.gather(*(ask_again(pool, settings) for _ in range(3)))
    rows = await pool.fetch("select msg_id from outbox where subject = 'runs.requested'")
    assert [row["msg_id"] for row in rows] == [f"downloads-{late.day}-2"]
