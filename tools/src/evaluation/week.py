"""What a week of collecting costs: `python -m evaluation.week`.

Prints requests, hours and the bottleneck; with `--github-url` and `--dataset` it then carries out
that week, or a share of it, against a played GitHub on a clock of its own.
"""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from evaluation.simulated_week import Week, repositories_of, simulate, told
from ingest_github.settings import Settings
from weekplan import DEEP_RANK, HOURS_A_WEEK, Load, first_reading, plan, printed


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", type=int, default=886_000)
    parser.add_argument("--repositories", type=int, default=400_000)
    parser.add_argument("--tokens", type=int, default=1)
    parser.add_argument("--deep", type=int, default=DEEP_RANK, help="repositories read deeper")
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
