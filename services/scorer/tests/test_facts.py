"""What PyPI says lands in the tables whatever comes first, and nothing known is forgotten."""

from typing import Any

import asyncpg
import pytest

from events import Outcome, PackageFacts, PackageObservation, PackagesObserved
from scorer import handlers, queries

DEPENDENTS = """
select requires, extra, array_agg(p.name order by p.name) as names
from dependencies d join packages p using (package_id) group by requires, extra
"""


@pytest.mark.parametrize("repositories_first", [False, True])
async def test_facts_of_package_and_repository_meet_in_any_order(
    metadata: Any, pool: asyncpg.Pool, repositories_first: bool
) -> None:
    run = metadata.run()
    (work,) = await metadata.plan(run, {"alpha": 1, "beta": 1})
    assert [task.name for task in work.tasks] == ["alpha", "beta"]
    await metadata.answer(
        run,
        [
            metadata.package("alpha", "o/alpha", dependencies=["beta"]),
            metadata.package("beta"),
        ],
        [
            metadata.repository("alpha", "o/alpha", 7, stars=120),
            metadata.lost("beta", "", Outcome.NONE),
        ],
        repositories_first=repositories_first,
    )
    await metadata.finish()
    assert await metadata.status(run) == "complete"
    alpha, beta = await metadata.shown("alpha"), await metadata.shown("beta")
    assert (alpha["display_name"], alpha["repository"], alpha["stars"]) == ("Alpha", "o/alpha", 120)
    assert (beta["dependents"], beta["repository"]) == (1, None)


async def looked(pool: asyncpg.Pool) -> tuple[Any, ...]:
    row = await pool.fetchrow(
        "select display_name, version, project_status, outcome, outcome_reason, read_serial"
        " from packages where name = 'alpha'"
    )
    return tuple(row)


async def test_a_package_that_could_not_be_read_keeps_its_facts_and_the_reason(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(1, {"alpha": 2})
    failed = PackageObservation(
        name="alpha", outcome=Outcome.FAILED, observed_at=later.requested_at, reason="no JSON"
    )
    await metadata.answer(later, [failed])
    assert await looked(pool) == ("Alpha", "1.0", "active", "failed", "no JSON", 1)


async def test_a_quarantined_project_keeps_what_was_known_of_it(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(1, {"alpha": 2})
    emptied = PackageObservation(
        name="alpha",
        outcome=Outcome.EMPTY,
        observed_at=later.requested_at,
        reason="no release to install",
        facts=PackageFacts(display_name="alpha", project_status="quarantined"),
    )
    await metadata.answer(later, [emptied])
    told = ("Alpha", "1.0", "quarantined", "empty", "no release to install", 2)
    assert await looked(pool) == told


async def test_an_unchanged_document_confirms_what_is_known_and_is_not_due_again(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    later = await metadata.opened(1, {"alpha": 2})
    same = PackageObservation(
        name="alpha", outcome=Outcome.UNCHANGED, observed_at=later.requested_at, serial=2
    )
    await metadata.answer(later, [same])
    assert await looked(pool) == ("Alpha", "1.0", "active", "unchanged", None, 2)
    seen = await pool.fetchval("select observed_at from packages where name = 'alpha'")
    assert seen == later.requested_at
    assert await metadata.plan(metadata.run(2), {"alpha": 2}) == []


async def test_dependents_of_a_package_are_told_from_those_of_its_extras(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    run = await metadata.opened(0, dict.fromkeys(["app", "base", "cli", "tool"], 1))
    looks = [
        metadata.package("app", dependencies=["base"], extra_dependencies=["base", "tool"]),
        metadata.package("cli", dependencies=["base"]),
        metadata.package("tool", extra_dependencies=["base"]),
        metadata.package("base", dependencies=["elsewhere"]),
    ]
    await metadata.answer(run, looks)
    await metadata.finish()
    found = {(row["requires"], row["extra"]): row["names"] for row in await pool.fetch(DEPENDENTS)}
    assert found == {
        ("base", False): ["app", "cli"],
        ("base", True): ["tool"],
        ("tool", True): ["app"],
        ("elsewhere", False): ["base"],
    }
    assert (await metadata.shown("base"))["dependents"] == 2
    assert (await metadata.shown("tool"))["dependents"] == 0


async def test_a_dependency_that_is_dropped_is_no_longer_counted(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    run = await metadata.opened(0, {"app": 1, "base": 1})
    await metadata.answer(run, [metadata.package("app", dependencies=["base"])])
    later = await metadata.opened(1, {"app": 2, "base": 1})
    await metadata.answer(later, [metadata.package("app", dependencies=["other"])])
    assert [row["requires"] for row in await pool.fetch(DEPENDENTS)] == ["other"]


async def test_facts_of_a_replayed_letter_are_taken_after_the_runs_end(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await metadata.first()
    late = PackagesObserved(
        run_id=metadata.run().run_id, seq=9, packages=[metadata.package("alpha")]
    )
    await pool.execute("update packages set display_name = null")
    await handlers.take_packages(late, pool)
    assert await pool.fetchval("select display_name from packages") == "Alpha"


@pytest.mark.parametrize(
    ("facts", "alone"),
    [
        ({"owners": ["ann"]}, True),
        ({"owners": ["ann", "bob"]}, False),
        ({"owners": ["things"], "organization": "things"}, False),
        ({"owners": ["ann", "things"], "organization": "things"}, False),
        ({}, None),
    ],
)
async def test_a_package_of_an_organisation_hangs_on_no_single_account(
    metadata: Any, pool: asyncpg.Pool, facts: dict[str, Any], alone: bool | None
) -> None:
    run = metadata.run()
    await metadata.plan(run, {"alpha": 1})
    none = metadata.lost("alpha", "", Outcome.NONE)
    await metadata.answer(run, [metadata.package("alpha", **facts)], [none])
    row = await pool.fetchrow(queries.read_model.score_inputs.sql)
    assert row["sole_maintainer"] is alone
