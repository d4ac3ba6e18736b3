"""One row of scores per row of inputs: everything a night computes about packages."""

from datetime import date

import polars as pl

from scorer.scoring.category import CATEGORY
from scorer.scoring.community import (
    CONTRIBUTOR_RISK,
    ENGAGEMENT,
    ENGAGEMENT_LEAST,
    MEASURES,
    PULL_ACTIVITY,
    STALE_RELEASE,
)
from scorer.scoring.facts import fact_columns
from scorer.scoring.health import (
    ADJUSTMENTS,
    PARTS,
    health_columns,
    known_weight,
    points_column,
    points_columns,
    share_columns,
    weighted,
)
from scorer.scoring.inputs import conform
from scorer.scoring.insights import INSIGHTS, family, ranks
from scorer.scoring.labels import (
    AUTOMATION,
    CADENCE,
    LICENSE_CLASS,
    MAINTENANCE,
    PYTHON_SUPPORT,
)
from scorer.scoring.market import Market, momentum_columns, observe_market

RULES_VERSION = 1
"""Grows with every change of a part, weight, threshold or rule; stored beside each score."""

EARLY_LABELS = (*(each.label for each in ADJUSTMENTS), AUTOMATION)
"""Labels that other rules read."""

LABELS = (
    MAINTENANCE,
    CATEGORY,
    PYTHON_SUPPORT,
    LICENSE_CLASS,
    CADENCE,
    CONTRIBUTOR_RISK,
    STALE_RELEASE,
    PULL_ACTIVITY,
)

ALL_LABELS = (*EARLY_LABELS, *LABELS, *(label for _, label in MEASURES))


def score_packages(inputs: pl.DataFrame, day: date, market: Market | None = None) -> pl.DataFrame:
    """Score every package as of a day.

    `inputs` has the columns of `inputs.schema()`; one that is absent counts as unknown. `market`
    is what all packages did meanwhile (`observe_market`), taken from these rows where it is not
    given: pass it when scoring only some. One row per row of inputs, in the same order; columns
    are listed in `definitions()["columns"]`.
    """
    known = conform(inputs)
    facts = _with_facts(known, day, market or observe_market(known))
    return _with_ranks(_judged(facts))


def _with_facts(inputs: pl.DataFrame, day: date, market: Market) -> pl.DataFrame:
    moving = momentum_columns(inputs, market)
    return inputs.drop("weeks", "topics").with_columns(fact_columns(day)).hstack(moving)


def _judged(facts: pl.DataFrame) -> pl.DataFrame:
    return (
        facts.lazy()
        .with_columns([*share_columns(PARTS), *share_columns(ENGAGEMENT)])
        .with_columns([label.number() for label in EARLY_LABELS])
        .with_columns([label.value() for label in EARLY_LABELS])
        .with_columns([*health_columns(), *points_columns(), _engagement(), family()])
        .with_columns([label.number() for label in (*LABELS, *(each for _, each in MEASURES))])
        .with_columns([label.value() for label in LABELS])
        .with_columns([*_measures(), _automation_suspected(), *(i.member() for i in INSIGHTS)])
        .select(_kept())
        .collect()
    )


def _engagement() -> pl.Expr:
    enough = known_weight(ENGAGEMENT) >= ENGAGEMENT_LEAST
    return pl.when(enough).then(weighted(ENGAGEMENT)).cast(pl.Float32).alias("engagement")


def _measures() -> list[pl.Expr]:
    return [
        pl.when(pl.col(label.rule_column) == len(label.rules))
        .then(pl.col(fact))
        .cast(pl.Float32)
        .alias(label.name)
        for fact, label in MEASURES
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
        *(label.name for _, label in MEASURES),
        *(label.rule_column for label in ALL_LABELS),
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
    for insight in INSIGHTS:
        scores = scores.join(
            ranks(scores, insight), on="package_id", how="left", maintain_order="left"
        )
    return scores.drop("name", "downloads_last_month", "dependents", "star_surplus")
