"""What changes health after the parts: a floor, factors and a cap, each with its rules."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from scorer.scoring.rules import Condition, Label, Rule


@dataclass(frozen=True)
class Adjustment:
    """A change after the parts: the first rule of the label that fires says by how much."""

    label: Label
    kind: str
    """`factor` multiplies, `floor` raises to at least, `cap` lowers to at most."""
    amounts: dict[str, float]
    """By value of the label; a value that is not listed changes nothing."""

    def apply(self, score: pl.Expr) -> pl.Expr:
        """Return the score after it; the rule numbers are columns already."""
        neutral = {"factor": 1.0, "floor": 0.0, "cap": 100.0}[self.kind]
        amounts = [self.amounts.get(rule.value, neutral) for rule in self.label.rules]
        amount = self.label.looked_up(pl.Series(amounts))
        if self.kind == "factor":
            return score * amount
        return (pl.max_horizontal if self.kind == "floor" else pl.min_horizontal)(score, amount)

    def described(self) -> dict[str, Any]:
        """Return the adjustment as JSON."""
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
