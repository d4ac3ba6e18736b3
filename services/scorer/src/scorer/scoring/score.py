"""One row of scores per row of inputs: everything a night computes about packages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import polars as pl

from scorer.scoring.category import LISTABLE
from scorer.scoring.community import ENGAGEMENT, ENGAGEMENT_LEAST, MEASURES
from scorer.scoring.facts import fact_columns
from scorer.scoring.health import PARTS, health_columns, points_columns
from scorer.scoring.inputs import conform
from scorer.scoring.insights import INSIGHTS, family, place_in_list
from scorer.scoring.labels import AUTOMATION
from scorer.scoring.market import Market, momentum_columns, observe_market
from scorer.scoring.parts import known_weight, points_column, share_columns, weighted
from scorer.scoring.ranking import standings
from scorer.scoring.record import records
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


def score_packages(inputs: pl.DataFrame, day: date, market: Market | None = None) -> pl.DataFrame:
    """Score every package as of a day.

    `inputs` has the columns of `inputs.schema()`; one that is absent counts as unknown. `market`
    is what all packages did meanwhile (`observe_market`), taken from these rows where it is not
    given: pass it when scoring only some. One row per row of inputs, in the same order; the
    columns are those of `columns()`.
    """
    known = conform(inputs)
    moving = momentum_columns(known, market or observe_market(known))
    placed = known.drop("weeks").hstack(moving).hstack(_standings(known, moving)).drop("topics")
    parts = list(placed.iter_slices(ROWS)) or [placed]
    with ThreadPoolExecutor(min(MOST_AT_ONCE, pl.thread_pool_size())) as pool:
        judged = list(pool.map(partial(_judged, day=day), parts))
    return _with_ranks(pl.concat(judged))


def _standings(inputs: pl.DataFrame, moving: pl.DataFrame) -> pl.DataFrame:
    listable = LISTABLE.expr().alias("listable")
    measured = inputs.select("topics", "downloads_last_month", "stars", listable)
    return standings(measured.hstack(moving.select("momentum")))


def _judged(inputs: pl.DataFrame, day: date) -> pl.DataFrame:
    """Give all that one package's facts decide, rows apart from each other."""
    ruled = (
        inputs.lazy()
        .with_columns(fact_columns(day))
        .with_columns(share_columns(ALL_PARTS))
        .with_columns([label.number() for label in EARLY_LABELS])
        .with_columns([label.value() for label in EARLY_LABELS])
        .with_columns([*health_columns(), *points_columns(), _engagement(), family()])
        .with_columns([label.number() for label in (*LABELS, *MEASURE_LABELS)])
        .with_columns([label.value() for label in LABELS])
        .with_columns([*_measures(), _automation_suspected(), *(i.number() for i in INSIGHTS)])
        .with_columns([insight.member() for insight in INSIGHTS])
        .collect()
    )
    return ruled.select(*_kept(), records(ruled, RULED, recorded()))


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
        "name",
        "downloads_last_month",
        "dependents",
        "star_surplus",
    ]


def _with_ranks(scores: pl.DataFrame) -> pl.DataFrame:
    places = [place_in_list(scores, insight) for insight in INSIGHTS]
    return scores.hstack(places).drop("name", "downloads_last_month", "dependents", "star_surplus")
