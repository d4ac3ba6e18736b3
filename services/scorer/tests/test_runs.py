"""A run from its request to its announcement: once, whatever is lost, doubled or out of order."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from events import (
    DailyDownloads,
    DeadLetter,
    PackageDays,
    RunAction,
    RunCompleted,
    RunKind,
    RunOrdered,
    RunPlanned,
    RunRequested,
    SourceFacts,
)
from scorer import handlers
from scorer.runs.finisher import finish_applied
from scorer.settings import Settings

DAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
WINDOW = 30


def request_of(number: int = 1, day: date = DAY, kind: RunKind = RunKind.DOWNLOADS) -> RunRequested:
    return RunRequested(
        run_id=f"{kind}-{day}-{number}",
        kind=kind,
        day=day,
        requested_at=NOW,
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )


def batches_of(
    run: RunRequested, counts: dict[str, list[int]], gaps: list[date] | None = None
) -> list[DailyDownloads]:
    """One package a batch."""
    return [
        DailyDownloads(
            run_id=run.run_id,
            seq=seq,
            first_day=run.day - timedelta(days=WINDOW - 1),
            window_days=WINDOW,
            packages=[PackageDays(name=name, days=days, mirrors=[day // 10 for day in days])],
            gaps=gaps or [],
        )
        for seq, (name, days) in enumerate(sorted(counts.items()))
    ]


def plan_of(run: RunRequested, batches: list[DailyDownloads], **facts: object) -> RunPlanned:
    told = {"source": "clickhouse", "newest_day": run.day} | facts
    return RunPlanned(
        run_id=run.run_id, batches=len(batches), facts=msgspec.convert(told, SourceFacts)
    )


COUNTS = {
    "alpha": [1000 + day for day in range(WINDOW)],
    "beta": [50] * WINDOW,
    "gamma": [0] * (WINDOW - 1) + [7],
}


async def collect(
    pool: asyncpg.Pool,
    settings: Settings,
    run: RunRequested,
    batches: list[DailyDownloads],
    **facts: object,
) -> str:
    await handlers.open_run(run, pool, settings)
    for batch in batches:
        await handlers.take_daily(batch, pool)
    await handlers.note_plan(plan_of(run, batches, **facts), pool)
    await finish_applied(pool, settings)
    return await status_of(pool, run)


async def status_of(pool: asyncpg.Pool, run: RunRequested) -> str:
    return str(await pool.fetchval("select status from runs where run_id = $1", run.run_id))


async def announced(pool: asyncpg.Pool) -> list[RunCompleted]:
    rows = await pool.fetch("select body from outbox where subject = 'runs.completed' order by id")
    return [msgspec.json.decode(row["body"], type=RunCompleted) for row in rows]


async def tables(pool: asyncpg.Pool) -> dict[str, list[tuple[object, ...]]]:
    """Everything a reader could see, by name, without our numbers and clocks."""
    queries = {
        "months": "select p.name, m.month, m.days, m.mirrors from downloads_month m "
        "join packages p using (package_id) order by 1, 2",
        "totals": "select p.name, t.total, t.mirrors, t.first_day, t.collected "
        "from download_totals t join packages p using (package_id) order by 1",
        "list": "select name, last_day, last_week, last_month, total, all_total, rank, health, "
        "momentum, maintenance, category, stale, sparkline from package_list order by 1",
        "days": "select day, total, mirrors from source_days order by 1",
        "corrections": "select day, packages, change from corrections order by 1",
    }
    return {
        name: [tuple(row) for row in await pool.fetch(query)] for name, query in queries.items()
    }


async def test_readers_see_exactly_the_sums_of_what_the_source_counted(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    assert await collect(pool, settings, run, batches_of(run, COUNTS)) == "complete"
    rows = {row["name"]: row for row in await pool.fetch("select * from package_list")}
    for name, days in COUNTS.items():
        users = [day - day // 10 for day in days]
        expected = [users[-1], sum(users[-7:]), sum(users), sum(users)]
        row = rows[name]
        assert [row[c] for c in ("last_day", "last_week", "last_month", "total")] == expected
        assert row["all_last_month"] == sum(days)
        assert row["sparkline"] == users
    (completed,) = await announced(pool)
    assert (completed.generation, completed.data_through) == (1, DAY)


async def test_doubled_and_shuffled_batches_and_late_requests_give_the_same_tables(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await collect(pool, settings, run, batches_of(run, COUNTS))
    quiet = await tables(pool)
    await pool.execute(
        "truncate runs, packages, downloads_month, download_totals, source_days, "
        "corrections, outbox, scores, recent_downloads, score_history cascade"
    )
    await pool.execute("update publication set generation = 0, data_through = null")
    batches = batches_of(run, COUNTS) * 3
    random.Random(1).shuffle(batches)
    await handlers.open_run(run, pool, settings)
    await handlers.note_plan(plan_of(run, batches_of(run, COUNTS)), pool)
    await asyncio.gather(*(handlers.take_daily(batch, pool) for batch in batches))
    await handlers.open_run(run, pool, settings)
    await asyncio.gather(*(finish_applied(pool, settings) for _ in range(3)))
    assert await tables(pool) == quiet
    assert len(await announced(pool)) == 1


async def test_a_batch_that_comes_before_its_run_is_not_lost(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    with pytest.raises(Exception, match=run.run_id):
        await handlers.take_daily(batches_of(run, COUNTS)[0], pool)
    assert await collect(pool, settings, run, batches_of(run, COUNTS)) == "complete"


async def test_a_day_the_source_lacks_is_a_gap_and_a_package_it_lacks_had_no_downloads(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    gap = DAY - timedelta(days=3)
    run = request_of()
    counts = {name: [*days[:26], 0, *days[27:]] for name, days in COUNTS.items()}
    await collect(pool, settings, run, batches_of(run, counts, gaps=[gap]))
    row = await pool.fetchrow("select * from package_list where name = 'beta'")
    assert row["sparkline"][26] is None
    assert row["last_month"] == 29 * 45
    later = request_of(day=DAY + timedelta(days=1))
    without_beta = {name: days for name, days in COUNTS.items() if name != "beta"}
    settings = settings.model_copy(update={"shrink_bound": 0.5})
    assert await collect(pool, settings, later, batches_of(later, without_beta)) == "complete"
    row = await pool.fetchrow("select * from package_list where name = 'beta'")
    assert (row["last_day"], row["last_month"], row["stale"]) == (0, 0, False)


async def test_a_missed_day_is_mended_and_a_changed_one_is_told_as_a_correction(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await collect(pool, settings, run, batches_of(run, COUNTS))
    later = request_of(day=DAY + timedelta(days=2))
    moved = {name: [*days[2:], days[-1], days[-1]] for name, days in COUNTS.items()}
    moved["beta"][5] += 1000
    assert await collect(pool, settings, later, batches_of(later, moved)) == "complete"
    total = await pool.fetchval("select all_total from package_list where name = 'beta'")
    assert total == sum(COUNTS["beta"]) + 2 * 50 + 1000
    corrections = await pool.fetch("select day, packages, change from corrections")
    first = later.day - timedelta(days=WINDOW - 1)
    assert [tuple(row) for row in corrections] == [(first + timedelta(days=5), 1, 1000)]


@pytest.mark.parametrize(
    ("facts", "counts", "reason"),
    [
        ({"newest_day": DAY - timedelta(days=2)}, COUNTS, "newest day is 2026-06-28"),
        ({"problem": "the source answered rubbish"}, {}, "the source answered rubbish"),
        ({}, {"alpha": [*COUNTS["alpha"][:-1], 10]}, "times those of"),
        ({"totals_by_day": {"2026-06-30": 99_999}}, COUNTS, "the source counts 99,999"),
    ],
)
async def test_numbers_that_cannot_be_right_are_held_with_their_reason(
    pool: asyncpg.Pool,
    settings: Settings,
    facts: dict[str, object],
    counts: dict[str, list[int]],
    reason: str,
) -> None:
    run = request_of()
    assert await collect(pool, settings, run, batches_of(run, counts), **facts) == "held"
    assert reason in await pool.fetchval("select reason from runs")
    assert await pool.fetchval("select count(*) from package_list") == 0
    assert await announced(pool) == []
    order = RunOrdered(run_id=run.run_id, action=RunAction.RELEASE, reason="seen")
    await handlers.carry_out(order, pool, settings)
    await finish_applied(pool, settings)
    assert await status_of(pool, run) == "complete"


async def test_a_list_that_shrinks_by_more_than_a_tenth_is_held(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await collect(pool, settings, run, batches_of(run, COUNTS))
    before = await tables(pool)
    later = request_of(number=2)
    few = {"alpha": COUNTS["alpha"]}
    assert await collect(pool, settings, later, batches_of(later, few)) == "held"
    assert await tables(pool) == before


async def test_a_run_ends_as_partial_without_a_batch_that_was_given_up(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await collect(pool, settings, run, batches_of(run, COUNTS))
    later = request_of(day=DAY + timedelta(days=1))
    batches = batches_of(later, COUNTS)
    await handlers.open_run(later, pool, settings)
    await handlers.note_plan(plan_of(later, batches), pool)
    for batch in batches[:2]:
        await handlers.take_daily(batch, pool)
    letter = DeadLetter(
        service="scorer",
        stream="DOWNLOADS",
        sequence=3,
        subject="downloads.daily",
        body=msgspec.json.encode(batches[2]),
        errors=["ValueError: rubbish"],
        deliveries=12,
        died_at=NOW,
        run_id=later.run_id,
    )
    for _ in range(2):
        await handlers.keep_letter(letter, pool)
    settings = settings.model_copy(update={"shrink_bound": 0.5})
    await finish_applied(pool, settings)
    assert await status_of(pool, later) == "partial"
    assert await pool.fetchval("select count(*) from dead_letters") == 1
    stale = await pool.fetch("select name from package_list where stale")
    assert [row["name"] for row in stale] == ["gamma"]
