"""Run the scores over files, so that their quality can be measured by others.

python -m scorer.evaluate health   --data CSV     --out CSV       (columns pkg, score)
python -m scorer.evaluate momentum --data PARQUET --out PARQUET   (columns month, package, score)
python -m scorer.evaluate insights --data PARQUET --out CSV       (columns package, labels)

The same code as in the service; here are only the readers of the files.
"""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from scorer.scoring import score_packages
from scorer.scoring.insights import INSIGHTS
from scorer.scoring.momentum import BLOCKS, Matrix, market_growth, trend
from scorer.scoring.rulebook import LABELS

HEALTH_DAY = date(2023, 6, 29)
"""The day from which the health file counts its days; only differences matter."""

HEALTH_AGES = {
    "days_since_release": "released",
    "days_since_commit": "last_push",
    "age_days": "first_release",
}
HEALTH_COUNTS = {
    "release_count": "release_count",
    "recent_commits": "commits_last_90_days",
    "open_issues": "open_issues",
    "closed_issues": "closed_issues",
    "contributors": "contributors",
    "stars": "stars",
    "monthly_downloads": "downloads_last_month",
    "dependents": "dependents",
}
"""Columns of the health file, and the inputs they are."""

NO_EVIDENCE = 50.0
"""Score written for a package of which too little is known, since the file must have a number."""


def health(data: pl.DataFrame) -> pl.DataFrame:
    """Give pkg and score from a table of ages and counts; NaN in it means not known."""
    scores = score_packages(health_inputs(data), HEALTH_DAY)
    return data.select("pkg").with_columns(score=scores["health"].fill_null(NO_EVIDENCE))


def health_inputs(data: pl.DataFrame) -> pl.DataFrame:
    """Give the columns of `inputs.schema()` that the table tells."""
    known = data.fill_nan(None)
    ages = {of: name for of, name in HEALTH_AGES.items() if of in known.columns}
    counts = {of: name for of, name in HEALTH_COUNTS.items() if of in known.columns}
    return known.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("package_id"),
        pl.col("pkg").alias("name"),
        *(_days_ago(of).alias(name) for of, name in ages.items()),
        *(pl.col(of).alias(name) for of, name in counts.items()),
    )


def _days_ago(column: str) -> pl.Expr:
    days = pl.col(column).cast(pl.Float64).round().cast(pl.Int64)
    return pl.lit(HEALTH_DAY) - pl.duration(days=days)


def momentum(data: pl.DataFrame) -> pl.DataFrame:
    """Give month, package and score for each month that has a trend; months stand for blocks.

    A month that the table lacks is unknown, and so is a package in a month that does not list it.
    """
    numbered = data.with_columns(_month_number().alias("number"))
    table = numbered.pivot(on="number", index="package", values="downloads")
    months = numbered.select("number", "month").unique().sort("number").iter_rows()
    scored = [_month(table, number, name) for number, name in months]
    return pl.concat(scored)


def _month_number() -> pl.Expr:
    year, month = (pl.col("month").str.slice(*at).cast(pl.Int32) for at in ((0, 4), (5, 2)))
    return year * 12 + month - 1


def _month(table: pl.DataFrame, number: int, name: str) -> pl.DataFrame:
    blocks = np.column_stack([_block(table, number - back) for back in range(BLOCKS)])
    score = trend(blocks, market_growth(blocks))
    return (
        table.select(pl.lit(name).alias("month"), "package")
        .with_columns(score=pl.Series(score, dtype=pl.Float64))
        .filter(pl.col("score").is_finite())
    )


def _block(table: pl.DataFrame, number: int) -> Matrix:
    if str(number) not in table.columns:
        return np.full(len(table), np.nan)
    return table[str(number)].cast(pl.Float64).fill_null(np.nan).to_numpy()


def insights(data: pl.DataFrame, history: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give package and its labels and lists, joined by `|`, for a snapshot of joined projects."""
    inputs = snapshot_inputs(data, history)
    scores = score_packages(inputs, snapshot_day(data))
    named = inputs.select("package_id", "name").join(scores, on="package_id")
    labels = pl.concat_str(
        *(pl.concat_str(pl.lit(f"{label.name}:"), label.name) for label in LABELS),
        *(pl.when(insight.name).then(pl.lit(insight.name)) for insight in INSIGHTS),
        separator="|",
        ignore_nulls=True,
    )
    return named.select(pl.col("name").alias("package"), labels.alias("labels"))


def snapshot_day(data: pl.DataFrame) -> date:
    """Give the newest day of the snapshot."""
    return date.fromisoformat(str(data["snap"].max()))


def snapshot_inputs(data: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Give the columns of `inputs.schema()` that a snapshot tells.

    Lists of several dates are moved to one day, so that ages stay what they were on their own.
    """
    late = pl.lit(snapshot_day(data)) - pl.col("snap").str.to_date()
    inputs = (
        data.unique("pkg", keep="last", maintain_order=True)
        .select(
            pl.col("pkg").alias("name"),
            pl.col("github_id").rank("dense").cast(pl.Int64).alias("repository_id"),
            *(
                (pl.col(of) + late).alias(name)
                for name, of in (
                    ("released", "pypi_latest_release_published_at"),
                    ("last_push", "last_commit_pushed_at"),
                    ("first_release", "created_at"),
                )
            ),
            pl.col("release_count"),
            pl.col("star_count").alias("stars"),
            pl.col("fork_count").alias("forks"),
            pl.col("watchers_count").alias("watchers"),
            pl.col("open_issue_count").alias("open_issues"),
            pl.col("closed_issue_count").alias("closed_issues"),
            pl.col("contributor_count").alias("contributors"),
            pl.col("recent_commit_count").alias("commits_last_90_days"),
            pl.col("pypi_dependent_project_count").alias("dependents"),
            pl.col("pypi_monthly_downloads").alias("downloads_last_month"),
        )
        .with_row_index("package_id")
    )
    return inputs if history is None else inputs.join(_weeks(history), on="name", how="left")


def _weeks(history: pl.DataFrame) -> pl.DataFrame:
    """Sum daily downloads (project, day, downloads) to weeks that end on the newest day."""
    newest = history["day"].max()
    age = (pl.lit(newest) - pl.col("day")).dt.total_days() // 7
    whole = history.group_by("project", age.alias("week")).agg(
        pl.col("downloads").sum(), pl.len().alias("days")
    )
    listed = whole.filter(pl.col("days") == 7).sort("week", descending=True)
    return listed.group_by(pl.col("project").alias("name"), maintain_order=True).agg(
        pl.col("downloads").alias("weeks")
    )


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    (frame.write_csv if path.suffix == ".csv" else frame.write_parquet)(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("task", choices=("health", "momentum", "insights"))
    parser.add_argument("--data", type=Path, required=True, help="CSV or parquet file to score")
    parser.add_argument("--out", type=Path, required=True, help="CSV or parquet file to write")
    parser.add_argument("--history", type=Path, help="insights: daily downloads, parquet")
    return parser.parse_args()


def main() -> None:
    """Score a file."""
    chosen = _arguments()
    history = pl.read_parquet(chosen.history) if chosen.history else None
    tasks: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
        "health": health,
        "momentum": momentum,
        "insights": lambda data: insights(data, history),
    }
    _write(tasks[chosen.task](_read(chosen.data)), chosen.out)


if __name__ == "__main__":
    main()
