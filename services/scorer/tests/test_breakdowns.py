"""Downloads by label come back day by day, over two months, a gap and a second run."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import numpy as np
import polars as pl
import pytest

from events import Dimension, DownloadBreakdown, LabelDays, PackageBreakdown, RunKind, RunRequested
from scorer import handlers, queries
from scorer.breakdowns import merge_breakdowns
from scorer.packed import GAP, unpack
from scorer.scores import read_inputs
from scorer.settings import Settings

LAST = date(2026, 7, 2)
WINDOW = 30
FIRST = LAST - timedelta(days=WINDOW - 1)


async def collect(
    pool: asyncpg.Pool,
    number: int,
    labels: dict[str, list[int]],
    gap: date,
    dimension: Dimension = Dimension.PYTHON,
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
                name="alpha",
                labels=[LabelDays(label=name, days=days) for name, days in labels.items()],
            )
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
