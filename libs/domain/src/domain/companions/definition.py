"""Every constant of companions, carriers and waves, and what a reader is told of them."""

from dataclasses import asdict, dataclass
from typing import Any

WINDOW_DAYS = 180
"""Newest days read."""
MOST_PACKAGES = 60_000
"""The most used packages that are compared; below them a day's count is mostly chance."""
LEAST_DAYS = 60
"""Days with a known change: with fewer, likeness by chance alone reaches a half."""
LEAST_DOWNLOADS = 300.0
"""Median downloads a day: below it the noise of counting (1 in sqrt(300), 6 %) hides likeness."""
LEAST_LIKENESS = 0.35
"""Likeness told: of 180 days, four standard deviations and a half of what chance gives."""
TOLD = 10
"""Companions of a package."""
CONSIDERED = 32
"""Nearest packages among which the companions are ordered."""

PSEUDO_SHARE = 0.01
"""Of a package's median day, added to each day: a day without downloads has a logarithm, and a
scaled copy of a series stays a scaled copy."""
MARKET_MOVE = 0.2
"""Natural logarithm: a day on which the market moves by so much more or less than is usual on that
weekday is left out; it is a holiday or an incident of the source."""
CUT = 1.5
"""Natural logarithm: a larger change of a day counts as that in the course of a month."""
BEND = 1.5
"""Times a package's usual change: where tanh begins to count larger ones for less."""
COURSE_DAYS = 29
"""Days of the centred mean from which the course of a month deviates."""


@dataclass(frozen=True)
class Closeness:
    """Weights by which the nearest packages are ordered, fitted to 231 pairs (decision 0258)."""

    likeness: float = 0.33
    """Of artanh(likeness of days)."""
    course: float = 2.6
    """Of the likeness of the course within a month."""
    level: float = -1.2
    """Of the distance of the levels, |ln|."""
    mutual: float = -0.8
    """Of ln(1 + place of this package among the other's nearest)."""
    weekend: float = 7.3
    """Of the other's weekend share above this one's, ln: what people install themselves."""
    crowd: float = -2.7
    """Of how much nearer the other is to third packages than to this one."""


CLOSENESS = Closeness()

CANDIDATES = 8
"""Dependents of a package held against each other as its carriers."""
LEAST_BOUND = 0.02
"""Share of a package's downloads that a dependent must be able to bring to be held against it."""
BLOCKS = 9
"""Stretches of days of which each is left out once, to tell how sure a share is (jackknife)."""
SPREADS = 2.0
"""Standard errors on each side of a share."""
BLUR = 0.15
"""Of a share, added below it: what pins and markers do to both series."""
FADED = 0.25
"""Of a share, added above it: what moves a carrier alone makes its share look smaller."""
SLACK = 0.02
"""Of a package's downloads, added on each side: what the noise of counting does to small shares."""
CACHES = 1.15
"""Times its own downloads that a package can bring: a copy in a cache is not downloaded, and caches
hold copies of one longer than of another. Real pairs of which one brings all of the other stand
between 0.9 and 1.1."""
EXPLAINS = 0.8
"""Share of what a carrier brings that its own carrier must bring to be named instead."""
CLIMBS = 4
"""Steps from a dependent to the package that is named for it."""
LEAST_SHARE = 0.05
"""Upper end of a carrier's share below which it is not told."""

RISE_DAYS = 28
"""Length of the two stretches whose means tell a rise; one such stretch lies between them."""
RISE = 0.1
"""Natural logarithm above the market: from there on a package rises."""
WAVE_LINK = 0.7
"""Likeness of two rising packages from which they are of one wave."""
WAVE_LINK_REQUIRED = 0.5
"""The same where one requires the other."""


@dataclass(frozen=True)
class Bounds:
    """What an operator may set."""

    days: int = LEAST_DAYS
    downloads: float = LEAST_DOWNLOADS
    packages: int = MOST_PACKAGES


STANDARD = Bounds()

LIKENESS = (
    "The change of ln(downloads) from day to day, less the market's median change of that day, "
    "less the package's own mean for that weekday, divided by 1.5 times the usual size of its "
    "changes (1.4826 times their median) and passed through tanh, so that one spike counts "
    "little. Likeness is the cosine of two packages' changes: 1 moves the same way every day, 0 "
    "has nothing in common."
)
ORDER = (
    "The nearest packages are ordered by likeness of days and of the course within a month, by how "
    "near their levels are, by whether the nearness is mutual, by the share of weekends, and "
    "behind those that are nearer to others."
)
CARRIED = (
    "Where a package requires this one, the changes of this one are explained by those of its "
    "dependents (least squares, no share below 0 nor above what the dependent's own downloads "
    "allow, together at most 1). Each range comes from leaving out a ninth of the days at a time, "
    "and is widened for caches, pinned versions and markers. Among packages that explain the same "
    "installs the highest is named. Without a requirement a package is only said to move with it."
)
OWN = (
    "Its own part is at least its downloads less those of all packages that require it (times "
    "1.15, for what lay in caches), which needs no statistics, and at most what the carriers' "
    "lower ends leave."
)
WAVES = (
    "Packages that have grown faster than the market within twelve weeks and move alike, each "
    "linked with another, are one wave; it has one place in lists of growth, that of the package "
    "that carries most of the others, else the most used."
)


def described(bounds: Bounds = STANDARD) -> dict[str, Any]:
    """Return the definition as JSON: words and constants."""
    return {
        "title": "Why it is downloaded",
        "meaning": "What moves like it, which packages bring it along, and what is its own.",
        "likeness": LIKENESS,
        "order": ORDER,
        "carriers": CARRIED,
        "own": OWN,
        "waves": WAVES,
        "window_days": WINDOW_DAYS,
        "least_days": bounds.days,
        "least_downloads": bounds.downloads,
        "packages": bounds.packages,
        "least_likeness": LEAST_LIKENESS,
        "companions": TOLD,
        "market_move": MARKET_MOVE,
        "closeness": asdict(CLOSENESS),
        "blocks": BLOCKS,
        "spreads": SPREADS,
        "blur": BLUR,
        "faded": FADED,
        "slack": SLACK,
        "caches": CACHES,
        "explains": EXPLAINS,
        "rise": RISE,
        "wave_link": WAVE_LINK,
        "wave_link_required": WAVE_LINK_REQUIRED,
        "silent": REASONS,
    }


REASONS = {
    "short": "fewer days with downloads than are needed to tell likeness from chance",
    "small": "too few downloads a day: the noise of counting hides what it moves with",
    "broken": "the source has broken its series: too few days can be compared",
    "beyond": "it is not among the most used packages, which alone are compared",
}
"""Why nothing is told of a package."""
