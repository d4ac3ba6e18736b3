"""Ranks and percentiles: one rule for all measures, within all packages and within a topic."""

from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

LEAST_IN_TOPIC = 10
"""Packages that a topic must have for a rank within it to say something."""


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
    "as a risk: the share of them that it equals or beats. Within a topic the same among the "
    f"packages of the topic, where there are {LEAST_IN_TOPIC} or more."
)


def rank_within(measure: str, over: str | None = None) -> list[pl.Expr]:
    """Give `<measure>_rank` and `<measure>_percentile` by `RULE`, within `over` where given.

    An unknown value has neither.
    """
    rank = pl.col(measure).rank("min", descending=True)
    known = pl.col(measure).count()
    percentile = 100.0 * (known - rank + 1) / known
    ranked = [rank.cast(pl.Int32), percentile.cast(pl.Float32)]
    if over is not None:
        ranked = [pl.when(known.over(over) >= LEAST_IN_TOPIC).then(e.over(over)) for e in ranked]
    names = (f"{measure}_rank", f"{measure}_percentile")
    return [expr.alias(name) for expr, name in zip(ranked, names, strict=True)]


def described() -> dict[str, Any]:
    """Give the rankings as JSON."""
    return {"rule": RULE, "least_in_topic": LEAST_IN_TOPIC, "measures": list(map(asdict, RANKINGS))}
