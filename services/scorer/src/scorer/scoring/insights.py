"""The insight lists: who belongs to each, and in which order.

A family, the packages of one repository, has one place in each list: that of its first member.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from scorer.scoring.category import (
    FAVORITE,
    GEM,
    INFRASTRUCTURE,
    NOT_ENDED,
    RECOMMENDABLE,
    RISING,
    STANDARD,
    TRUSTED_GROWTH,
)
from scorer.scoring.labels import HIGH, VERY_HIGH
from scorer.scoring.rules import Condition, Rule, first_true


@dataclass(frozen=True)
class Insight:
    """One list: its rules (any of them admits), and the fact by which it is ordered."""

    name: str
    title: str
    meaning: str
    rules: tuple[Rule, ...]
    order: str
    """Highest first."""

    @property
    def rank_column(self) -> str:
        """Column with the place in the list, from 1; null for who is not shown in it."""
        return f"{self.name}_rank"

    @property
    def rule_column(self) -> str:
        """Column that holds the number of the rule that admits a package; 0 where none does."""
        return f"{self.name}_rule"

    def number(self) -> pl.Expr:
        """Return the number of the first rule that admits."""
        admitted = [RECOMMENDABLE.expr() & rule.expr() for rule in self.rules]
        return first_true(admitted, otherwise=0).alias(self.rule_column)

    def member(self) -> pl.Expr:
        """Whether a package belongs."""
        return (pl.col(self.rule_column) > 0).alias(self.name)

    def described(self) -> dict[str, Any]:
        """Return the list's definition as JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "rules": [
                {"number": number, "id": f"{self.name}.{number}", **rule.described()}
                for number, rule in enumerate(self.rules, start=1)
            ],
            "for_all": RECOMMENDABLE.described(),
            "order": self.order,
        }


QUIET_DAYS = 548
"""Eighteen months without a release."""
IDLE_DAYS = 274
"""Nine months without a commit."""

NEED = "may_need_maintainers"
QUIET = (
    Rule(
        NEED,
        "100,000 downloads a month, no release for 18 months and no commit for nine",
        (
            Condition("downloads_last_month", ">=", HIGH),
            Condition("days_since_release", ">", QUIET_DAYS),
            Condition("days_since_commit", ">", IDLE_DAYS),
            Condition("finished", "is not", "finished"),
            Condition("project_status", "not in", ("archived", "deprecated")),
        ),
    ),
    Rule(
        NEED,
        "100,000 downloads a month, no release for 18 months, and its repository is archived",
        (
            Condition("downloads_last_month", ">=", HIGH),
            Condition("days_since_release", ">", QUIET_DAYS),
            Condition("archived", "is", True),
            Condition("project_status", "not in", ("archived", "deprecated")),
        ),
    ),
    Rule(
        NEED,
        "a million downloads a month and no release for three years; its commits are not known",
        (
            Condition("downloads_last_month", ">=", VERY_HIGH),
            Condition("days_since_release", ">", 3 * 365),
            Condition("days_since_commit", "unknown"),
            Condition("days_since_push", "unknown"),
            Condition("finished", "is not", "finished"),
            Condition("project_status", "not in", ("archived", "deprecated")),
        ),
    ),
)

ONE_MAINTAINER = (
    Rule(
        "most_depended_one_maintainer",
        "a hundred packages require it, one account can release it, one person made half of it",
        (
            Condition("dependents", ">=", 100),
            Condition("sole_maintainer", "is", True),
            Condition("half_of_commits_by", "<=", 1),
        ),
    ),
    Rule(
        "most_depended_one_maintainer",
        "a hundred packages require it, one account can release it, few people work on it",
        (
            Condition("dependents", ">=", 100),
            Condition("sole_maintainer", "is", True),
            Condition("half_of_commits_by", "unknown"),
            Condition("contributors", "<=", 10),
        ),
    ),
    Rule(
        "most_depended_one_maintainer",
        "a hundred packages require it, one account can release it; its contributors are not known",
        (
            Condition("dependents", ">=", 100),
            Condition("sole_maintainer", "is", True),
            Condition("half_of_commits_by", "unknown"),
            Condition("contributors", "unknown"),
        ),
    ),
)

NEW = (
    Rule(
        "new_and_growing",
        "first released within a year, 10,000 downloads a month, growing above the market",
        (
            Condition("age_days", "<=", 365),
            Condition("downloads_last_month", ">=", 10_000),
            Condition("momentum", ">", 0.0),
            Condition("release_count", ">=", 2),
            Condition("stars", ">=", 20),
            *TRUSTED_GROWTH,
            *NOT_ENDED,
        ),
    ),
)

INSIGHTS = (
    Insight(
        "hidden_gem",
        "Hidden gems",
        "Millions of downloads, few stars, well kept.",
        GEM,
        "downloads_last_month",
    ),
    Insight(
        "rising_star",
        "Rising stars",
        "They grow steadily faster than the market, and are not everywhere yet.",
        RISING,
        "momentum",
    ),
    Insight(
        "may_need_maintainers",
        "May need maintainers",
        "Widely used and quiet.",
        QUIET,
        "downloads_last_month",
    ),
    Insight(
        "invisible_infrastructure",
        "Invisible infrastructure",
        "Downloaded everywhere, and hardly anybody starred it.",
        INFRASTRUCTURE,
        "downloads_last_month",
    ),
    Insight(
        "most_depended_one_maintainer",
        "Most depended upon, one maintainer",
        "Many packages require it, and it hangs on one person.",
        ONE_MAINTAINER,
        "dependents",
    ),
    Insight(
        "new_and_growing",
        "New and growing",
        "First released within a year, and used more and more.",
        NEW,
        "downloads_last_month",
    ),
    Insight(
        "industry_standard",
        "Industry standards",
        "What Python projects are built from.",
        STANDARD,
        "downloads_last_month",
    ),
    Insight(
        "community_favorite",
        "Community favorites",
        "Starred far more than their downloads would explain.",
        FAVORITE,
        "star_surplus",
    ),
)


def family() -> pl.Expr:
    """Return the key under which packages of one repository count once.

    The repository's number, or less than zero and made from the package's own where none is known.
    """
    own = -pl.col("package_id").cast(pl.Int64) - 1
    return pl.coalesce(pl.col("repository_id"), own).alias("family")


def placed(frame: pl.DataFrame, insight: Insight) -> pl.DataFrame:
    """Return the rows that a list shows, in order, with places from 1: families' first members.

    Reads name, family, the list's own column and the one it is ordered by.
    """
    members = frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        "name",
        "family",
        insight.name,
        insight.order,
    ).filter(pl.col(insight.name))
    ordered = members.sort(insight.order, "name", descending=[True, False], nulls_last=True)
    shown = ordered.unique("family", keep="first", maintain_order=True)["row"]
    places = pl.int_range(1, len(shown) + 1, dtype=pl.Int32, eager=True)
    return pl.DataFrame({"row": shown, "place": places}).sort("row")


def place_column(insight: Insight, placed: pl.DataFrame, first: int, length: int) -> pl.Series:
    """Return the places in a list of so many rows from `first`; null for who is not shown."""
    begin, end = np.searchsorted(placed["row"].to_numpy(), (first, first + length))
    here = placed.slice(begin, end - begin)
    places = pl.repeat(None, length, dtype=pl.Int32, eager=True)
    return places.scatter(here["row"] - first, here["place"]).alias(insight.rank_column)
