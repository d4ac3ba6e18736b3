"""A week of reading GitHub at full size against its played limits, printed and written down.

Plays the GitHub of a generated data set with the limits of the real one, lets the service's own
client, limits and reader work on a simulated clock, once with no ETag known, the worst week, and
once with half of the repositories unchanged, and writes what came of it with `--docs`.

Usage: python -m bench.github_week [--repositories N] [--deep N] [--tokens N] [--docs FILE]
"""

import argparse
import contextlib
import io
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from ingest_github import plan
from replay.child import playing
from replay.github.limits import LimitSettings
from sample_data.generate import generate, last_days

PACKAGES = 2_000
"""Of the data set whose repositories are read again and again."""
UNCHANGED = (0.0, 0.5)
"""Share of the repositories that answer 304, in each week that is carried out."""

PAGE = """# A week of GitHub

Written by `make week` on {day}; the numbers are what that command printed.

The service's own client, limits and reader ask a played GitHub over HTTP. Only time is not real:
waiting moves a simulated clock, which each request carries along, so that the played GitHub counts
by it {hourly:,} requests an hour and {per_minute} points a minute for each token, tells them in its
headers, and refuses what is over. An unchanged repository answers 304 to the ETag of its last
reading and costs no quota. Repositories: {names:,} of the sample data set, again and again.
"""


def main() -> None:
    """Carry the weeks out, print them, and write them down where asked to."""
    given = arguments()
    limits = LimitSettings()
    today = datetime.now(UTC).date()
    sections = []
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        generate(data, PACKAGES, last_days(today, 10), seed=1)
        names = len(plan.repositories_of(data))
        for unchanged in UNCHANGED:
            sections.append(week(given, unchanged, data))
            print(sections[-1], flush=True)
    if given.docs:
        head = PAGE.format(
            day=today, hourly=limits.hourly, per_minute=limits.per_minute, names=names
        )
        given.docs.write_text("\n".join([head, *sections]), encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repositories", type=int, default=400_000)
    parser.add_argument("--deep", type=int, default=20_000)
    parser.add_argument("--tokens", type=int, default=1)
    parser.add_argument("--docs", type=Path)
    return parser.parse_args()


def week(given: argparse.Namespace, unchanged: float, data: Path) -> str:
    """Carry one week out against a GitHub of its own, and give what was printed as a section."""
    printed = io.StringIO()
    began = time.perf_counter()
    with playing(data, ["github"]) as played, contextlib.redirect_stdout(printed):
        plan.main(
            [
                *("--repositories", str(given.repositories), "--deep", str(given.deep)),
                *("--tokens", str(given.tokens), "--unchanged", str(unchanged)),
                *("--github-url", played.addresses["github"], "--dataset", str(data)),
            ]
        )
    minutes = (time.perf_counter() - began) / 60
    known = f"{unchanged:.0%} of the repositories unchanged" if unchanged else "No ETag known"
    return f"## {known}\n\n```\n{printed.getvalue()}```\n\nCarried out in {minutes:.0f} minutes.\n"


if __name__ == "__main__":
    main()
