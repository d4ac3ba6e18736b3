"""Batches that can be decoded and cannot be true: named at once, and nobody else's trouble."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

from events import (
    DailyDownloads,
    Dimension,
    DownloadBreakdown,
    LabelDays,
    Outcome,
    PackageBreakdown,
    PackageDays,
    PackageFacts,
    PackageObservation,
    PackagesObserved,
    RunKind,
    RunPlanned,
    RunRequested,
    SourceFacts,
)
from scorer import handlers
from scorer.runs.finisher import finish_applied
from scorer.settings import Settings
from servicekit.retry import UnacceptableError

DAY = date(2026, 6, 30)
NEXT = DAY + timedelta(days=1)
WINDOW = 7
FIRST = DAY - timedelta(days=WINDOW - 1)


def request_of(kind: RunKind = RunKind.DOWNLOADS, day: date = DAY) -> RunRequested:
    now = datetime.now(UTC)
    return RunRequested(
        run_id=f"{kind}-{day}-1",
        kind=kind,
        day=day,
        requested_at=now,
        deadline=now + timedelta(hours=1),
    )


def daily(run: RunRequested, days: list[int], mirrors: list[int] | None = None) -> DailyDownloads:
    return DailyDownloads(
        run_id=run.run_id,
        seq=0,
        first_day=FIRST,
        window_days=WINDOW,
        packages=[PackageDays(name="alpha", days=days, mirrors=mirrors or [])],
    )


def breakdown(run: RunRequested, label: str, days: list[int]) -> DownloadBreakdown:
    labels = [LabelDays(label=label, days=days)]
    return DownloadBreakdown(
        run_id=run.run_id,
        seq=0,
        dimension=Dimension.SYSTEM,
        first_day=FIRST,
        window_days=WINDOW,
        packages=[PackageBreakdown(name="alpha", labels=labels)],
    )


async def plan(pool: asyncpg.Pool, run: RunRequested, batches: int) -> None:
    facts = SourceFacts(source="clickhouse", newest_day=NEXT)
    await handlers.note_plan(RunPlanned(run_id=run.run_id, batches=batches, facts=facts), pool)


async def standing(pool: asyncpg.Pool, run: RunRequested) -> tuple[str, str | None]:
    row = await pool.fetchrow("select status, reason from runs where run_id = $1", run.run_id)
    assert row is not None
    return row["status"], row["reason"]


@pytest.mark.parametrize(
    ("days", "mirrors"),
    [
        ([1, 2, 3], None),
        ([1] * WINDOW, [1]),
        ([2**63] * WINDOW, None),
        ([-1] * WINDOW, None),
        ([1] * WINDOW, [-1] * WINDOW),
    ],
    ids=["short", "short-mirrors", "endless", "below-zero", "mirrors-below-zero"],
)
async def test_counts_that_cannot_be_true_are_given_up_when_they_come(
    days: list[int], mirrors: list[int] | None, pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await handlers.open_run(run, pool, settings)
    with pytest.raises(UnacceptableError):
        await handlers.take_daily(daily(run, days, mirrors), pool)


@pytest.mark.parametrize("days", [[1], [-1] * WINDOW], ids=["short", "below-zero"])
async def test_labels_that_cannot_be_true_are_given_up_when_they_come(
    days: list[int], pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await handlers.open_run(run, pool, settings)
    with pytest.raises(UnacceptableError, match="alpha"):
        await handlers.take_breakdown(breakdown(run, "Linux", days), pool)


async def test_facts_that_have_no_place_in_the_database_are_given_up_when_they_come(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of(RunKind.METADATA)
    await handlers.open_run(run, pool, settings)
    await pool.execute("insert into packages (name) values ('alpha')")
    look = PackageObservation(
        name="alpha",
        outcome=Outcome.OK,
        observed_at=datetime.now(UTC),
        facts=PackageFacts(display_name="alpha", summary="zero: \x00"),
    )
    with pytest.raises(UnacceptableError, match="cannot be stored"):
        await handlers.take_packages(
            PackagesObserved(run_id=run.run_id, seq=0, packages=[look]), pool
        )


async def test_a_label_with_a_zero_character_keeps_no_run_from_readers(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = request_of()
    await handlers.open_run(run, pool, settings)
    await handlers.take_daily(daily(run, [5] * WINDOW), pool)
    await handlers.take_breakdown(breakdown(run, "Li\x00nux", [5] * WINDOW), pool)
    await plan(pool, run, 2)
    await finish_applied(pool, settings)
    assert await standing(pool, run) == ("complete", None)
    assert await pool.fetchval("select count(*) from labels where label = 'Linux'") == 1


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00\x00b", "\\\x00", "\\u0000", "\\\\u0000\x00", '"\x00']
)
def test_zero_characters_alone_are_taken_out(text: str) -> None:
    encoded = msgspec.json.encode({"text": text}).decode()
    kept = msgspec.json.decode(handlers.without_zeros(encoded))["text"]
    assert kept == text.replace("\x00", "")


async def test_a_run_that_cannot_be_finished_is_held_and_keeps_no_other_waiting(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    broken, sound = request_of(day=NEXT), request_of()
    for run in (broken, sound):
        await handlers.open_run(run, pool, settings)
        await handlers.take_daily(daily(run, [5] * WINDOW), pool)
        await plan(pool, run, 1)
    await pool.execute("update run_batches set body = '\\xff' where run_id = $1", broken.run_id)
    await finish_applied(pool, settings)
    status, reason = await standing(pool, broken)
    assert status == "held"
    assert reason is not None and reason.startswith("cannot be finished: ")
    assert await standing(pool, sound) == ("complete", None)


async def test_a_request_that_comes_again_plans_nothing_anew(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    names = [f"package-{number}" for number in range(3)]
    await pool.execute("insert into packages (name) select unnest($1::text[])", names)
    run = msgspec.structs.replace(request_of(RunKind.METADATA), names=names)
    await handlers.open_run(run, pool, settings)
    planned = "select (select expected from runs), (select count(*) from outbox)"
    before = await pool.fetchrow(planned)
    await pool.execute("update packages set gone_since = $1", DAY)  # none of them is due any more
    await handlers.open_run(run, pool, settings)
    assert before is not None and tuple(before) == (2, 1)
    assert await pool.fetchrow(planned) == before
