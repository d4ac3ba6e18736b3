"""Lines of stars follow real weekly counts where the archive lost most of its events."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from evaluation.stars import histories, read_world

pytestmark = pytest.mark.realdata

REPOSITORIES = 400
LOST_FROM = {date(2022, 12, 1): 0.6, date(2023, 6, 1): 0.2}
"""Share caught from a day on; 97 % before."""
TAKEN_BACK = 0.06


def caught(day: date) -> float:
    return min((share for since, share in LOST_FROM.items() if day >= since), default=0.97)


@pytest.fixture(scope="module")
def counts(recordings: Path) -> pl.DataFrame:
    file = recordings / "github" / "repository_history_2020-11_2025-06.parquet"
    rows = pl.read_parquet(file, columns=["date", "github_id", "star_count"]).drop_nulls()
    told = (
        rows.select(
            pl.col("github_id").str.to_lowercase().alias("repository"),
            pl.col("date").cast(pl.String).str.slice(0, 10).str.to_date().alias("day"),
            pl.col("star_count").cast(pl.Int64).alias("stars"),
        )
        .group_by("repository", "day")
        .agg(pl.col("stars").max())
        .sort("repository", "day")
    )
    long = told.filter((pl.len() > 100).over("repository"))
    names = long["repository"].unique(maintain_order=True)
    return long.filter(pl.col("repository").is_in(names.gather_every(3)[:REPOSITORIES].implode()))


def events_of(counts: pl.DataFrame) -> pl.DataFrame:
    """Return what an archive with losses would have caught of the real gains."""
    rng = np.random.default_rng(1)
    rows = []
    for (name,), group in counts.group_by("repository", maintain_order=True):
        days, stars = group["day"].to_list(), group["stars"].to_list()
        for k in range(1, len(days)):
            gained = max(stars[k] - stars[k - 1], 0)
            length = (days[k] - days[k - 1]).days
            given = rng.multinomial(
                gained + rng.binomial(gained, TAKEN_BACK), [1 / length] * length
            )
            for n in np.flatnonzero(given):
                day = days[k - 1] + timedelta(days=int(n) + 1)
                rows.append((name, day, int(rng.binomial(given[n], caught(day)))))
    seen = pl.DataFrame(rows, schema=["repository", "day", "actors"], orient="row")
    return seen.filter(pl.col("actors") > 0)


def test_half_the_counts_are_within_half_a_percent(counts: pl.DataFrame) -> None:
    place = pl.int_range(pl.len()).over("repository")
    snapshots = counts.filter(
        (place == pl.len().over("repository") - 1)
        | (place == pl.len().over("repository") * 6 // 10)
    )
    told = histories(read_world(events_of(counts), snapshots))
    compared = counts.join(snapshots, on=["repository", "day"], how="anti").join(
        told, on=["repository", "day"], how="left", suffix="_told"
    )
    error = (pl.col("stars_told") / pl.col("stars").clip(1) - 1).abs()
    assert compared["stars_told"].is_not_null().all()
    (median, most) = compared.select(
        error.median().alias("median"), error.quantile(0.9).alias("most")
    ).row(0)
    assert median < 0.005
    assert most < 0.03
