"""What an installation of an earlier release knows is put right by the migrations, or asked for."""

import shutil
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from devstack.servers.database import WRITER
from devstack.stack import Stack
from events import Outcome, PackageObservation
from scorer.migrate import MigrationSettings, migrate
from scorer.settings import Settings

from .conftest import Metadata

DB = next(each / "db" for each in Path(__file__).parents if (each / "db").is_dir())

Upgrade = Callable[[int], None]
"""Brings the database up to the migration of that number."""


@pytest.fixture
async def old(stack: Stack, tmp_path: Path) -> AsyncIterator[tuple[asyncpg.Pool, Upgrade]]:
    """An empty database, and how it is migrated as far as a release of its time did."""
    base, name = stack.database.url(WRITER).rsplit("/", 1)[0], f"test_{uuid.uuid4().hex[:12]}"
    owner = await asyncpg.connect(stack._administrator_url())
    await owner.execute(f"create database {name} owner {WRITER}")
    await owner.close()
    folder = tmp_path / "migrations"
    folder.mkdir()
    shutil.copy(DB / "roles.sql", tmp_path)

    def upgrade(number: int) -> None:
        for each in DB.glob("migrations/*.sql"):
            if int(each.name[:4]) <= number:
                shutil.copy(each, folder)
        migrate(MigrationSettings(database_url=f"{base}/{name}", migrations_dir=folder))

    async with asyncpg.create_pool(f"{base}/{name}", min_size=1, max_size=8) as pool:
        yield pool, upgrade


async def test_a_name_taken_for_gone_is_asked_for_once_more(
    old: tuple[asyncpg.Pool, Upgrade], settings: Settings
) -> None:
    pool, upgrade = old
    upgrade(15)
    await pool.execute(
        "insert into packages (name, serial, read_serial, first_seen, gone_since)"
        " values ('left', 3, 3, '2026-01-01', '2026-06-01')"
    )
    upgrade(9999)
    night = Metadata(pool, settings.model_copy(update={"shrink_bound": 1.0}))
    (work,) = await night.plan(night.run(), {"other": 1})
    asked = {task.name: task for task in work.tasks}
    assert (asked["left"].read_page, asked["left"].read_package) == (True, False)
    answer = {"name": "left", "outcome": Outcome.GONE, "observed_at": night.run().requested_at}
    await night.answer(night.run(), [PackageObservation(**answer)])
    (work,) = await night.plan(night.run(1), {"other": 1})
    assert "left" not in {task.name for task in work.tasks}
    gone = await pool.fetchval("select gone_since from packages where name = 'left'")
    assert str(gone) == "2026-06-01"


async def test_commits_known_before_they_were_kept_apart_stay_known(
    old: tuple[asyncpg.Pool, Upgrade], settings: Settings
) -> None:
    pool, upgrade = old
    upgrade(16)
    commit, seen = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 29, tzinfo=UTC)
    await pool.executemany(
        "insert into repositories (repository_id, full_name, stars, forks, last_push,"
        " commits_last_year, deep_observed_at, observed_at, outcome)"
        " values ($1, 'o/r', 1, 1, $2, $3, $4, $5, 'ok')",
        [(1, commit, 9, seen, seen), (2, commit, None, None, seen)],
    )
    indexes = "select array_agg(indexname order by 1) from pg_indexes where tablename = $1"
    before = await pool.fetchval(indexes, "package_list")
    upgrade(9999)
    told = await pool.fetch("select last_commit from repositories order by repository_id")
    assert [each["last_commit"] for each in told] == [commit, None]
    assert await pool.fetchval(indexes, "package_list") == before
    night: Any = Metadata(pool, settings)
    await night.first()
    assert (await night.shown("alpha"))["last_commit"] is None
