"""A repository that several packages name is shown as shared, or as somebody else's."""

from typing import Any

import asyncpg
import pytest

from events import FAMILY, FOREIGN_FACTOR, Outcome
from scorer import queries


async def judge(metadata: Any, homes: dict[str, tuple[str, str]], days: int = 0) -> dict[str, Any]:
    """Return what is told of each package, judged twice: `homes` is repository and resemblance."""
    run = await metadata.opened(days, dict.fromkeys(homes, days + 1))
    looks = [metadata.package(name, home, alike) for name, (home, alike) in homes.items()]
    await metadata.answer(run, looks, [metadata.lost(n, "", Outcome.SKIPPED) for n in homes])
    for _ in range(2):
        await queries.packages.judge_sharing(
            metadata.pool, family=FAMILY, foreign_factor=FOREIGN_FACTOR
        )
    rows = await metadata.pool.fetch(
        "select name, repository_confidence, repository_shared_by, repository_reason from packages"
    )
    return {row["name"]: tuple(row)[1:] for row in rows}


async def test_a_shared_repository_is_told_from_somebody_elses(metadata: Any) -> None:
    told = await judge(
        metadata,
        {
            "alpha": ("O/Alpha", "same"),
            "alpha-cli": ("o/alpha", "part"),
            "stranger": ("o/alpha", "none"),
            "solo": ("o/solo", "same"),
        },
    )
    assert told["alpha"] == (pytest.approx(0.9), 3, "a link; shared by 3 packages")
    assert told["alpha-cli"][:2] == (pytest.approx(0.9), 3)
    assert told["stranger"][:2] == (pytest.approx(0.45), 3)
    assert "the name of another package" in told["stranger"][2]
    assert told["solo"] == (pytest.approx(0.9), None, "a link")


async def test_a_common_house_of_many_is_nobody_elses(metadata: Any) -> None:
    names = ["azure", *(f"part-{number}" for number in range(FAMILY - 1))]
    homes = {name: ("azure/sdk", "same" if name == "azure" else "none") for name in names}
    told = await judge(metadata, homes)
    assert [each[0] for each in told.values()] == [pytest.approx(0.9)] * FAMILY
    assert all(each[2].endswith(f"shared by {FAMILY} packages") for each in told.values())


async def test_who_moves_out_is_judged_anew_and_so_are_those_left(metadata: Any) -> None:
    homes = {"alpha": ("o/alpha", "same"), "stranger": ("o/alpha", "none")}
    await judge(metadata, homes)
    told = await judge(metadata, {**homes, "stranger": ("o/stranger", "same")}, days=1)
    assert told["alpha"] == (pytest.approx(0.9), None, "a link")
    assert told["stranger"] == (pytest.approx(0.9), None, "a link")


async def test_a_package_gone_from_pypi_shares_nothing_any_more(
    metadata: Any, pool: asyncpg.Pool
) -> None:
    await judge(metadata, {"alpha": ("o/alpha", "same"), "stranger": ("o/alpha", "none")})
    await pool.execute("update packages set gone_since = '2026-07-01' where name = 'alpha'")
    await queries.packages.judge_sharing(pool, family=FAMILY, foreign_factor=FOREIGN_FACTOR)
    row = await pool.fetchrow(
        "select repository_confidence, repository_shared_by from packages where name = 'stranger'"
    )
    assert tuple(row) == (pytest.approx(0.9), None)
