"""Curves that turn a fact into a share of points, 0 to 1; null stays null."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Decay:
    """Full points for `grace` days, then half of them lost every `half_life` days."""

    fact: str
    grace: float
    half_life: float

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.fact,)

    def share(self) -> pl.Expr:
        """Return `0.5 ** (max(0, days - grace) / half_life)`."""
        late = (pl.col(self.fact).cast(pl.Float64) - self.grace).clip(lower_bound=0.0)
        return (late * (-math.log(2) / self.half_life)).exp()

    def formula(self) -> str:
        """Say it in words."""
        return (
            f"all points within {self.grace:g} days, then half of them lost "
            f"every {self.half_life:g} days"
        )


@dataclass(frozen=True)
class LogScale:
    """Points grow with the logarithm and are complete at `full`."""

    fact: str
    full: float

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.fact,)

    def share(self) -> pl.Expr:
        """Return `min(1, log(1 + x) / log(1 + full))`."""
        grown = pl.col(self.fact).cast(pl.Float64).clip(lower_bound=0.0).log1p()
        return (grown / math.log1p(self.full)).clip(upper_bound=1.0)

    def formula(self) -> str:
        """Say it in words."""
        return f"log(1 + n) / log(1 + {self.full:,.0f}), at most 1"


@dataclass(frozen=True)
class Share:
    """A smoothed share: few cases stay near `prior_good / prior_total`."""

    good: str
    rest: str
    prior_good: float
    prior_total: float

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.good, self.rest)

    def share(self) -> pl.Expr:
        """Return `(good + prior_good) / (good + rest + prior_total)`."""
        good = pl.col(self.good).cast(pl.Float64)
        total = good + pl.col(self.rest)
        return ((good + self.prior_good) / (total + self.prior_total)).clip(0.0, 1.0)

    def formula(self) -> str:
        """Say it in words."""
        return (
            f"({self.good} + {self.prior_good:g}) / "
            f"({self.good} + {self.rest} + {self.prior_total:g})"
        )


Curve = Decay | LogScale | Share


def described(curve: Curve) -> dict[str, Any]:
    """Return the curve as JSON: its kind, its parameters, its formula in words."""
    return {"kind": type(curve).__name__, **asdict(curve), "formula": curve.formula()}
