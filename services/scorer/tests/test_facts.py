"""What PyPI and GitHub say lands in the tables whatever comes first, and nothing is forgotten."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import msgspec
import pytest

from events import (
    IndexEntry,
    IndexObserved,
    MetadataWork,
    Outcome,
    PackageFacts,
    PackageObservation,
    PackagesObserved,
    RepositoriesObserved,
    RepositoryChoice,
    RepositoryFacts,
    RepositoryObservation,
    RunAction,
    RunKind,
    RunOrdered,
    RunRequested,
)
from scorer import handlers, queries
from scorer.finish_metadata import FAMILY, FOREIGN_FACTOR
from scorer.finisher import finish_applied
from scorer.settings import Settings

DAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)


def run_of(day: date = DAY) -> RunRequested:
    return RunRequested(
        run_id=f"metadata-{day}-1",
        kind=RunKind.METADATA,
        day=day,
        requested_at=NOW,
        deadline=datetime.now(UTC) + timedelta(hours=1),
    )


def index_of(run: RunRequested, serials: dict[str, int], parts: int = 1) -> list[IndexObserved]:
    entries = [IndexEntry(name=name, serial=serial) for name, serial in serials.items()]
    return [
        IndexObserved(
            run_id=run.run_id, part=part, parts=parts, day=run.day, entries=entries[part::parts]
        )
        for part in range(parts)
    ]


def package_of(name: str, repository: str | None, **facts: Any) -> PackageObservation:
    return PackageObservation(
        name=name,
        outcome=Outcome.OK,
        observed_at=NOW,
        serial=1,
        etag='"a"',
        facts=PackageFacts(display_name=name.title(), version="1.0", **facts),
        repository=repository
        and RepositoryChoice(full_name=repository, confidence=0.9, reason="source link"),
    )


def repository_of(package: str, asked: str, number: int, **facts: Any) -> RepositoryObservation:
    return RepositoryObservation(
        package=package,
        asked=asked,
        outcome=Outcome.OK,
        observed_at=facts.pop("at", NOW),
        etag='W/"b"',
        facts=RepositoryFacts(**({"id": number, "full_name": asked, "stars": 5} | facts)),
    )


def lost_of(package: str, asked: str, outcome: Outcome) -> RepositoryObservation:
    return RepositoryObservation(
        package=package, asked=asked, outcome=outcome, observed_at=NOW, reason="as GitHub says"
    )


async def plan(
    pool: asyncpg.Pool, settings: Settings, run: RunRequested, serials: dict[str, int]
) -> list[MetadataWork]:
    """Open a run, give it its list of names, and read the work it planned."""
    await handlers.open_run(run, pool, settings)
    for part in index_of(run, serials, parts=2):
        await handlers.take_index(part, pool, settings)
    rows = await pool.fetch(
        "select body from outbox where subject = 'work.metadata' and msg_id like $1 order by id",
        f"{run.run_id}:%",
    )
    return [msgspec.json.decode(row["body"], type=MetadataWork) for row in rows]


async def answer(
    pool: asyncpg.Pool,
    run: RunRequested,
    packages: list[PackageObservation],
    repositories: list[RepositoryObservation],
    *,
    repositories_first: bool = False,
) -> None:
    steps = [
        handlers.take_packages(PackagesObserved(run_id=run.run_id, seq=0, packages=packages), pool),
        handlers.take_repositories(
            RepositoriesObserved(run_id=run.run_id, seq=0, repositories=repositories), pool
        ),
    ]
    for step in reversed(steps) if repositories_first else steps:
        await step


async def package(pool: asyncpg.Pool, name: str) -> asyncpg.Record:
    return await pool.fetchrow("select * from package_list where name = $1", name)


async def status_of(pool: asyncpg.Pool, run: RunRequested) -> str:
    return str(await pool.fetchval("select status from runs where run_id = $1", run.run_id))


@pytest.mark.parametrize("repositories_first", [False, True])
async def test_facts_of_package_and_repository_meet_in_any_order(
    pool: asyncpg.Pool, settings: Settings, repositories_first: bool
) -> None:
    run = run_of()
    (work,) = await plan(pool, settings, run, {"alpha": 1, "beta": 1})
    assert [task.name for task in work.tasks] == ["alpha", "beta"]
    await answer(
        pool,
        run,
        [package_of("alpha", "o/alpha", dependencies=["beta"]), package_of("beta", None)],
        [repository_of("alpha", "o/alpha", 7, stars=120), lost_of("beta", "", Outcome.NONE)],
        repositories_first=repositories_first,
    )
    await finish_applied(pool, settings)
    assert await status_of(pool, run) == "complete"
    alpha, beta = await package(pool, "alpha"), await package(pool, "beta")
    assert (alpha["display_name"], alpha["repository"], alpha["stars"]) == ("Alpha", "o/alpha", 120)
    assert (beta["dependents"], beta["repository"]) == (1, None)
    history = await pool.fetch("select day, stars from repository_history")
    assert [tuple(row) for row in history] == [(DAY, 120)]


async def first_run(pool: asyncpg.Pool, settings: Settings) -> None:
    run = run_of()
    await plan(pool, settings, run, {"alpha": 1})
    await answer(
        pool, run, [package_of("alpha", "o/alpha")], [repository_of("alpha", "o/alpha", 7)]
    )
    await finish_applied(pool, settings)


async def test_only_changed_packages_are_planned_again(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    (work,) = await plan(pool, settings, run_of(DAY + timedelta(days=1)), {"alpha": 1, "new": 4})
    assert [task.name for task in work.tasks] == ["new"]
    later = run_of(DAY + timedelta(days=2))
    (work,) = await plan(pool, settings, later, {"alpha": 2, "new": 4})
    (alpha,) = [task for task in work.tasks if task.name == "alpha"]
    assert (alpha.serial, alpha.pypi_etag) == (1, '"a"')
    assert (alpha.repository, alpha.repository_id, alpha.repository_etag) == (
        "o/alpha",
        7,
        'W/"b"',
    )


async def test_a_repository_is_due_again_after_a_week(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    assert await plan(pool, settings, run_of(DAY + timedelta(days=6)), {"alpha": 1}) == []
    (work,) = await plan(pool, settings, run_of(DAY + timedelta(days=7)), {"alpha": 1})
    (task,) = work.tasks
    assert (task.read_package, task.read_repository) == (False, True)


async def test_a_package_gone_from_pypi_stays_with_its_last_day(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    settings = settings.model_copy(update={"shrink_bound": 1.0})
    gone = run_of(DAY + timedelta(days=1))
    await plan(pool, settings, gone, {"other": 1})
    row = await pool.fetchrow("select last_seen, gone_since from packages where name = 'alpha'")
    assert tuple(row) == (DAY, DAY + timedelta(days=1))
    back = run_of(DAY + timedelta(days=2))
    await plan(pool, settings, back, {"other": 1, "alpha": 1})
    row = await pool.fetchrow("select last_seen, gone_since from packages where name = 'alpha'")
    assert tuple(row) == (DAY + timedelta(days=2), None)


async def test_a_list_of_names_cut_short_marks_nothing_gone(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = run_of()
    await plan(pool, settings, run, {f"p{number}": 1 for number in range(20)})
    cut = run_of(DAY + timedelta(days=1))
    assert await plan(pool, settings, cut, {f"p{number}": 1 for number in range(10)}) == []
    assert await status_of(pool, cut) == "held"
    assert await pool.fetchval("select count(*) from packages where gone_since is not null") == 0


async def test_a_lost_repository_is_dated_and_keeps_what_was_known(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    later = run_of(DAY + timedelta(days=7))
    await plan(pool, settings, later, {"alpha": 1})
    await answer(pool, later, [], [lost_of("alpha", "o/alpha", Outcome.GONE)])
    row = await pool.fetchrow("select stars, gone_since, outcome from repositories")
    assert tuple(row) == (5, DAY + timedelta(days=7), "gone")
    assert await pool.fetchval("select repository_id from packages") == 7


async def test_a_package_that_names_another_repository_leaves_the_old_one(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    later = run_of(DAY + timedelta(days=1))
    await plan(pool, settings, later, {"alpha": 2})
    moved = [package_of("alpha", "new/place")], [lost_of("alpha", "new/place", Outcome.GONE)]
    await answer(pool, later, *moved)
    assert await pool.fetchval("select repository_id from packages") is None


async def test_a_renamed_repository_is_followed_by_its_number(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    later = run_of(DAY + timedelta(days=7))
    await plan(pool, settings, later, {"alpha": 1})
    renamed = repository_of(
        "alpha", "o/alpha", 7, full_name="org/alpha", stars=6, at=NOW + timedelta(days=7)
    )
    await answer(pool, later, [], [renamed])
    await finish_applied(pool, settings)
    row = await package(pool, "alpha")
    assert (row["repository"], row["stars"]) == ("org/alpha", 6)


async def test_an_older_look_that_comes_late_does_not_undo_a_newer_one(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    late = run_of(DAY + timedelta(days=7))
    await plan(pool, settings, late, {"alpha": 1})
    old = repository_of("alpha", "o/alpha", 7, stars=1, at=NOW - timedelta(days=1))
    await answer(pool, late, [], [old])
    assert await pool.fetchval("select stars from repositories") == 5


async def test_a_package_that_could_not_be_read_keeps_its_facts_and_the_reason(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    later = run_of(DAY + timedelta(days=1))
    await plan(pool, settings, later, {"alpha": 2})
    failed = PackageObservation(
        name="alpha", outcome=Outcome.FAILED, observed_at=NOW, reason="the document is broken"
    )
    await answer(pool, later, [failed], [])
    row = await pool.fetchrow("select display_name, outcome_reason, read_serial from packages")
    assert tuple(row) == ("Alpha", "the document is broken", 1)


async def test_a_quarantined_project_keeps_what_was_known_of_it(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    later = run_of(DAY + timedelta(days=1))
    await plan(pool, settings, later, {"alpha": 2})
    emptied = PackageObservation(
        name="alpha",
        outcome=Outcome.EMPTY,
        observed_at=NOW,
        reason="no release to install",
        facts=PackageFacts(display_name="alpha", project_status="quarantined"),
    )
    await answer(pool, later, [emptied], [])
    row = await pool.fetchrow(
        "select display_name, version, project_status, outcome_reason, read_serial from packages"
    )
    assert tuple(row) == ("Alpha", "1.0", "quarantined", "no release to install", 2)


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.FAILED])
async def test_a_repository_that_could_not_be_asked_stays_due(
    pool: asyncpg.Pool, settings: Settings, outcome: Outcome
) -> None:
    await first_run(pool, settings)
    week_later = run_of(DAY + timedelta(days=7))
    await plan(pool, settings, week_later, {"alpha": 1})
    await answer(pool, week_later, [], [lost_of("alpha", "o/alpha", outcome)])
    (work,) = await plan(pool, settings, run_of(DAY + timedelta(days=8)), {"alpha": 1})
    assert [task.name for task in work.tasks] == ["alpha"]


async def test_packages_without_a_rank_count_as_the_least_used(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    few = settings.model_copy(update={"deep_rank": 1})
    (work,) = await plan(pool, few, run_of(), {"alpha": 1, "beta": 1})
    assert not any(task.deep for task in work.tasks)
    (work,) = await plan(pool, settings, run_of(DAY + timedelta(days=1)), {"alpha": 1, "beta": 1})
    assert all(task.deep for task in work.tasks)


def choosing(name: str, repository: str, resemblance: str) -> PackageObservation:
    choice = RepositoryChoice(
        full_name=repository, confidence=0.9, reason="a link", resemblance=resemblance
    )
    return msgspec.structs.replace(package_of(name, repository), repository=choice)


async def test_a_shared_repository_is_told_from_somebody_elses(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    names = {"alpha": "same", "alpha-cli": "part", "stranger": "none", "solo": "same"}
    run = run_of()
    await plan(pool, settings, run, dict.fromkeys(names, 1))
    looks = [
        choosing(name, "o/solo" if name == "solo" else "O/Alpha", alike)
        for name, alike in names.items()
    ]
    nobody = [lost_of(name, "", Outcome.SKIPPED) for name in names]
    await answer(pool, run, looks, nobody)
    for _ in range(2):
        await queries.packages.judge_sharing(pool, family=FAMILY, foreign_factor=FOREIGN_FACTOR)
    rows = await pool.fetch(
        "select name, repository_confidence, repository_shared_by, repository_reason from packages"
    )
    told = {row["name"]: tuple(row)[1:] for row in rows}
    assert told["alpha"] == (pytest.approx(0.9), 3, "a link; shared by 3 packages")
    assert told["alpha-cli"][:2] == (pytest.approx(0.9), 3)
    assert told["stranger"][:2] == (pytest.approx(0.45), 3)
    assert "the name of another package" in told["stranger"][2]
    assert told["solo"] == (pytest.approx(0.9), None, "a link")


async def test_an_operator_lets_a_short_list_of_names_pass(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    run = run_of()
    await plan(pool, settings, run, {f"p{number}": 1 for number in range(20)})
    cut = run_of(DAY + timedelta(days=1))
    await plan(pool, settings, cut, {f"p{number}": 2 for number in range(10)})
    order = RunOrdered(run_id=cut.run_id, action=RunAction.RELEASE, reason="PyPI cleaned up")
    for _ in range(2):
        await handlers.carry_out(order, pool, settings)
    assert await status_of(pool, cut) == "open"
    assert await pool.fetchval("select count(*) from packages where gone_since is not null") == 10
    work = await pool.fetchval(
        "select count(*) from outbox where subject = 'work.metadata' and msg_id like $1",
        f"{cut.run_id}:%",
    )
    assert work == 1


async def test_facts_of_a_replayed_letter_are_taken_after_the_runs_end(
    pool: asyncpg.Pool, settings: Settings
) -> None:
    await first_run(pool, settings)
    late = PackagesObserved(run_id=run_of().run_id, seq=9, packages=[package_of("alpha", None)])
    await pool.execute("update packages set display_name = null")
    await handlers.take_packages(late, pool)
    assert await pool.fetchval("select display_name from packages") == "Alpha"
