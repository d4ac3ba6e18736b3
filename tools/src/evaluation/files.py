"""Evaluation files as inputs of the scores."""

from datetime import date

import polars as pl

HEALTH_DAY = date(2023, 6, 29)
"""The day from which the health file counts its days; only differences matter."""

HEALTH_AGES = {
    "days_since_release": "released",
    "days_since_commit": "last_commit",
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

OF_A_REPOSITORY = (
    "days_since_commit",
    "recent_commits",
    "open_issues",
    "closed_issues",
    "contributors",
    "stars",
)
"""Columns of the health file that only a repository tells."""


def without_repository(data: pl.DataFrame) -> pl.DataFrame:
    """Return the health file as it would be, were no repository known."""
    unknown = pl.lit(float("nan"))
    return data.with_columns(unknown.alias(name) for name in OF_A_REPOSITORY)


def health_inputs(data: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of `inputs.schema()` that the table tells."""
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


def snapshot_day(data: pl.DataFrame) -> date:
    """Return the newest day of the snapshot."""
    return date.fromisoformat(str(data["snap"].max()))


def snapshot_inputs(data: pl.DataFrame, history: pl.DataFrame | None) -> pl.DataFrame:
    """Return the columns of `inputs.schema()` that a snapshot tells.

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
                    ("last_commit", "last_commit_pushed_at"),
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
