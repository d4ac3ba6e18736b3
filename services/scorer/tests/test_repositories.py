"""Stars and forks have a history from the first day on, and a repository is known by its number."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from events import Outcome

DAY = date(2026, 6, 30)
PUSH = datetime(2026, 6, 29, tzinfo=UTC)


async def history(pool: asyncpg.Pool) -> list[tuple[Any, ...]]:
    rows = await pool.fetch("select day, stars, forks from repository_history order by day")
    return [tuple(row) for row in rows]


async def test_stars_and_forks_are_kept_by_day_from_the_first_on(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(7, {"alpha": 1})
    at = later.requested_at
    await metadata.answer(
        later, [], [metadata.repository("alpha", "o/alpha", 7, stars=9, forks=2, at=at)]
    )
    assert await history(pool) == [(DAY, 5, 0), (DAY + timedelta(days=7), 9, 2)]


async def test_an_unchanged_repository_has_a_day_of_history_too_and_is_confirmed(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(7, {"alpha": 1})
    same = metadata.lost("alpha", "o/alpha", Outcome.UNCHANGED)
    await metadata.answer(
        later, [], [msgspec.structs.replace(same, observed_at=later.requested_at)]
    )
    assert await history(pool) == [(DAY, 5, 0), (DAY + timedelta(days=7), 5, 0)]
    row = await pool.fetchrow("select stars, outcome, observed_at from repositories")
    assert tuple(row) == (5, "unchanged", later.requested_at)


@pytest.mark.parametrize("outcome", [Outcome.GONE, Outcome.BLOCKED])
async def test_a_lost_repository_is_dated_and_keeps_what_was_known(
    metadata: Any, pool: asyncpg.Pool, outcome: Outcome
) -> None:
    await metadata.first()
    for days in (7, 14):
        later = await metadata.opened(days, {"alpha": 1})
        await metadata.answer(later, [], [metadata.lost("alpha", "o/alpha", outcome)])
    row = await pool.fetchrow("select stars, gone_since, outcome, problem from repositories")
    assert tuple(row) == (5, DAY + timedelta(days=7), outcome, "as GitHub says")
    assert await pool.fetchval("select repository_id from packages") == 7
    assert await history(pool) == [(DAY, 5, 0)]


async def test_a_repository_that_answers_again_is_no_longer_lost(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    lost, found = metadata.run(7), metadata.run(14)
    await metadata.plan(lost, {"alpha": 1})
    await metadata.answer(lost, [], [metadata.lost("alpha", "o/alpha", Outcome.GONE)])
    await metadata.plan(found, {"alpha": 1})
    at = found.requested_at
    await metadata.answer(found, [], [metadata.repository("alpha", "o/alpha", 7, at=at)])
    row = await pool.fetchrow("select gone_since, outcome, problem from repositories")
    assert tuple(row) == (None, "ok", None)


@pytest.mark.parametrize(
    "outcome", [Outcome.FAILED, Outcome.SKIPPED, Outcome.EMPTY, Outcome.BLOCKED, Outcome.GONE]
)
async def test_why_there_are_no_new_facts_is_kept_with_the_package(
    metadata: Any, pool: asyncpg.Pool, outcome: Outcome
) -> None:
    await metadata.first()
    later = await metadata.opened(7, {"alpha": 1})
    await metadata.answer(later, [], [metadata.lost("alpha", "o/alpha", outcome)])
    row = await pool.fetchrow("select repository_outcome, repository_problem from packages")
    assert tuple(row) == (outcome, "as GitHub says")
    assert await pool.fetchval("select stars from repositories") == 5


async def test_a_package_that_names_another_repository_leaves_the_old_one(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(1, {"alpha": 2})
    await metadata.answer(
        later,
        [metadata.package("alpha", "new/place")],
        [metadata.lost("alpha", "new/place", Outcome.GONE)],
    )
    assert await pool.fetchval("select repository_id from packages") is None


async def test_a_renamed_repository_is_followed_by_its_number(metadata: Any) -> None:
    await metadata.first()
    later = await metadata.opened(7, {"alpha": 1})
    renamed = metadata.repository(
        "alpha", "o/alpha", 7, full_name="org/alpha", stars=6, at=later.requested_at
    )
    await metadata.answer(later, [], [renamed])
    await metadata.finish()
    row = await metadata.shown("alpha")
    assert (row["repository"], row["stars"]) == ("org/alpha", 6)
    (work,) = await metadata.plan(metadata.run(14), {"alpha": 1})
    assert (work.tasks[0].repository, work.tasks[0].repository_id) == ("org/alpha", 7)


async def test_an_older_look_that_comes_late_does_not_undo_a_newer_one(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    late = await metadata.opened(7, {"alpha": 1})
    at = metadata.run().requested_at - timedelta(days=1)
    old = metadata.repository("alpha", "o/alpha", 7, stars=1, at=at)
    await metadata.answer(late, [], [old])
    assert await pool.fetchval("select stars from repositories") == 5


async def test_a_tracker_switched_off_takes_its_counts_with_it(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    looks: list[dict[str, Any]] = [{"open_issues": 3, "closed_issues": 90}, {"has_issues": False}]
    for days, facts in zip((7, 14), looks, strict=True):
        later = await metadata.opened(days, {"alpha": 1})
        at = later.requested_at
        await metadata.answer(
            later, [], [metadata.repository("alpha", "o/alpha", 7, at=at, releases=2, **facts)]
        )
    row = await pool.fetchrow("select open_issues, closed_issues, releases from repositories")
    assert tuple(row) == (None, None, 2)


@pytest.mark.parametrize(
    ("days", "pushed_after", "kept"), [(7, 5, True), (60, 40, False), (60, -2, True)]
)
async def test_a_commit_holds_while_nothing_was_pushed_since_and_for_a_month(
    metadata: Any, pool: asyncpg.Pool, days: int, pushed_after: int, kept: bool
) -> None:
    await metadata.first()
    deep, plain = metadata.run(1), metadata.run(1 + days)
    commit, push = datetime(2025, 1, 5, tzinfo=UTC), deep.requested_at + timedelta(pushed_after)
    counted = {"releases": 3, "commits_last_year": 0, "last_commit": commit, "last_push": commit}
    looks = [(deep, counted), (plain, {"last_push": push})]
    for run, facts in looks:
        await metadata.plan(run, {"alpha": 1})
        at = run.requested_at
        await metadata.answer(run, [], [metadata.repository("alpha", "o/alpha", 7, at=at, **facts)])
    told = await pool.fetchrow("select last_push, last_commit, commits_last_year from repositories")
    assert tuple(told) == ((push, commit, 0) if kept else (push, None, None))


async def test_deeper_facts_stay_when_a_later_look_does_not_ask_for_them(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    deep, plain = metadata.run(7), metadata.run(14)
    counted = {"releases": 3, "contributors": 40, "half_of_commits_by": 2, "discussions": 11}
    for run, facts in ((deep, counted), (plain, {"stars": 8})):
        await metadata.plan(run, {"alpha": 1})
        at = run.requested_at
        await metadata.answer(run, [], [metadata.repository("alpha", "o/alpha", 7, at=at, **facts)])
    row = await pool.fetchrow(
        "select stars, releases, contributors, half_of_commits_by, discussions, deep_observed_at,"
        " observed_at from repositories"
    )
    assert tuple(row) == (8, 3, 40, 2, 11, deep.requested_at, plain.requested_at)
