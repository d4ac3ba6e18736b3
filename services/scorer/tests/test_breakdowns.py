"""Downloads by label come back day by day, over two months, a gap and a second run."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import numpy as np
import polars as pl
import pytest

from domain.packed_months import GAP, unpack
from events import Dimension, DownloadBreakdown, LabelDays, PackageBreakdown, RunKind, RunRequested
from scorer import handlers, queries
from scorer.downloads.breakdowns import merge_breakdowns
from scorer.read_model.scores import read_inputs
from scorer.settings import Settings

MIGRATIONS = (
    next(each for each in Path(__file__).parents if (each / "db").is_dir()) / "db/migrations"
)
MIGRATION = MIGRATIONS / "0009_ecosystem_breakdowns.sql"
LAST = date(2026, 7, 2)
WINDOW = 30
FIRST = LAST - timedelta(days=WINDOW - 1)


async def collect(
    pool: asyncpg.Pool,
    number: int,
    labels: dict[str, list[int]],
    gap: date,
    dimension: Dimension = Dimension.PYTHON,
    *,
    packages: tuple[str, ...] = ("alpha",),
) -> None:
    run = RunRequested(
        run_id=f"downloads-{LAST}-{number}",
        kind=RunKind.DOWNLOADS,
        day=LAST,
        requested_at=datetime(2026, 7, 3, tzinfo=UTC),
        deadline=datetime(2126, 7, 3, tzinfo=UTC),
    )
    batch = DownloadBreakdown(
        run_id=run.run_id,
        seq=0,
        dimension=dimension,
        first_day=FIRST,
        window_days=WINDOW,
        packages=[
            PackageBreakdown(
                name=package,
                labels=[LabelDays(label=name, days=days) for name, days in labels.items()],
            )
            for package in packages
        ],
        gaps=[gap],
    )
    await handlers.open_run(run, pool, Settings())
    await handlers.take_breakdown(batch, pool)
    await merge_breakdowns(pool, run.run_id)


async def stored(pool: asyncpg.Pool, label: str) -> list[int]:
    rows = await pool.fetch(
        "select month, days from breakdown_month join labels using (label_id) "
        "where label = $1 order by month",
        label,
    )
    june, july = (
        unpack([row["days"]], length)[0] for row, length in zip(rows, (30, 31), strict=True)
    )
    return np.concatenate([june[FIRST.day - 1 :], july[: LAST.day]]).tolist()


async def test_each_labels_days_come_back_and_a_later_run_mends_them(pool: asyncpg.Pool) -> None:
    await queries.packages.add_names(pool, names=["alpha"], day=LAST)
    counts = list(range(100, 100 + WINDOW))
    gap = FIRST + timedelta(days=4)
    await collect(pool, 1, {"3.12": counts, "": [1] * WINDOW}, gap)
    assert await stored(pool, "3.12") == [*counts[:4], GAP, *counts[5:]]
    await collect(pool, 2, {"3.12": [day + 1 for day in counts]}, FIRST)
    assert await stored(pool, "3.12") == [counts[0], *(day + 1 for day in counts[1:])]
    assert (await stored(pool, ""))[0] == 1


async def test_a_package_fetched_from_one_country_alone_is_known_as_such(
    pool: asyncpg.Pool,
) -> None:
    await queries.packages.add_names(pool, names=["alpha"], day=LAST)
    labels = {"US": [1] * WINDOW, "XX": [99] * WINDOW}
    await collect(pool, 1, labels, FIRST, Dimension.COUNTRY)
    inputs = pl.concat(await read_inputs(pool, []))
    assert inputs["largest_country_share"].to_list() == [pytest.approx(0.99)]
    assert inputs["largest_installer_share"].to_list() == [None]
    await collect(pool, 2, {"1.0": [1] * WINDOW, "2.0": [3] * WINDOW}, FIRST, Dimension.VERSION)
    inputs = pl.concat(await read_inputs(pool, []))
    assert inputs["largest_version_share"].to_list() == [pytest.approx(0.75)]


async def together(pool: asyncpg.Pool) -> list[tuple[str, date, list[int | None]]]:
    rows = await pool.fetch(
        "select label, month, days from ecosystem_breakdown join labels using (label_id) "
        "order by label, month"
    )
    return [tuple(row) for row in rows]


async def test_all_packages_together_are_the_sum_of_each(pool: asyncpg.Pool) -> None:
    await queries.packages.add_names(pool, names=["alpha", "beta"], day=LAST)
    counts, gap = list(range(100, 100 + WINDOW)), FIRST + timedelta(days=4)
    await collect(pool, 1, {"3.12": counts}, gap, packages=("alpha", "beta"))
    await collect(pool, 2, {"3.12": [1] * WINDOW, "2.7": [5] * WINDOW}, gap, packages=("beta",))
    (_, july_2, old), (_, june_3, june), (_, july_3, july) = (await together(pool))[1:]
    assert (july_2, june_3, july_3) == (date(2026, 7, 1), date(2026, 6, 1), date(2026, 7, 1))
    assert old[:3] == [5, 5, None]
    start = FIRST.day - 1
    assert june[:start] == [None] * start
    expected = [None if day == 4 else counts[day] + 1 for day in range(WINDOW)]
    assert [*june[start:], *july[: LAST.day]] == expected


async def test_a_run_merged_twice_is_counted_once(pool: asyncpg.Pool) -> None:
    await queries.packages.add_names(pool, names=["alpha"], day=LAST)
    await collect(pool, 1, {"3.12": [7] * WINDOW}, FIRST)
    once = await together(pool)
    await merge_breakdowns(pool, f"downloads-{LAST}-1")
    assert await together(pool) == once


async def test_versions_are_not_added_up_over_packages(pool: asyncpg.Pool) -> None:
    await queries.packages.add_names(pool, names=["alpha"], day=LAST)
    await collect(pool, 1, {"1.0": [7] * WINDOW}, FIRST, Dimension.VERSION)
    assert await together(pool) == []


async def test_what_a_database_already_holds_is_summed_by_the_migration(
    pool: asyncpg.Pool,
) -> None:
    await queries.packages.add_names(pool, names=["alpha", "beta"], day=LAST)
    gap = FIRST + timedelta(days=4)
    counts = [0, 1, 255, 256, 70_000, 2**31, 3_000_000_000, *range(WINDOW - 7)]
    await collect(pool, 1, {"3.12": counts, "": [0] * WINDOW}, gap, packages=("alpha", "beta"))
    await collect(pool, 2, {"3.11": [9] * WINDOW}, gap, packages=("beta",))
    kept = await together(pool)
    await pool.execute("drop table ecosystem_breakdown")
    await pool.execute(MIGRATION.read_text())
    assert await together(pool) == kept
