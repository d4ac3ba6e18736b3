"""The parameters of requests, described once."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query

MOST_LISTED = 100
"""Most entries on one page of a list."""
MOST_DAYS = 1830
"""Days of one breakdown: five years."""
LABEL = 60
"""Letters a label's value may have."""


def _label(description: str, example: str) -> Any:
    return Query(description=description, examples=[example], max_length=LABEL)


Name = Annotated[
    str,
    Path(
        description="A package's name in any spelling; answers carry its canonical form (PEP 503).",
        examples=["requests"],
        max_length=400,
    ),
]
Sorted = Annotated[
    Literal["downloads", "stars", "momentum", "health", "dependents"],
    Query(description="What the list is ordered by."),
]
Order = Annotated[
    Literal["desc", "asc"],
    Query(description="Highest first, or lowest first; what is not known is last."),
]
Category = Annotated[str | None, _label("What downloads and stars say together.", "hidden gem")]
Maintenance = Annotated[str | None, _label("When the last sign of work was.", "active")]
License = Annotated[str | None, _label("Class of the licence.", "permissive")]
Python = Annotated[str | None, _label("Support of living Python versions.", "current")]
Topic = Annotated[str | None, _label("One topic of the repository.", "http")]
Cadence = Annotated[str | None, _label("How often it is released.", "regular")]
MinDownloads = Annotated[
    int | None,
    Query(description="Least downloads of 30 days without mirrors.", ge=0, le=2**62),
]
MinStars = Annotated[
    int | None, Query(description="Least stars of its repository.", ge=0, le=2**62)
]
PartOfName = Annotated[str | None, Query(description="A part of the name.", max_length=100)]
Limit = Annotated[int, Query(description="Entries on one page.", ge=1, le=MOST_LISTED)]
Cursor = Annotated[
    str | None, Query(description="`next` of the page before, as it was given.", max_length=600)
]
From = Annotated[
    date | None, Query(alias="from", description="First day, UTC.", examples=["2026-01-01"])
]
To = Annotated[
    date | None, Query(alias="to", description="Last day, UTC.", examples=["2026-06-30"])
]
StartDate = Annotated[
    date | None, Query(description="First day, UTC; 180 days ago.", examples=["2026-01-01"])
]
EndDate = Annotated[
    date | None, Query(description="Last day, UTC; the newest.", examples=["2026-06-30"])
]
Since = Annotated[
    date | None, Query(description="Published on this day or later, UTC.", examples=["2026-01-01"])
]
OfPackage = Annotated[
    str | None,
    Query(
        description="Only what names this package, also one that PyPI no longer has.",
        max_length=400,
        examples=["requests"],
    ),
]
Series = Annotated[
    Literal["all", "without_mirrors", "both"],
    Query(description="With mirrors (all), without them, or both."),
]
Granularity = Annotated[
    Literal["day", "week", "month"], Query(description="One point a day, week or month.")
]
Dimension = Annotated[
    Literal[
        "python",
        "system",
        "installer",
        "country",
        "version",
        "file_type",
        "installer_version",
        "ci",
    ],
    Path(description="What downloads are broken down by."),
]
Grouped = Annotated[
    Literal["major"] | None,
    Query(description="Of versions: those of one first number together (2.x)."),
]
Drawn = Annotated[int, Query(description="Labels that get a series of their own.", ge=0, le=20)]
Days = Annotated[int, Query(description="Days up to the newest one.", ge=1, le=MOST_DAYS)]
Typed = Annotated[
    str,
    Query(
        description="What people type: a name, its beginning, a misspelling, words.",
        min_length=1,
        max_length=100,
        examples=["tensrflow"],
    ),
]
Names = Annotated[
    str,
    Query(
        description="Up to ten names, separated by commas.",
        min_length=1,
        max_length=2500,
        examples=["flask,django,fastapi"],
    ),
]
Many = Annotated[
    str | None,
    Query(
        description="Only these packages, in this order: up to 100 names, separated by commas; "
        "no other parameter goes with them.",
        max_length=6000,
        examples=["flask,django,fastapi"],
    ),
]
ListName = Annotated[
    str,
    Path(
        description="Name of the list, see /api/insights.",
        max_length=LABEL,
        examples=["hidden_gem"],
    ),
]
Kind = Annotated[
    str | None,
    Query(description="vulnerable or malicious.", examples=["vulnerable"], max_length=30),
]
Severity = Annotated[
    str | None,
    Query(description="critical, high, medium, low.", examples=["critical"], max_length=30),
]
Metric = Annotated[
    Literal[
        "downloads",
        "month",
        "week",
        "day",
        "total",
        "version",
        "license",
        "maintenance",
        "category",
        "python",
        "rank",
        "health",
        "stars",
        "dependents",
        "security",
    ],
    Path(description="What the badge says; downloads is the last 30 days without mirrors."),
]
BadgeLabel = Annotated[
    str | None, Query(description="Words on the left; the metric's own.", max_length=60)
]
BadgeColor = Annotated[
    str | None,
    Query(
        description="Colour on the right, by name or hexadecimal; the metric's own.",
        examples=["blue", "1f6feb"],
        max_length=20,
    ),
]
FeedName = Annotated[
    Literal["rising", "advisories", "at-risk"], Path(description="What the feed follows.")
]
ExportForm = Annotated[Literal["csv", "json", "parquet"], Path(description="json: one a line.")]
Period = Annotated[
    str | None, Query(description="day, week or month; all three.", max_length=20, examples=["day"])
]
Mirrors = Annotated[
    str | None,
    Query(description="true: with, false: without; both.", max_length=20, examples=["false"]),
]
Version = Annotated[
    str | None, Query(description="This version alone.", max_length=40, examples=["3"])
]
System = Annotated[
    str | None,
    Query(
        description="windows, linux, darwin, other or null alone.",
        max_length=40,
        examples=["linux"],
    ),
]
