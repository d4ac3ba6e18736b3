"""Parts of a 0 to 100 score, and how those that are known make it.

Formula: 100 * sum(w * s) / sum(w) over the parts present, as OpenSSF Criticality does; a part that
is not known is left out, and the known weight says how much that is.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from scorer.scoring.curves import Curve, described


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
        """Return the part as JSON."""
        return {
            "name": self.name,
            "weight": self.weight,
            "meaning": self.meaning,
            "source": self.source,
            "advice": self.advice,
            "facts": list(self.curve.facts),
            "curve": described(self.curve),
        }


def share_column(part: Part) -> str:
    """Column with the share of a part's points, 0 to 1."""
    return f"share_{part.name}"


def points_column(part: Part) -> str:
    """Column with the points of a part, of a score of 100 before adjustments."""
    return f"points_{part.name}"


def weighted(parts: tuple[Part, ...]) -> pl.Expr:
    """Return 100 * sum(w * s) / sum(w) over the parts that are known."""
    known = known_weight(parts)
    total = sum(
        (part.weight * pl.col(share_column(part)).fill_null(0.0) for part in parts), pl.lit(0.0)
    )
    return pl.when(known > 0).then(100.0 * total / known)


def known_weight(parts: tuple[Part, ...]) -> pl.Expr:
    """Return the weight of the parts that are known."""
    each = (part.weight * pl.col(share_column(part)).is_not_null() for part in parts)
    return sum(each, pl.lit(0.0))


def share_columns(parts: tuple[Part, ...]) -> list[pl.Expr]:
    """Return each part's share of its points."""
    return [part.curve.share().alias(share_column(part)) for part in parts]
