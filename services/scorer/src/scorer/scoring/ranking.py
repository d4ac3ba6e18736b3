"""Ranks and percentiles: one rule for all measures, among all packages and within topics."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
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


def rank_within(ranking: Ranking, over: str | None = None) -> pl.Expr:
    """Return `<name>_rank` by `RULE`; an unknown value has none."""
    rank = pl.col(ranking.measure).rank("min", descending=True).cast(pl.Float32)
    return (rank if over is None else rank.over(over)).alias(f"{ranking.name}_rank")


def percentile_within(ranking: Ranking, over: str | None = None) -> pl.Expr:
    """Return `<name>_percentile` by `RULE`, from `<name>_rank`."""
    rank, percentile = _names(ranking)
    count = pl.col(ranking.measure).count()
    known = count if over is None else count.over(over)
    share = 100.0 * (known - pl.col(rank).cast(pl.Float64) + 1) / known
    return share.cast(pl.Float32).alias(percentile)


def _names(ranking: Ranking) -> tuple[str, str]:
    return f"{ranking.name}_rank", f"{ranking.name}_percentile"


def _all_names() -> list[str]:
    return [name for ranking in RANKINGS for name in _names(ranking)]


TOPIC_NUMBERS = ("place", *_all_names())
"""What is told of one topic of a package."""

Numbers = npt.NDArray[np.float32]


def standing_columns() -> tuple[str, ...]:
    """Return the numbers of a package's standing: among all, then for each of its topics.

    `topic_<k>` is the place of the topic in the package's list of topics, from 0.
    """
    return (*_all_names(), *(name for k in range(TOPICS) for name in _in_topic(k)))


def _in_topic(k: int) -> list[str]:
    return [f"topic_{k}", *(f"topic_{k}_{name}" for name in _all_names())]


@dataclass(frozen=True)
class Standings:
    """The ranks of all packages, row for row; of those flagged as a risk nothing is known."""

    among_all: pl.DataFrame
    """A column for each rank and percentile, null where the value is not known."""
    in_topics: pl.DataFrame
    """A row for each package and topic kept: row, nth of the package, and the same numbers."""

    def numbers(self, start: int, length: int) -> Numbers:
        """Return `standing_columns()` of some rows, NaN where not known."""
        own = self.among_all.slice(start, length)
        plain = own.select(pl.all().fill_null(np.nan)).to_numpy()
        topics = self.in_topics.filter(pl.col("row").is_between(start, start + len(own) - 1))
        wide = np.full((len(own), TOPICS, len(TOPIC_NUMBERS)), np.nan, dtype=np.float32)
        row, nth = topics["row"].to_numpy() - start, topics["nth"].to_numpy()
        wide[row, nth] = topics.select(TOPIC_NUMBERS).to_numpy()
        return np.hstack([plain, wide.reshape(len(own), -1)])


def standings(frame: pl.DataFrame) -> Standings:
    """Rank the rows; reads listable, topics and the measures."""
    listed = frame.select(
        pl.when("listable").then(name).alias(name)
        for name in ("topics", *(ranking.measure for ranking in RANKINGS))
    )
    among_all = pl.concat((_among_all(listed, each) for each in RANKINGS), how="horizontal")
    return Standings(among_all, _best(_in_topics(listed)))


def _among_all(listed: pl.DataFrame, ranking: Ranking) -> pl.DataFrame:
    """Return one measure's rank and percentile; one after the other takes a third of the memory."""
    rank = listed.select(ranking.measure).with_columns(rank_within(ranking))
    return rank.select(f"{ranking.name}_rank", percentile_within(ranking))


def _in_topics(listed: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each package and topic: its row, place, ranks, how many behind."""
    place = pl.int_ranges(pl.col("topics").list.len().cast(pl.Int64)).alias("place")
    behind = pl.col("downloads_last_month").count().over("topics") - pl.col("downloads_rank")
    return (
        listed.lazy()
        .with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"), place)
        .filter(pl.col("topics").list.len() > 0)
        .explode("topics", "place", empty_as_null=False)
        .filter(pl.len().over("topics") >= LEAST_IN_TOPIC)
        .with_columns(rank_within(each, "topics") for each in RANKINGS)
        .with_columns(percentile_within(each, "topics") for each in RANKINGS)
        .with_columns(behind.fill_null(-1).alias("behind"))
        .collect()
    )


def _best(ranked: pl.DataFrame) -> pl.DataFrame:
    """Keep the topics of each row in which it leaves most behind, and say which is the nth."""
    row, behind = (ranked[name].to_numpy() for name in ("row", "behind"))
    best_first = np.lexsort((-behind, row))  # stable: the topics of a row are in their order
    row = row[best_first]
    counter = np.arange(len(row))
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    nth = counter - np.maximum.accumulate(np.where(first, counter, 0))
    kept = nth < TOPICS
    numbers = ranked.select("row", pl.col(TOPIC_NUMBERS).cast(pl.Float32))
    return numbers[best_first[kept]].with_columns(nth=pl.Series(nth[kept]))


def described() -> dict[str, Any]:
    """Return the rankings as JSON."""
    return {
        "rule": RULE,
        "least_in_topic": LEAST_IN_TOPIC,
        "topics": TOPICS,
        "measures": list(map(asdict, RANKINGS)),
    }
