"""The insight lists: who belongs to each, and in which order.

A family, the packages of one repository, has one place in each list: that of its first member.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from scorer.scoring.labels import (
    EVERYWHERE,
    HIGH,
    HUGE,
    LISTABLE,
    TWO_YEARS,
    VERY_HIGH,
)
from scorer.scoring.rules import Condition, Rule


@dataclass(frozen=True)
class Insight:
    """One list: its rules (any of them admits), and the fact by which it is ordered."""

    name: str
    title: str
    meaning: str
    rules: tuple[tuple[Condition, ...], ...]
    order: str
    """Highest first."""

    @property
    def rank_column(self) -> str:
        """Column with the place in the list, from 1; null for who is not shown in it."""
        return f"{self.name}_rank"

    def member(self) -> pl.Expr:
        """Whether a package belongs."""
        admitted = [Rule("", "", (*LISTABLE, *when)).expr() for when in self.rules]
        return pl.any_horizontal(admitted).fill_null(False).alias(self.name)

    def described(self) -> dict[str, Any]:
        """Give the list's definition as JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "meaning": self.meaning,
            "rules": [[each.described() for each in when] for when in self.rules],
            "for_all": [each.described() for each in LISTABLE],
            "order": self.order,
        }


_ALIVE = Condition("days_since_release", "<=", TWO_YEARS)
_NOT_GIVEN_UP = Condition("project_status", "not in", ("archived", "deprecated"))
_CLEAN_GROWTH = Condition("automation", "is not", "suspected")

INSIGHTS = (
    Insight(
        "hidden_gem",
        "Hidden gems",
        "Millions of downloads, few stars, well kept.",
        (
            (
                Condition("downloads_last_month", ">=", VERY_HIGH),
                Condition("downloads_last_month", "<", EVERYWHERE),
                Condition("stars", ">=", 20),
                Condition("stars", "<", 1_000),
                _ALIVE,
                Condition("archived", "is not", True),
                _NOT_GIVEN_UP,
            ),
        ),
        "downloads_last_month",
    ),
    Insight(
        "rising_star",
        "Rising stars",
        "Grows steadily faster than the market, and is not everywhere yet.",
        (
            (
                Condition("momentum", ">=", 0.02),
                Condition("downloads_last_month", ">=", 10_000),
                Condition("downloads_last_month", "<", HUGE),
                Condition("stars", ">=", 50),
                _CLEAN_GROWTH,
                Condition("archived", "is not", True),
                _NOT_GIVEN_UP,
            ),
        ),
        "momentum",
    ),
    Insight(
        "may_need_maintainers",
        "May need maintainers",
        "Widely used and quiet: no release for 18 months and no commit for nine.",
        (
            (
                Condition("downloads_last_month", ">=", HIGH),
                Condition("days_since_release", ">", 548),
                Condition("days_since_commit", ">", 274),
                Condition("finished", "is not", "finished"),
                _NOT_GIVEN_UP,
            ),
            (
                Condition("downloads_last_month", ">=", HIGH),
                Condition("days_since_release", ">", 548),
                Condition("archived", "is", True),
                _NOT_GIVEN_UP,
            ),
        ),
        "downloads_last_month",
    ),
    Insight(
        "invisible_infrastructure",
        "Invisible infrastructure",
        "Downloaded 50 million times a month, and hardly anybody starred it.",
        (
            (
                Condition("downloads_last_month", ">=", EVERYWHERE),
                Condition("stars", ">=", 20),
                Condition("stars", "<", 2_000),
            ),
        ),
        "downloads_last_month",
    ),
    Insight(
        "most_depended_one_maintainer",
        "Most depended upon, one maintainer",
        "Many packages require it, and one account on PyPI can release it.",
        ((Condition("dependents", ">=", 100), Condition("sole_maintainer", "is", True)),),
        "dependents",
    ),
    Insight(
        "new_and_growing",
        "New and growing",
        "First released within a year, and already used more and more.",
        (
            (
                Condition("age_days", "<=", 365),
                Condition("downloads_last_month", ">=", 10_000),
                Condition("momentum", ">", 0.0),
                Condition("release_count", ">=", 2),
                _CLEAN_GROWTH,
                Condition("archived", "is not", True),
                _NOT_GIVEN_UP,
            ),
        ),
        "downloads_last_month",
    ),
    Insight(
        "industry_standard",
        "Industry standards",
        "What Python projects are built from.",
        (
            (
                Condition("downloads_last_month", ">=", HUGE),
                Condition("stars", ">=", 5_000),
                _ALIVE,
            ),
        ),
        "downloads_last_month",
    ),
    Insight(
        "community_favorite",
        "Community favorites",
        "Starred far more than its downloads would explain.",
        ((Condition("stars", ">=", 5_000), Condition("star_surplus", ">", 1.0)),),
        "stars",
    ),
)


def family() -> pl.Expr:
    """Give the key under which packages of one repository count once.

    The repository's number, or less than zero and made from the package's own where none is known.
    """
    own = -pl.col("package_id").cast(pl.Int64) - 1
    return pl.coalesce(pl.col("repository_id"), own).alias("family")


def ranks(frame: pl.DataFrame, insight: Insight) -> pl.DataFrame:
    """Give package_id and the place in the list of those shown: the first of each family.

    Reads package_id, name, family, the list's own column and the one it is ordered by.
    """
    ordered = (
        frame.lazy()
        .filter(pl.col(insight.name))
        .sort(insight.order, "name", descending=[True, False], nulls_last=True)
    )
    shown = ordered.unique("family", keep="first", maintain_order=True)
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(insight.rank_column)
    return shown.select("package_id", place).collect()
