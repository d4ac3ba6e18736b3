"""Facts derived from the inputs on one day: with the inputs, the words that parts and rules use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import polars as pl

YEAR = 365.0
"""Days."""

PYTHON_ENDS = (
    ((2, 7), date(2020, 1, 1)),
    ((3, 6), date(2021, 12, 23)),
    ((3, 7), date(2023, 6, 27)),
    ((3, 8), date(2024, 10, 7)),
    ((3, 9), date(2025, 10, 31)),
    ((3, 10), date(2026, 10, 31)),
    ((3, 11), date(2027, 10, 31)),
    ((3, 12), date(2028, 10, 31)),
    ((3, 13), date(2029, 10, 31)),
    ((3, 14), date(2030, 10, 31)),
)
"""Last day of security fixes of each minor version of Python (PEPs 537, 569, 596, 602 and on)."""

STAR_LEVEL = 2.84
STAR_SLOPE = 0.09
STAR_SPREAD = 0.57
"""log10(stars) expected = STAR_LEVEL + STAR_SLOPE * log10(monthly downloads), with this standard
deviation; fitted to 1,808 projects of curated lists."""

Expression = Callable[[date], pl.Expr]


@dataclass(frozen=True)
class Moving:
    """A quantity taken from the weeks of downloads, in `market.py`."""

    name: str
    unit: str
    meaning: str
    inputs: tuple[str, ...] = ("weeks",)


MOVING = (
    Moving(
        "momentum",
        "ln growth in four weeks",
        "steady growth of downloads above the market over six four-week blocks",
    ),
    Moving(
        "week_over_week",
        "share",
        "this week's downloads against the mean of the four weeks before: 0.1 is 10 % more",
    ),
    Moving("jump", "factor", "largest growth among the three newest four-week steps"),
)


@dataclass(frozen=True)
class Fact:
    """One derived quantity: unit, meaning, the inputs it comes from, and how on a given day."""

    name: str
    unit: str
    meaning: str
    inputs: tuple[str, ...]
    expr: Expression


def _days_since(column: str, day: date) -> pl.Expr:
    days = (pl.lit(day) - pl.col(column)).dt.total_days()
    return days.cast(pl.Int32).clip(lower_bound=0)


def _days_since_commit(day: date) -> pl.Expr:
    pushed = _days_since("last_push", day)
    return pl.coalesce(_days_since("last_commit", day), pl.when(pushed > YEAR).then(pushed))


def _activity(day: date) -> pl.Expr:
    return pl.min_horizontal(_days_since("released", day), _days_since_commit(day))


def _releases_per_year(day: date) -> pl.Expr:
    years = (_days_since("first_release", day) / YEAR).clip(lower_bound=1.0)
    return pl.col("release_count") / years


def _open_share(_: date) -> pl.Expr:
    return _ratio(pl.col("open_issues"), pl.col("open_issues") + pl.col("closed_issues"))


def _per_thousand_stars(column: str, _: date) -> pl.Expr:
    return 1000.0 * _ratio(pl.col(column), pl.col("stars"))


def _fork_conversion(_: date) -> pl.Expr:
    helpers = (pl.col("contributors") - 1).clip(lower_bound=0)
    return (100.0 * _ratio(helpers, pl.col("forks"))).clip(upper_bound=100.0)


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _star_surplus(_: date) -> pl.Expr:
    expected = STAR_LEVEL + STAR_SLOPE * _log10("downloads_last_month")
    return (_log10("stars") - expected) / STAR_SPREAD


def _log10(column: str) -> pl.Expr:
    return pl.when(pl.col(column) > 0).then(pl.col(column)).log10()


def oldest_supported_python(day: date) -> tuple[int, int]:
    """Return the oldest Python version that still gets security fixes on that day."""
    living = [version for version, end in PYTHON_ENDS if end >= day]
    return living[0] if living else PYTHON_ENDS[-1][0]


def _python_margin(day: date) -> pl.Expr:
    major, minor = oldest_supported_python(day)
    return _minimum_python(day) - (major * 100 + minor)


def _minimum_python(_: date) -> pl.Expr:
    parts = pl.col("minimum_python").str.split_exact(".", 1).struct
    major, minor = (parts.field(f"field_{k}").cast(pl.Int32, strict=False) for k in (0, 1))
    return major * 100 + minor


FACTS = (
    Fact(
        "days_since_release",
        "days",
        "days since the newest release",
        ("released",),
        partial(_days_since, "released"),
    ),
    Fact(
        "days_since_commit",
        "days",
        "days since a person's newest commit; where commits are not known, since the newest push "
        "if that is more than a year ago, as no commit is later",
        ("last_commit", "last_push"),
        _days_since_commit,
    ),
    Fact(
        "days_since_push",
        "days",
        "days since the newest push to any branch, bots' included",
        ("last_push",),
        partial(_days_since, "last_push"),
    ),
    Fact(
        "days_since_activity",
        "days",
        "days since the newest release or a person's newest commit, whichever is later",
        ("released", "last_commit", "last_push"),
        _activity,
    ),
    Fact(
        "age_days",
        "days",
        "days since the first release",
        ("first_release",),
        partial(_days_since, "first_release"),
    ),
    Fact(
        "releases_per_year",
        "releases a year",
        "releases over the life of the package, counted over at least one year",
        ("release_count", "first_release"),
        _releases_per_year,
    ),
    Fact(
        "open_issue_share",
        "0 to 1",
        "open issues among all issues",
        ("open_issues", "closed_issues"),
        _open_share,
    ),
    Fact(
        "issues_per_1000_stars",
        "issues",
        "open issues for every 1,000 stars",
        ("open_issues", "stars"),
        partial(_per_thousand_stars, "open_issues"),
    ),
    Fact(
        "discussions_per_thousand",
        "discussions",
        "discussions for every 1,000 stars",
        ("discussions", "stars"),
        partial(_per_thousand_stars, "discussions"),
    ),
    Fact(
        "fork_share",
        "%",
        "contributors beyond the first for every 100 forks, at most 100",
        ("contributors", "forks"),
        _fork_conversion,
    ),
    Fact(
        "star_surplus",
        "standard deviations",
        f"log10(stars) above {STAR_LEVEL} + {STAR_SLOPE} log10(monthly downloads), "
        f"divided by {STAR_SPREAD}",
        ("stars", "downloads_last_month"),
        _star_surplus,
    ),
    Fact(
        "minimum_python_number",
        "100 major + minor",
        "lowest Python version it admits",
        ("minimum_python",),
        _minimum_python,
    ),
    Fact(
        "python_margin",
        "minor versions",
        "lowest version it admits less the oldest that still gets security fixes",
        ("minimum_python",),
        _python_margin,
    ),
)


def fact_columns(day: date) -> list[pl.Expr]:
    """Return the expressions of all facts on that day over the columns of `inputs.schema()`."""
    return [fact.expr(day).alias(fact.name) for fact in FACTS]
