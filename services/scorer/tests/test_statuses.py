"""A project's status changes without a serial, and quarantine looks like a name that is gone."""

from datetime import timedelta
from typing import Any

import asyncpg

from events import MetadataTask, Outcome, PackageFacts, PackageObservation, ProjectStatus
from scorer.settings import Settings


async def status_of(pool: asyncpg.Pool) -> tuple[Any, ...]:
    row = await pool.fetchrow(
        "select project_status, version, gone_since, page_etag from packages where name = 'alpha'"
    )
    return tuple(row)


def page_alone(task: MetadataTask) -> bool:
    return task.read_page and not task.read_package


async def test_a_name_in_quarantine_is_not_gone_and_is_asked_for_every_night(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    """PyPI leaves it out of its list (pypi/warehouse, 2026-08), and brings it back unchanged."""
    any_loss = settings.model_copy(update={"shrink_bound": 1.0})
    await metadata.first()
    night = metadata.run(1)
    await metadata.plan(night, {"other": 1}, any_loss)
    held = PackageObservation(
        name="alpha",
        outcome=Outcome.EMPTY,
        observed_at=night.requested_at,
        page_etag='"q"',
        facts=PackageFacts(display_name="alpha", project_status="quarantined"),
    )
    await metadata.answer(night, [held])
    assert await status_of(pool) == ("quarantined", "1.0", None, '"q"')
    (work,) = await metadata.plan(metadata.run(2), {"other": 1}, any_loss)
    (alpha,) = [task for task in work.tasks if task.name == "alpha"]
    assert (page_alone(alpha), alpha.page_etag) == (True, '"q"')
    (work,) = await metadata.plan(metadata.run(3), {"other": 1, "alpha": 1})
    assert next(task for task in work.tasks if task.name == "alpha").read_package


async def test_a_project_that_was_archived_shows_it_though_its_document_is_the_same(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    night = await metadata.opened(1, {"alpha": 2})
    same = PackageObservation(
        name="alpha",
        outcome=Outcome.UNCHANGED,
        observed_at=night.requested_at,
        page_etag='"p"',
        status=ProjectStatus(status="archived"),
    )
    await metadata.answer(night, [same])
    assert await status_of(pool) == ("archived", "1.0", None, '"p"')


async def test_every_status_is_due_once_in_a_week_and_evenly(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    weekly = settings.model_copy(update={"status_days": 7})
    names = {f"p{number:02}": 1 for number in range(70)}
    await metadata.plan(metadata.run(), names)
    await pool.execute("update packages set read_serial = serial")
    nights = [await metadata.plan(metadata.run(days), names, weekly) for days in range(1, 8)]
    due = [[task.name for work in night for task in work.tasks] for night in nights]
    assert [len(night) for night in due] == [10] * 7
    assert sorted(name for night in due for name in night) == sorted(names)


async def test_a_status_that_was_missed_is_due_when_it_is_a_week_old(
    metadata: Any, pool: asyncpg.Pool, settings: Settings
) -> None:
    weekly = settings.model_copy(update={"status_days": 7})
    names = {f"p{number:02}": 1 for number in range(7)}
    run = metadata.run()
    await metadata.plan(run, names)
    await pool.execute("update packages set read_serial = serial")
    seen = run.requested_at - timedelta(days=7)
    await pool.execute("update packages set status_seen_at = $1", seen)
    (work,) = await metadata.plan(metadata.run(1), names, weekly)
    assert len(work.tasks) == 7


async def test_the_most_used_have_their_status_read_every_night(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    await pool.execute("delete from recent_downloads")
    await pool.execute(
        """insert into recent_downloads select package_id, date '2026-06-30', null, 1, 1,
               100, 1, 1, 1, 1, 1, '{}', '{}' from packages where name = 'alpha'"""
    )
    await pool.execute("refresh materialized view package_list")
    for days in (1, 2):
        (work,) = await metadata.plan(metadata.run(days), {"alpha": 1})
        assert [page_alone(task) for task in work.tasks] == [True]
