"""What a week of collecting costs: `python -m ingest_github.plan`.

Prints requests, hours and the bottleneck; with `--github-url` and `--dataset` it then carries out
that week, or a share of it, against a played GitHub on a clock of its own.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest_github.github_limits import WITH_TOKEN, WITHOUT_TOKEN
from ingest_github.settings import Settings
from ingest_github.simulated_week import Week, repositories_of, simulate, told

HOURS_A_WEEK = 168.0

DEEP_REQUESTS = 11
"""REST requests that the deeper facts of one repository cost beside its document, at most: open
and closed pulls, closed issues, releases, three counts of commits, contributors on up to three
questions; one of GraphQL comes out of a quota of its own."""


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


@dataclass(frozen=True)
class Line:
    """One kind of reading."""

    what: str
    requests: int
    hours: float
    bound_by: str


def plan(load: Load, tokens: int, settings: Settings) -> list[Line]:
    """Give what each kind of reading costs in one week."""
    week = [
        _pypi("PyPI: the list of names, daily", 7, load, settings),
        _pypi(
            "PyPI: packages that changed", int(load.packages * load.changed) * 7 * 2, load, settings
        ),
        _github("GitHub: every repository", load.repositories, load, tokens, settings),
        _github("GitHub: deeper facts", load.deep * DEEP_REQUESTS, load, tokens, settings),
    ]
    return week


def first_reading(load: Load, settings: Settings) -> Line:
    """Give what reading every package once costs, when the tables are empty."""
    return _pypi("PyPI: all packages, the first time", load.packages * 2, load, settings)


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


def _pypi(what: str, requests: int, load: Load, settings: Settings) -> Line:
    rate = settings.pypi_concurrency / load.latency
    bound = f"{settings.pypi_concurrency} requests at once"
    return Line(what, requests, requests / rate / 3600, bound)


def _github(what: str, requests: int, load: Load, tokens: int, settings: Settings) -> Line:
    """Bound by the quota, by the minute's limit, or by how many are under way at once."""
    hourly = tokens * WITH_TOKEN if tokens else WITHOUT_TOKEN
    minute = max(tokens, 1) * settings.github_requests_per_minute
    paid = requests if what.endswith("facts") else int(requests * (1 - load.unchanged))
    times = {
        f"{hourly:,} requests an hour with {tokens} token{'s' * (tokens != 1)}": paid / hourly,
        f"{minute:,} requests a minute": requests / minute / 60,
        f"{settings.github_concurrency} requests at once": requests
        * load.latency
        / settings.github_concurrency
        / 3600,
    }
    bound = max(times, key=lambda each: times[each])
    return Line(what, requests, times[bound], bound)


def printed(lines: list[Line], first: Line) -> str:
    """Give the plan as a table."""
    rows = [
        f"{line.what:<36}{line.requests:>12,}{line.hours:>9.1f}  {line.bound_by}"
        for line in (*lines, first)
    ]
    head = f"{'':<36}{'requests':>12}{'hours':>9}  bound by"
    return "\n".join([head, *rows[:-1], bottleneck(lines), "", "and once:", rows[-1]])


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=int, default=886_000)
    parser.add_argument("--repositories", type=int, default=400_000)
    parser.add_argument("--tokens", type=int, default=1)
    parser.add_argument("--deep", type=int, default=20_000, help="repositories with deeper facts")
    parser.add_argument("--changed", type=float, default=0.02, help="share of packages a day")
    parser.add_argument("--unchanged", type=float, default=0.0, help="share answering 304")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds an answer takes")
    parser.add_argument("--github-url", help="a played GitHub to carry the week out against")
    parser.add_argument("--dataset", type=Path, help="data set folder that is played there")
    parser.add_argument("--share", type=float, default=1.0, help="share of the week carried out")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Print the plan, and the simulated week where a played GitHub is given."""
    given = arguments(words)
    load = Load(
        packages=given.packages,
        repositories=given.repositories,
        deep=given.deep,
        changed=given.changed,
        unchanged=given.unchanged,
        latency=given.latency,
    )
    settings = Settings()
    print(printed(plan(load, given.tokens, settings), first_reading(load, settings)))
    if given.github_url and given.dataset:
        week = Week(
            repositories=int(load.repositories * given.share),
            deep=int(load.deep * given.share),
            tokens=given.tokens,
            latency=load.latency,
            unchanged=load.unchanged,
        )
        names = repositories_of(given.dataset)
        outcomes = asyncio.run(simulate(week, names, given.github_url, settings))
        print("\n" + told(outcomes, week, HOURS_A_WEEK * given.share))


if __name__ == "__main__":
    main()
