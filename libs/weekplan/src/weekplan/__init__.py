"""What a week of collecting costs: requests, hours, and what the week waits for."""

from dataclasses import dataclass
from typing import Protocol

HOURS_A_WEEK = 168.0

WITH_TOKEN = 5000
WITHOUT_TOKEN = 60
"""Requests an hour that GitHub's REST API grants each token, and an address without one."""

DEEP_REQUESTS = 11
"""REST requests that the deeper facts of one repository cost beside its document, at most: open
and closed pulls, closed issues, releases, three counts of commits, contributors on up to three
questions; one of GraphQL comes out of a quota of its own. Where bots alone made the newest hundred
commits and more, each page of them that is looked past comes on top."""

REQUESTS_A_PACKAGE = 2
"""Of PyPI: the JSON document and the Simple one."""

STATUS_RANK = 20_000
"""Packages up to this rank have their Simple page read every night; the others, once a week:
archiving changes neither serial nor document. Most answer 304, which takes as long as 200."""

DEEP_RANK = 20_000
"""Packages up to this rank get the facts of their repository that cost several requests."""


class Pace(Protocol):
    """How fast the sources are asked."""

    @property
    def pypi_concurrency(self) -> int:
        """Requests to PyPI under way at once."""

    @property
    def github_concurrency(self) -> int:
        """Requests to GitHub under way at once."""

    @property
    def github_requests_per_minute(self) -> int:
        """Requests a minute to GitHub with one token."""


@dataclass(frozen=True)
class Load:
    """What there is to read in a week."""

    packages: int
    repositories: int
    deep: int
    """Repositories, the most used ones, read with deeper facts."""
    changed: float
    """Share of packages that change in a day."""
    unchanged: float
    """Share of repositories that answer 304, which costs no quota."""
    latency: float
    """Seconds PyPI and GitHub take for an answer."""
    nightly: int = STATUS_RANK
    """Packages, the most used ones, whose status is read every night."""


@dataclass(frozen=True)
class Line:
    """One kind of reading."""

    what: str
    requests: int
    hours: float
    bound_by: str


def plan(load: Load, tokens: int, pace: Pace) -> list[Line]:
    """Return what each kind of reading costs in one week."""
    changed = int(load.packages * load.changed) * 7 * REQUESTS_A_PACKAGE
    return [
        _pypi("PyPI: the list of names, daily", 7, load, pace),
        _pypi("PyPI: packages that changed", changed, load, pace),
        _pypi("PyPI: every project's status", _statuses(load), load, pace),
        _github("GitHub: every repository", load.repositories, load, tokens, pace),
        _github("GitHub: deeper facts", load.deep * DEEP_REQUESTS, load, tokens, pace),
    ]


def _statuses(load: Load) -> int:
    """Return the Simple pages of a week: each once, the most used ones on six more nights."""
    return load.packages + 6 * min(load.packages, load.nightly)


def first_reading(load: Load, pace: Pace) -> Line:
    """Return what reading every package once costs, when the tables are empty."""
    requests = load.packages * REQUESTS_A_PACKAGE
    return _pypi("PyPI: all packages, the first time", requests, load, pace)


def bottleneck(lines: list[Line]) -> str:
    """Name what the week waits for longest; PyPI and GitHub are read side by side."""
    hours = {
        source: sum(line.hours for line in lines if line.what.startswith(source))
        for source in ("PyPI", "GitHub")
    }
    source = max(hours, key=lambda each: hours[each])
    longest = max(
        (each for each in lines if each.what.startswith(source)), key=lambda each: each.hours
    )
    verdict = "fits" if hours[source] <= HOURS_A_WEEK else "does not fit"
    share = hours[source] / HOURS_A_WEEK
    return (
        f"bottleneck: {source}, {longest.bound_by}; {hours[source]:.1f} of {HOURS_A_WEEK:.0f} hours"
        f" ({share:.0%}): the week {verdict}"
    )


def _pypi(what: str, requests: int, load: Load, pace: Pace) -> Line:
    rate = pace.pypi_concurrency / load.latency
    bound = f"{pace.pypi_concurrency} requests at once"
    return Line(what, requests, requests / rate / 3600, bound)


def _github(what: str, requests: int, load: Load, tokens: int, pace: Pace) -> Line:
    """Bound by the quota, by the minute's limit, or by how many are under way at once."""
    hourly = tokens * WITH_TOKEN if tokens else WITHOUT_TOKEN
    minute = max(tokens, 1) * pace.github_requests_per_minute
    paid = requests if what.endswith("facts") else int(requests * (1 - load.unchanged))
    times = {
        f"{hourly:,} requests an hour with {tokens} token{'s' * (tokens != 1)}": paid / hourly,
        f"{minute:,} requests a minute": requests / minute / 60,
        f"{pace.github_concurrency} requests at once": requests
        * load.latency
        / pace.github_concurrency
        / 3600,
    }
    bound = max(times, key=lambda each: times[each])
    return Line(what, requests, times[bound], bound)


def printed(lines: list[Line], first: Line) -> str:
    """Return the plan as a table."""
    rows = [
        f"{line.what:<36}{line.requests:>12,}{line.hours:>9.1f}  {line.bound_by}"
        for line in (*lines, first)
    ]
    head = f"{'':<36}{'requests':>12}{'hours':>9}  bound by"
    return "\n".join([head, *rows[:-1], bottleneck(lines), "", "and once:", rows[-1]])
