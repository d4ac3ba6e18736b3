"""A week of reading GitHub against its played limits, printed and written down.

Plays the GitHub of a generated data set with the limits of the real one, and lets the service's own
client, limits and reader work on a simulated clock, each week in a process of its own: a whole one
with no ETag known, which is the worst, one with a tenth of the repositories and of the quota, and
one with a fiftieth of both and half of the repositories unchanged. `--docs` writes down what was
printed, in the place of what an earlier run said of the same week.

Usage: python -m bench.github_week [--weeks whole tenth unchanged] [--minutes N] [--docs FILE]
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from evaluation.simulated_week import Week, repositories_of, simulate, told
from ingest_github.settings import Settings
from sample_data.generate import generate, last_days
from simulators.child import playing
from simulators.github.limits import LimitSettings

PACKAGES = 2_000
"""Of the data set whose repositories are read again and again."""
HOURS = 168
LATENCY = 0.2
"""Seconds an answer takes."""

PAGE = """# A week of GitHub

Written by `python -m bench.github_week --docs docs/github-week.md` on {day}; the numbers are what
that command printed.

The service's own client, limits and reader ask a played GitHub over HTTP. Only time is not real:
waiting moves a simulated clock, which each request carries along, so that the played GitHub counts
by it the requests of each token's hour and minute, tells them in its headers, and refuses what is
over. An unchanged repository answers 304 to the ETag of its last reading and costs no quota.
The repositories are {names:,} of the sample data set, again and again. A week that
is not done within `--minutes` says how far it came.

The plan, by `python -m evaluation.week`:

```
{plan}```
"""


@dataclass(frozen=True)
class Size:
    """One week: its part of the repositories and of the quota, and the share unchanged."""

    part: float
    unchanged: float

    @property
    def limits(self) -> LimitSettings:
        """What the played GitHub grants a token."""
        whole = LimitSettings()
        return LimitSettings(int(whole.hourly * self.part), int(whole.per_minute * self.part))


WEEKS = {"whole": Size(1, 0.0), "tenth": Size(0.1, 0.0), "unchanged": Size(0.02, 0.5)}


def main() -> None:
    """Carry the weeks out, print them, and write them down where asked to."""
    given = arguments()
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as processes:
        data = Path(folder)
        generate(data, PACKAGES, last_days(today, 10), seed=1)
        names = len(repositories_of(data))
        planned = subprocess.run(
            [sys.executable, "-m", "evaluation.week"], capture_output=True, text=True, check=True
        )
        head = PAGE.format(day=today, names=names, plan=planned.stdout)
        sections = []
        for section in processes.map(partial(week, given, data), map(WEEKS.get, given.weeks)):
            sections.append(section)
            print(section, flush=True)
    if given.docs:
        write(given.docs, head, sections)


def write(docs: Path, head: str, sections: list[str]) -> None:
    """Write the page; weeks that were not carried out this time stay as they were told."""
    before = docs.read_text(encoding="utf-8").split("\n## ")[1:] if docs.exists() else []
    told = {each.partition("\n")[0]: f"## {each.strip()}\n" for each in before}
    told |= {each.partition("\n")[0].removeprefix("## "): each for each in sections}
    docs.write_text("\n".join([head, *told.values()]), encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repositories", type=int, default=400_000)
    parser.add_argument("--deep", type=int, default=20_000)
    parser.add_argument("--weeks", nargs="+", choices=WEEKS, default=list(WEEKS))
    parser.add_argument("--minutes", type=float, default=600, help="real ones a week may take")
    parser.add_argument("--docs", type=Path)
    return parser.parse_args()


def week(given: argparse.Namespace, data: Path, size: Size) -> str:
    """Carry one week out against a GitHub of its own, and give a section that tells of it."""
    # httpcore looks for this package along the whole path on each request, if it is not there.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
    limits = size.limits
    asked = Week(
        repositories=int(given.repositories * size.part),
        deep=int(given.deep * size.part),
        tokens=1,
        latency=LATENCY / size.part,
        unchanged=size.unchanged,
    )
    settings = Settings()
    slower = int(settings.github_requests_per_minute * size.part)
    settings = settings.model_copy(update={"github_requests_per_minute": slower})
    options = ["--github-hourly", str(limits.hourly), "--github-per-minute", str(limits.per_minute)]
    began = time.perf_counter()
    with playing(data, ["github"], options) as played:
        address = played.addresses["github"]
        outcomes = asyncio.run(
            simulate(asked, repositories_of(data), address, settings, given.minutes * 60)
        )
    minutes = (time.perf_counter() - began) / 60
    known = f"{size.unchanged:.0%} unchanged" if size.unchanged else "no ETag known"
    return (
        f"## {limits.hourly:,} requests an hour, {limits.per_minute} points a minute, {known}\n\n"
        f"```\n{told(outcomes, asked, HOURS)}\n```\n\nCarried out in {minutes:.0f} minutes.\n"
    )


if __name__ == "__main__":
    main()
