"""What downloads and stars say of a package together: the label, and rules the lists share."""

from domain.flags import FLAGGED, SEVERE
from scorer.scoring.labels import VERY_HIGH
from scorer.scoring.rules import Condition, Label, Rule

HUGE = 10_000_000
EVERYWHERE = 50_000_000
"""Downloads in 30 days."""
TWO_YEARS = 730
"""Days."""
STEADY = 0.02
"""Momentum from which growth is told from noise."""

LISTABLE = Rule(
    "listable",
    "not flagged as a risk, and still on PyPI",
    (
        Condition("security_status", "not in", FLAGGED),
        Condition("project_status", "not in", ("quarantined", "gone")),
    ),
)
"""What flagged packages fail: they are found by name, and stand in no list."""

RECOMMENDABLE = Rule(
    "recommendable",
    "not flagged as a risk, still on PyPI, and without an open flaw of critical or high severity "
    "in the latest version",
    (*LISTABLE.when, Condition("worst_severity", "not in", SEVERE)),
)
"""What stands in insight lists: those recommend, where a leaderboard counts."""

NOT_ENDED = (
    Condition("archived", "is not", True),
    Condition("project_status", "not in", ("archived", "deprecated")),
)
TRUSTED_GROWTH = (Condition("automation", "is not", "suspected"),)
_RELEASED_LATELY = Condition("days_since_release", "<=", TWO_YEARS)
_RISING = (
    Condition("momentum", ">=", STEADY),
    Condition("downloads_last_month", ">=", 10_000),
    Condition("downloads_last_month", "<", HUGE),
    Condition("days_since_activity", "<=", 365),
    *TRUSTED_GROWTH,
    *NOT_ENDED,
)

STANDARD = (
    Rule(
        "industry_standard",
        "10 million downloads a month, 5,000 stars, and a release within two years",
        (
            Condition("downloads_last_month", ">=", HUGE),
            Condition("stars", ">=", 5_000),
            _RELEASED_LATELY,
        ),
    ),
    Rule(
        "industry_standard",
        "50 million downloads a month; its stars are not known",
        (
            Condition("downloads_last_month", ">=", EVERYWHERE),
            Condition("stars", "unknown"),
            _RELEASED_LATELY,
        ),
    ),
)

INFRASTRUCTURE = (
    Rule(
        "invisible_infrastructure",
        "50 million downloads a month and fewer than 2,000 stars",
        (
            Condition("downloads_last_month", ">=", EVERYWHERE),
            Condition("stars", ">=", 20),
            Condition("stars", "<", 2_000),
        ),
    ),
)

RISING = (
    Rule(
        "rising_star",
        "steady growth above the market, work within a year, and room to grow",
        (*_RISING, Condition("stars", ">=", 50)),
    ),
    Rule(
        "rising_star",
        "steady growth above the market, ten packages require it; its stars are not known",
        (*_RISING, Condition("stars", "unknown"), Condition("dependents", ">=", 10)),
    ),
)

GEM = (
    Rule(
        "hidden_gem",
        "1 to 50 million downloads a month, fewer than 1,000 stars, released within two years, "
        "health of 60 or more",
        (
            Condition("downloads_last_month", ">=", VERY_HIGH),
            Condition("downloads_last_month", "<", EVERYWHERE),
            Condition("stars", ">=", 20),
            Condition("stars", "<", 1_000),
            _RELEASED_LATELY,
            Condition("health", ">=", 60),
            *NOT_ENDED,
        ),
    ),
)

FAVORITE = (
    Rule(
        "community_favorite",
        "5,000 stars, one standard deviation more than its downloads would explain, "
        "and 10,000 to 10 million downloads a month",
        (
            Condition("stars", ">=", 5_000),
            Condition("star_surplus", ">", 1.0),
            Condition("downloads_last_month", ">=", 10_000),
            Condition("downloads_last_month", "<", HUGE),
        ),
    ),
)

CATEGORY = Label(
    "category",
    "Category",
    "What its downloads and stars say of it together; the first that fits.",
    (
        Rule(
            "none",
            "flagged as a risk, so it is put in no category",
            (Condition("security_status", "in", FLAGGED),),
        ),
        *STANDARD,
        *INFRASTRUCTURE,
        *RISING,
        *GEM,
        *FAVORITE,
        Rule(
            "unknown",
            "its downloads are not known",
            (Condition("downloads_last_month", "unknown"),),
        ),
        Rule(
            "none",
            "its repository is not known, so downloads cannot be held against stars",
            (Condition("stars", "unknown"),),
        ),
        Rule("none", "the downloads and stars of no category fit it"),
    ),
)
