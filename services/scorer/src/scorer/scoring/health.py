"""Health, 0 to 100: weighted parts that are known, then factors, a floor and caps.

Formula: 100 * sum(w * s) / sum(w) over the parts present, as OpenSSF Criticality does; a part
that is not known is left out, and the confidence says how much of the weight was known. Nothing
in it looks at another package, so a score is the same alone and among all.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from scorer.scoring.curves import Curve, Decay, LogScale, Share, described
from scorer.scoring.rules import Condition, Label, Rule


@dataclass(frozen=True)
class Part:
    """One part of a 0 to 100 score."""

    name: str
    weight: float
    curve: Curve
    meaning: str
    source: str
    advice: str
    """What would raise it."""

    def described(self) -> dict[str, Any]:
        """Give the part as JSON."""
        return {
            "name": self.name,
            "weight": self.weight,
            "meaning": self.meaning,
            "source": self.source,
            "advice": self.advice,
            "facts": list(self.curve.facts),
            "curve": described(self.curve),
        }


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
        "how long ago the newest commit was made",
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

CONFIDENCE_WORDS = {"high": 0.8, "medium": 0.5, "low": 0.0}
"""Least share of the weight that must be known for each word."""


@dataclass(frozen=True)
class Adjustment:
    """A change after the parts: the first rule of the label that fires says by how much."""

    label: Label
    kind: str
    """`factor` multiplies, `floor` raises to at least, `cap` lowers to at most."""
    amounts: dict[str, float]
    """By value of the label; a value that is not listed changes nothing."""

    def apply(self, score: pl.Expr) -> pl.Expr:
        """Give the score after it; the rule numbers are columns already."""
        neutral = {"factor": 1.0, "floor": 0.0, "cap": 100.0}[self.kind]
        amounts = [self.amounts.get(rule.value, neutral) for rule in self.label.rules]
        amount = self.label.looked_up(pl.Series(amounts))
        if self.kind == "factor":
            return score * amount
        return (pl.max_horizontal if self.kind == "floor" else pl.min_horizontal)(score, amount)

    def described(self) -> dict[str, Any]:
        """Give the adjustment as JSON."""
        return {**self.label.described(), "kind": self.kind, "amounts": self.amounts}


_NOT_ENDED = (
    Condition("archived", "is not", True),
    Condition("project_status", "not in", ("archived", "deprecated", "quarantined", "gone")),
    Condition("security_status", "not in", ("vulnerable", "malicious", "quarantined")),
)
_FINISHED = (
    Condition("days_since_release", ">", 365),
    Condition("downloads_last_month", ">=", 100_000),
    Condition("dependents", ">=", 100),
    *_NOT_ENDED,
)

FINISHED = Label(
    "finished",
    "Finished package",
    "A widely used package with hardly an open issue is quiet because it is complete, not dead "
    "(npms raises such packages too).",
    (
        Rule(
            "finished",
            "no release for a year, widely used, and at most a quarter of its issues are open",
            (*_FINISHED, Condition("open_issue_share", "<=", 0.25)),
        ),
        Rule(
            "finished",
            "no release for a year, widely used, and at most ten issues are open",
            (*_FINISHED, Condition("open_issues", "<=", 10)),
        ),
        Rule("no", "not a finished package, or too little is known to call it one"),
    ),
)

FLAWS = Label(
    "flaws",
    "Open flaws",
    "Flaws of the latest release known to OSV; those fixed in it cost nothing.",
    (
        Rule(
            "critical_or_high",
            "the latest release has a critical or high flaw",
            (
                Condition("security_status", "is", "vulnerable"),
                Condition("worst_severity", "in", ("critical", "high")),
            ),
        ),
        Rule(
            "medium",
            "the latest release has a flaw of medium or unknown severity",
            (
                Condition("security_status", "is", "vulnerable"),
                Condition("worst_severity", "not in", ("low", "none")),
            ),
        ),
        Rule(
            "low",
            "the latest release has a flaw of low severity",
            (Condition("security_status", "is", "vulnerable"),),
        ),
        Rule(
            "unknown",
            "not examined for known flaws yet",
            (
                Condition(
                    "security_status",
                    "not in",
                    ("clean", "lookalike", "malicious", "quarantined", "hijacked"),
                ),
            ),
        ),
        Rule("none", "no known flaw in the latest release"),
    ),
)

WITHDRAWN = Label(
    "withdrawn",
    "Withdrawn release",
    "The latest release was yanked by its authors.",
    (
        Rule(
            "yanked", "its authors withdrew the latest release", (Condition("yanked", "is", True),)
        ),
        Rule("no", "the latest release stands"),
    ),
)

ENDED = Label(
    "ended",
    "Ended",
    "Its authors said that it ended.",
    (
        Rule(
            "malicious",
            "reported as malicious",
            (Condition("security_status", "in", ("malicious", "quarantined")),),
        ),
        Rule(
            "malicious",
            "PyPI put it in quarantine",
            (Condition("project_status", "is", "quarantined"),),
        ),
        Rule("ended", "its repository is archived", (Condition("archived", "is", True),)),
        Rule(
            "ended",
            "PyPI lists it as archived, deprecated or removed",
            (Condition("project_status", "in", ("archived", "deprecated", "gone")),),
        ),
        Rule(
            "ended",
            "its classifier says Development Status :: 7 - Inactive",
            (Condition("development_status", ">=", 7),),
        ),
        Rule("no", "nobody said that it ended"),
    ),
)

ADJUSTMENTS = (
    Adjustment(FINISHED, "floor", {"finished": 55.0}),
    Adjustment(FLAWS, "factor", {"critical_or_high": 0.7, "medium": 0.85, "low": 0.95}),
    Adjustment(WITHDRAWN, "factor", {"yanked": 0.8}),
    Adjustment(ENDED, "cap", {"ended": 35.0, "malicious": 0.0}),
)


def share_column(part: Part) -> str:
    """Column with the share of a part's points, 0 to 1."""
    return f"share_{part.name}"


def points_column(part: Part) -> str:
    """Column with the points of a part, of a score of 100 before adjustments."""
    return f"points_{part.name}"


def weighted(parts: tuple[Part, ...]) -> pl.Expr:
    """Give 100 * sum(w * s) / sum(w) over the parts that are known."""
    known = known_weight(parts)
    total = sum(
        (part.weight * pl.col(share_column(part)).fill_null(0.0) for part in parts), pl.lit(0.0)
    )
    return pl.when(known > 0).then(100.0 * total / known)


def known_weight(parts: tuple[Part, ...]) -> pl.Expr:
    """Give the weight of the parts that are known."""
    each = (part.weight * pl.col(share_column(part)).is_not_null() for part in parts)
    return sum(each, pl.lit(0.0))


def share_columns(parts: tuple[Part, ...]) -> list[pl.Expr]:
    """Give each part's share of its points."""
    return [part.curve.share().alias(share_column(part)) for part in parts]


def points_columns() -> list[pl.Expr]:
    """Give each part's points; they sum to the score before adjustments."""
    known = known_weight(PARTS)
    return [
        (100.0 * part.weight * pl.col(share_column(part)) / known)
        .cast(pl.Float32)
        .alias(points_column(part))
        for part in PARTS
    ]


def health_columns() -> list[pl.Expr]:
    """Give `health`, `health_before` adjustments and `health_confidence`.

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
