"""Health, 0 to 100: weighted parts that are known, then a floor, factors and a cap.

Nothing in it looks at another package, so a score is the same alone and among all.
"""

import polars as pl

from scorer.scoring.adjustments import ADJUSTMENTS
from scorer.scoring.curves import Decay, LogScale, Share
from scorer.scoring.parts import Part, known_weight, points_column, share_column, weighted

PARTS = (
    Part(
        "release_recency",
        30,
        Decay("days_since_release", grace=180, half_life=365),
        "how long ago the newest release came out",
        "own; grace and half-life chosen on projects of 2023 by what became of them",
        "a new release",
    ),
    Part(
        "downloads",
        15,
        LogScale("downloads_last_month", full=10_000_000),
        "how much it is used: downloads of 30 days without mirrors",
        "own; logarithm as in Best of JS",
        "wider use",
    ),
    Part(
        "commit_recency",
        15,
        Decay("days_since_commit", grace=30, half_life=180),
        "how long ago a person made the newest commit",
        "own; kin to OpenSSF Criticality's updated_since",
        "a new commit",
    ),
    Part(
        "commit_volume",
        10,
        LogScale("commits_last_90_days", full=100),
        "how much work went in lately: commits of 90 days",
        "scale as in OpenSSF Criticality",
        "more commits",
    ),
    Part(
        "issue_closing",
        10,
        Share("closed_issues", "open_issues", prior_good=1.8, prior_total=3.0),
        "how many of the reported issues were closed",
        "own; smoothed, so that three issues decide nothing",
        "closing open issues",
    ),
    Part(
        "contributors",
        10,
        LogScale("contributors", full=100),
        "how many people have contributed",
        "scale as in OpenSSF Criticality",
        "more contributors",
    ),
    Part(
        "release_cadence",
        5,
        LogScale("releases_per_year", full=12),
        "how often it was released over its life",
        "scale as in OpenSSF Criticality",
        "more frequent releases",
    ),
    Part(
        "dependents",
        5,
        LogScale("dependents", full=10_000),
        "how many packages on PyPI require it",
        "scale as in OpenSSF Criticality",
        "more packages that require it",
    ),
)

LEAST_KNOWN = 20.0
"""Points of weight that must be known for a score to be given."""


def points_columns() -> list[pl.Expr]:
    """Return each part's points; they sum to the score before adjustments."""
    known = known_weight(PARTS)
    return [
        (100.0 * part.weight * pl.col(share_column(part)) / known)
        .cast(pl.Float32)
        .alias(points_column(part))
        for part in PARTS
    ]


def health_columns() -> list[pl.Expr]:
    """Return `health`, `health_before` adjustments and `health_confidence`.

    They read the share columns and the rule columns of the adjustments.
    """
    confidence = known_weight(PARTS) / sum(part.weight for part in PARTS)
    enough = known_weight(PARTS) >= LEAST_KNOWN
    before = pl.when(enough).then(weighted(PARTS))
    after = before
    for adjustment in ADJUSTMENTS:
        after = pl.when(enough).then(adjustment.apply(after))
    return [
        after.cast(pl.Float32).alias("health"),
        before.cast(pl.Float32).alias("health_before"),
        confidence.cast(pl.Float32).alias("health_confidence"),
    ]
