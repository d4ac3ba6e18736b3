"""One row of scores per row of inputs: everything a night computes about packages."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

import polars as pl

from scorer.scoring.category import LISTABLE
from scorer.scoring.community import ENGAGEMENT, ENGAGEMENT_LEAST, MEASURES
from scorer.scoring.facts import fact_columns
from scorer.scoring.health import PARTS, health_columns, points_columns
from scorer.scoring.inputs import conform
from scorer.scoring.insights import INSIGHTS, family, place_column, placed
from scorer.scoring.labels import AUTOMATION
from scorer.scoring.market import Market, momentum_columns, observe_market
from scorer.scoring.parts import known_weight, points_column, share_columns, weighted
from scorer.scoring.ranking import Standings, standings
from scorer.scoring.record import records, standing_records
from scorer.scoring.rulebook import (
    ALL_PARTS,
    EARLY_LABELS,
    LABELS,
    MEASURE_LABELS,
    RULED,
    recorded,
)

ROWS = 65_536
"""Packages judged together: bounds the memory."""
MOST_AT_ONCE = 4
"""Such parts judged at the same time, where there are as many processors: packing uses one."""

COMPARED = ("name", "topics", "listable", "stars", "downloads_last_month", "dependents")
"""What `place` compares beside the scores."""


def score_packages(inputs: pl.DataFrame, day: date, market: Market | None = None) -> pl.DataFrame:
    """Score every package as of a day: `judge`, then `place`.

    `inputs` has the columns of `inputs.schema()`; one that is absent counts as unknown. `market`
    is what all packages did meanwhile (`observe_market`), taken from these rows where it is not
    given: pass it when scoring only some. One row per row of inputs, in the same order.
    """
    known = conform(inputs)
    market = market or observe_market(known)
    parts = list(known.iter_slices(ROWS)) or [known]
    with ThreadPoolExecutor(min(MOST_AT_ONCE, pl.thread_pool_size())) as pool:
        judged = list(pool.map(partial(judge, day=day, market=market), parts))
    return place(pl.concat(judged)).rows(0, len(known))


def judge(inputs: pl.DataFrame, day: date, market: Market) -> pl.DataFrame:
    """Return all that a package's own facts decide, and what `place` compares.

    Rows do not see each other: who has little memory judges part after part, keeps what it needs
    of each, and places them all in the end.
    """
    known = conform(inputs)
    rows = known.drop("weeks").with_columns(momentum_columns(known, market))
    for step in _steps(day):  # not as one lazy query: planning that takes longer than the steps
        rows = rows.with_columns(step)
    return rows.select(*_kept(), *COMPARED, "star_surplus", records(rows, RULED, recorded()))


@lru_cache(maxsize=4)
def _steps(day: date) -> list[list[pl.Expr]]:
    """Return the columns of a day in the order in which they read each other."""
    return [
        [*fact_columns(day), LISTABLE.expr().alias("listable")],
        share_columns(ALL_PARTS),
        [label.number() for label in EARLY_LABELS],
        [label.value() for label in EARLY_LABELS],
        [*health_columns(), *points_columns(), _engagement(), family()],
        [label.number() for label in (*LABELS, *MEASURE_LABELS)],
        [label.value() for label in LABELS],
        [*_measures(), _automation_suspected(), *(each.number() for each in INSIGHTS)],
        [insight.member() for insight in INSIGHTS],
    ]


@dataclass(frozen=True)
class Placed:
    """All judged packages and how they compare."""

    judged: pl.DataFrame
    places: list[pl.DataFrame]
    """For each list of `INSIGHTS`, who is shown in it (`placed`)."""
    standings: Standings

    def rows(self, first: int, length: int) -> pl.DataFrame:
        """Return the scores of some rows, their ranks added to their records."""
        part = self.judged.slice(first, length)
        ranked = standing_records(part["record"], self.standings, first)
        lists = zip(INSIGHTS, self.places, strict=True)
        places = [place_column(each, placed, first, len(part)) for each, placed in lists]
        return part.drop(*COMPARED).with_columns(ranked, *places)


def place(judged: pl.DataFrame) -> Placed:
    """Compare all packages: their places in the lists, and their ranks.

    It needs of `judge` the record, family, momentum, the lists' own columns, and `COMPARED`.
    """
    return Placed(judged, [placed(judged, each) for each in INSIGHTS], standings(judged))


def _engagement() -> pl.Expr:
    enough = known_weight(ENGAGEMENT) >= ENGAGEMENT_LEAST
    return pl.when(enough).then(weighted(ENGAGEMENT)).cast(pl.Float32).alias("engagement")


def _measures() -> list[pl.Expr]:
    return [
        pl.when(pl.col(each.label.rule_column) == len(each.label.rules))
        .then(pl.col(each.fact))
        .cast(pl.Float32)
        .alias(each.label.name)
        for each in MEASURES
    ]


def _automation_suspected() -> pl.Expr:
    verdict = pl.col(AUTOMATION.name)
    return pl.when(verdict != "unknown").then(verdict == "suspected").alias("automation_suspected")


def _kept() -> list[str]:
    return [
        "package_id",
        "health",
        "health_before",
        "health_confidence",
        *(points_column(part) for part in PARTS),
        "momentum",
        "week_over_week",
        "enough_data",
        *(label.name for label in (*EARLY_LABELS, *LABELS)),
        *(label.name for label in MEASURE_LABELS),
        *(each.rule_column for each in RULED),
        "engagement",
        "automation_suspected",
        *(insight.name for insight in INSIGHTS),
        "family",
    ]
