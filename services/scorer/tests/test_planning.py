"""Each night reads what has changed, the most used first, and no name is lost or invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from events import MetadataWork, Outcome, PackageObservation, RunAction, RunOrdered
from scorer import handlers
from scorer.settings import Settings

DAY = date(2026, 6, 30)


def names_in(work: list[MetadataWork]) -> list[str]:
    return [task.name for each in work for task in each.tasks]


async def test_only_changed_packages_are_planned_again(metadata: Any) -> None:
    await metadata.first()
    work = await metadata.plan(metadata.run(1), {"alpha": 1, "new": 4})
    assert names_in(work) == ["new"]
    (work,) = await metadata.plan(metadata.run(2), {"alpha": 2, "new": 4})
    (alpha,) = [task for task in work.tasks if task.name == "alpha"]
    assert (alpha.serial, alpha.pypi_etag) == (1, '"a"')
    assert (alpha.repository, alpha.repository_id) == ("o/alpha", 7)
    assert alpha.repository_etag == 'W/"b"'


async def test_a_repository_is_due_again_after_a_week(metadata: Any) -> None:
    await metadata.first()
    assert await metadata.plan(metadata.run(6), {"alpha": 1}) == []
    (work,) = await metadata.plan(metadata.run(7), {"alpha": 1})
    (task,) = work.tasks
    assert (task.read_package, task.read_repository) == (False, True)


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.FAILED])
async def test_a_repository_that_could_not_be_asked_stays_due(
    metadata: Any, outcome: Outcome
) -> None:
    await metadata.first()
    week_later = await metadata.opened(7, {"alpha": 1})
    await metadata.answer(week_later, [], [metadata.lost("alpha", "o/alpha", outcome)])
    assert names_in(await metadata.plan(metadata.run(8), {"alpha": 1})) == ["alpha"]


async def test_the_most_downloaded_come_first_then_those_longest_unseen(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    """Whatever a night has no time for is what fewest people miss."""
    names = ["a-used", "b-old", "c-older", "d-most-used", "e-never"]
    await metadata.plan(metadata.run(), dict.fromkeys(names, 1))
    await pool.execute(
        """insert into recent_downloads select package_id, date '2026-06-30', null, 1, 1,
               case name when 'd-most-used' then 900 else 100 end, 1, 1, 1, 1, 1, '{}', '{}'
           from packages where name in ('a-used', 'd-most-used')"""
    )
    await pool.execute("refresh materialized view package_list")
    seen = {"a-used": 1, "b-old": 20, "c-older": 40, "d-most-used": 1}
    for name, days in seen.items():
        await pool.execute(
            "update packages set observed_at = $2 where name = $1",
            name,
            datetime(2026, 6, 30, tzinfo=UTC) - timedelta(days=days),
        )
    work = await metadata.plan(metadata.run(1), dict.fromkeys(names, 2))
    assert names_in(work) == ["d-most-used", "a-used", "e-never", "c-older", "b-old"]


async def test_a_night_is_cut_into_pieces_of_a_hundred_that_lose_nothing(metadata: Any) -> None:
    names = {f"package-{number:03}": 1 for number in range(250)}
    work = await metadata.plan(metadata.run(), names)
    assert [(each.seq, len(each.tasks)) for each in work] == [(0, 100), (1, 100), (2, 50)]
    assert sorted(names_in(work)) == sorted(names)


async def test_work_expires_when_the_next_night_plans_what_is_still_due(
    metadata: Any, settings: Settings
) -> None:
    run = metadata.run()
    (work,) = await metadata.plan(run, {"alpha": 1})
    assert work.expires == max(run.deadline, run.requested_at + timedelta(days=1))
    patient = settings.model_copy(update={"work_patience": 86_400.0 * 4000})
    (work,) = await metadata.plan(metadata.run(1), {"alpha": 2}, patient)
    assert work.expires == metadata.run(1).requested_at + timedelta(days=4000)


async def test_packages_without_a_rank_count_as_the_least_used(
    metadata: Any, settings: Settings
) -> None:
    few = settings.model_copy(update={"deep_rank": 1})
    (work,) = await metadata.plan(metadata.run(), {"alpha": 1, "beta": 1}, few)
    assert not any(task.deep for task in work.tasks)
    (work,) = await metadata.plan(metadata.run(1), {"alpha": 1, "beta": 1})
    assert all(task.deep for task in work.tasks)


def nowhere(name: str) -> PackageObservation:
    """A name that PyPI answers 404 to, wherever it is asked for."""
    return PackageObservation(
        name=name, outcome=Outcome.GONE, observed_at=datetime(2026, 7, 4, 5, tzinfo=UTC)
    )


async def days_of(pool: asyncpg.Pool, name: str) -> tuple[date | None, ...]:
    row = await pool.fetchrow(
        "select first_seen, last_seen, gone_since from packages where name = $1", name
    )
    return tuple(row)


async def test_a_package_gone_from_pypi_stays_with_the_day_it_was_last_seen(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    any_loss = settings.model_copy(update={"shrink_bound": 1.0})
    await metadata.first()
    for days in (1, 2, 3):  # listed every day, though nothing of it changes
        await metadata.plan(metadata.run(days), {"alpha": 1, "other": 1})
    missing = metadata.run(4)
    (work,) = await metadata.plan(missing, {"other": 1}, any_loss)
    alpha = next(task for task in work.tasks if task.name == "alpha")
    assert (alpha.read_package, alpha.read_page, alpha.read_repository) == (False, True, False)
    last, gone = DAY + timedelta(days=3), DAY + timedelta(days=4)
    assert await days_of(pool, "alpha") == (DAY, last, None)
    await metadata.answer(missing, [nowhere("alpha")])
    assert await days_of(pool, "alpha") == (DAY, last, gone)
    work = await metadata.plan(metadata.run(5), {"other": 1}, any_loss)
    assert "alpha" not in names_in(work)
    assert await days_of(pool, "alpha") == (DAY, last, gone)
    shown = await pool.fetchrow("select display_name, version from packages where name = 'alpha'")
    assert tuple(shown) == ("Alpha", "1.0")


async def test_a_name_that_returns_is_no_longer_gone(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    any_loss = settings.model_copy(update={"shrink_bound": 1.0})
    await metadata.first()
    missing = metadata.run(1)
    await metadata.plan(missing, {"other": 1}, any_loss)
    await metadata.answer(missing, [nowhere("alpha")])
    work = await metadata.plan(metadata.run(2), {"other": 1, "alpha": 1})
    assert await days_of(pool, "alpha") == (DAY, DAY + timedelta(days=2), None)
    assert "alpha" in names_in(work)


async def test_a_name_known_by_its_downloads_alone_was_never_seen_on_pypi(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    await pool.execute("insert into packages (name, first_seen) values ('mirrored', $1)", DAY)
    night = metadata.run(1)
    await metadata.plan(night, {"alpha": 1})
    await metadata.answer(night, [nowhere("mirrored")])
    assert await days_of(pool, "mirrored") == (DAY, None, DAY + timedelta(days=1))


async def test_a_list_of_names_cut_short_marks_nothing_gone(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.plan(metadata.run(), {f"p{number}": 1 for number in range(20)})
    cut = metadata.run(1)
    assert await metadata.plan(cut, {f"p{number}": 1 for number in range(10)}) == []
    assert await metadata.status(cut) == "held"
    missing = "select count(*) from packages where unlisted_since is not null"
    assert await pool.fetchval(missing) == 0


async def test_an_operator_lets_a_short_list_of_names_pass(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    await metadata.plan(metadata.run(), {f"p{number}": 1 for number in range(20)})
    cut = await metadata.opened(1, {f"p{number}": 2 for number in range(10)})
    order = RunOrdered(run_id=cut.run_id, action=RunAction.RELEASE, reason="PyPI cleaned up")
    for _ in range(2):
        await handlers.carry_out(order, pool, settings)
    assert await metadata.status(cut) == "open"
    missing = "select count(*) from packages where unlisted_since is not null"
    assert await pool.fetchval(missing) == 10
    assert len(await metadata.planned(cut)) == 1
