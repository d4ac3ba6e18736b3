"""Ranks and percentiles: one rule for all measures, among all packages and within topics."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

LEAST_IN_TOPIC = 10
"""Packages that a topic must have for a rank within it to say something."""
TOPICS = 3
"""Topics of a package in which it is ranked: those where it leaves most packages behind."""


@dataclass(frozen=True)
class Ranking:
    """One measure by which packages are ranked, highest first."""

    name: str
    measure: str
    meaning: str


RANKINGS = (
    Ranking("downloads", "downloads_last_month", "downloads of 30 days without mirrors"),
    Ranking("stars", "stars", "stars of its repository"),
    Ranking("momentum", "momentum", "growth against the market"),
)

RULE = (
    "Rank 1 is the highest; equal values share the better rank. Percentile = "
    "100 (n - rank + 1) / n among the n packages whose value is known and which are not flagged "
    "as a risk: the share of them that it equals or beats. Within a topic the same among its "
    f"packages, where it has {LEAST_IN_TOPIC} or more; told for the {TOPICS} topics of a package "
    "in which it leaves most others behind by downloads."
)


def rank_within(ranking: Ranking, over: str | None = None) -> list[pl.Expr]:
    """Give `<name>_rank` and `<name>_percentile` by `RULE`; an unknown value has neither."""
    rank = pl.col(ranking.measure).rank("min", descending=True)
    known = pl.col(ranking.measure).count()
    percentile = 100.0 * (known - rank + 1) / known
    both = [rank.cast(pl.Float32), percentile.cast(pl.Float32)]
    if over is not None:
        both = [each.over(over) for each in both]
    return [each.alias(name) for each, name in zip(both, _names(ranking), strict=True)]


def _names(ranking: Ranking) -> tuple[str, str]:
    return f"{ranking.name}_rank", f"{ranking.name}_percentile"


def _all_names() -> list[str]:
    return [name for ranking in RANKINGS for name in _names(ranking)]


def standing_columns() -> tuple[str, ...]:
    """Give the numbers of a package's standing: among all, then for each of its topics.

    `topic_<k>` is the place of the topic in the package's list of topics, from 0.
    """
    return (*_all_names(), *(name for k in range(TOPICS) for name in _in_topic(k)))


def _in_topic(k: int) -> list[str]:
    return [f"topic_{k}", *(f"topic_{k}_{name}" for name in _all_names())]


def standings(frame: pl.DataFrame) -> pl.DataFrame:
    """Give `standing_columns()` for each row, in order; nothing of those flagged as a risk.

    Reads listable, topics and the measures. What is not known is null or NaN.
    """
    listed = frame.select(
        pl.when("listable").then(name).alias(name)
        for name in ("topics", *(ranking.measure for ranking in RANKINGS))
    )
    among_all = listed.select(each for ranking in RANKINGS for each in rank_within(ranking))
    return among_all.hstack(_side_by_side(_in_topics(listed), len(frame)))


def _in_topics(listed: pl.DataFrame) -> pl.DataFrame:
    """Give one row for each package and topic: its row, place, ranks, how many behind."""
    place = pl.int_ranges(pl.col("topics").list.len().cast(pl.Int64)).alias("place")
    behind = pl.col("downloads_last_month").count().over("topics") - pl.col("downloads_rank")
    return (
        listed.lazy()
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), place)
        .filter(pl.col("topics").list.len() > 0)
        .explode("topics", "place", empty_as_null=False)
        .filter(pl.len().over("topics") >= LEAST_IN_TOPIC)
        .with_columns(rank for ranking in RANKINGS for rank in rank_within(ranking, "topics"))
        .with_columns(behind.fill_null(-1).alias("behind"))
        .collect()
    )


def _side_by_side(ranked: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Lay the best topics of each package into columns; NaN where it has fewer."""
    row, behind, place = (ranked[name].to_numpy() for name in ("row", "behind", "place"))
    best_first = np.lexsort((place, -behind, row))
    row = row[best_first]
    counter = np.arange(len(row))
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    nth = counter - np.maximum.accumulate(np.where(first, counter, 0))
    kept = nth < TOPICS
    numbers = ranked.select(pl.col("place", *_all_names()).cast(pl.Float32)).to_numpy()
    wide = np.full((rows, TOPICS, numbers.shape[1]), np.nan, dtype=np.float32)
    wide[row[kept], nth[kept]] = numbers[best_first[kept]]
    names = [name for k in range(TOPICS) for name in _in_topic(k)]
    return pl.from_numpy(wide.reshape(rows, len(names)), schema=names, orient="row")


def described() -> dict[str, Any]:
    """Give the rankings as JSON."""
    return {
        "rule": RULE,
        "least_in_topic": LEAST_IN_TOPIC,
        "topics": TOPICS,
        "measures": list(map(asdict, RANKINGS)),
    }
