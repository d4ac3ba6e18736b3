"""Scoring all packages as the service does: part by part, then all placed.

Prints seconds of the clock and of the processors, memory with all that is held, and the ratio to
the floor: of the same parts, the logarithm of downloads taken into eight columns (one for each part
of health) by polars alone, in the same run. Making the parts is not counted.

Usage: bench_scoring.py [packages]
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from scorer.read_model.scores import needed
from scorer.scoring import judge, observe_market, place, schema

DAY = date(2026, 6, 30)
SEED = 7
PACKAGES = 886_000
"""Names on PyPI."""
PART = 25_000
"""Packages judged at once, about as many as the service takes."""
WEEKS = 28
TOPICS = 4
BUSY = pl.col("weeks").list.max() >= 250
"""Who tells the market."""


def sample_parts(packages: int) -> Iterator[pl.DataFrame]:
    """Make packages, part by part, whose downloads fall off as on PyPI."""
    random = np.random.default_rng(SEED)
    ranks = random.permutation(packages) + 1
    for first in range(0, packages, PART):
        yield sample_inputs(random, first, ranks[first : first + PART], packages)


def sample_inputs(
    random: np.random.Generator, first: int, rank: np.ndarray, packages: int
) -> pl.DataFrame:
    """Make packages of these ranks; three in five name a repository."""
    n = len(rank)
    month = (5e8 * rank**-1.2).astype(np.int64)
    has_repository = random.random(n) < 0.6
    counted = has_repository & (rank < packages * 0.25)
    columns = {
        "package_id": np.arange(first, first + n, dtype=np.int32),
        "name": [f"package-{number}" for number in range(first, first + n)],
        "downloads_last_month": month,
        "weeks": _weeks(random, month),
        **_pypi(random, n),
        **_repository(random, n, has_repository, counted),
    }
    frame = pl.DataFrame(columns)
    return frame.with_columns(
        pl.col(name).cast(dtype) for name, dtype in schema().items() if name in frame.columns
    )


def _weeks(random: np.random.Generator, month: np.ndarray) -> pl.Series:
    noise = random.lognormal(0.0, 0.2, (len(month), WEEKS))
    counts = pl.Series((month[:, None] / 4.3 * noise).astype(np.int64))
    return counts.arr.to_list()


def _pypi(random: np.random.Generator, n: int) -> dict[str, pl.Series]:
    released = random.integers(0, 3_000, n)
    return {
        "released": _days_before(released),
        "first_release": _days_before(released + random.integers(0, 2_000, n)),
        "release_count": pl.Series(random.integers(1, 80, n)),
        "releases_last_year": pl.Series(random.integers(0, 15, n)),
        "minimum_python": _choice(random, n, ["3.8", "3.9", "3.10", "2.7", None]),
        "requires_python": _choice(random, n, [">=3.8", None]),
        "license_class": _choice(random, n, ["permissive", "strong_copyleft", "unknown"]),
        "project_status": _choice(random, n, ["active"] * 19 + ["archived"]),
        "security_status": _choice(random, n, ["clean"] * 19 + ["vulnerable"]),
        "worst_severity": _choice(random, n, ["high", "low", None]),
        "owner_count": pl.Series(random.integers(1, 5, n)),
        "sole_maintainer": pl.Series(random.random(n) < 0.6),
        "dependents": pl.Series(random.zipf(1.8, n).clip(max=1_000_000) - 1),
    }


def _repository(
    random: np.random.Generator, n: int, known: np.ndarray, counted: np.ndarray
) -> dict[str, pl.Series]:
    plain = {"repository_id": n, "stars": 20_000, "forks": 3_000, "open_issues": 300}
    deep = {
        "closed_issues": 3_000,
        "contributors": 200,
        "half_of_commits_by": 6,
        "commits_last_year": 900,
        "commits_last_90_days": 200,
        "commits_since_release": 90,
        "merged_pulls_last_year": 300,
        "discussions": 90,
        "watchers": 300,
    }
    columns = {
        name: _where(random.integers(0, top, n), known if name in plain else counted)
        for name, top in (plain | deep).items()
    }
    topics = pl.Series(random.zipf(1.3, (n, TOPICS)).clip(max=5_000)).cast(pl.Array(str, TOPICS))
    columns["topics"] = topics.arr.to_list().zip_with(
        pl.Series(counted), pl.repeat(None, n, dtype=pl.List(pl.String), eager=True)
    )
    pushed = _days_before(random.integers(0, 2_000, n))
    for name, told in (("last_push", known), ("last_commit", counted)):
        columns[name] = pushed.zip_with(
            pl.Series(told), pl.repeat(None, n, dtype=pl.Date, eager=True)
        )
    return columns


def _where(values: np.ndarray, known: np.ndarray) -> pl.Series:
    series = pl.Series(values)
    return series.zip_with(
        pl.Series(known), pl.repeat(None, len(series), dtype=pl.Int64, eager=True)
    )


def _days_before(days: np.ndarray) -> pl.Series:
    epoch = (DAY - date(1970, 1, 1)) // timedelta(days=1)
    return pl.Series((epoch - days).astype(np.int32)).cast(pl.Date)


def _choice(random: np.random.Generator, n: int, values: Sequence[str | None]) -> pl.Series:
    return pl.Series(values).gather(random.integers(0, len(values), n))


def floor(inputs: pl.DataFrame) -> pl.DataFrame:
    """Do the least that any score of eight parts does."""
    return inputs.select(
        (pl.col("downloads_last_month") + k).log1p().alias(f"part_{k}") for k in range(8)
    )


def peak() -> float:
    """Return the process's largest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """Seconds spent in work, of the clock and of the processors."""

    def __init__(self) -> None:
        self.clock = self.processors = 0.0

    def time(self, work: Callable[..., Any], *given: object) -> Any:
        """Do it and count the seconds."""
        clock, processors = time.perf_counter(), time.process_time()
        done = work(*given)
        self.clock += time.perf_counter() - clock
        self.processors += time.process_time() - processors
        return done


def main(packages: int = PACKAGES) -> None:
    """Print seconds, memory and the ratio to the floor."""
    scoring, least = Watch(), Watch()
    busy = pl.concat(part.filter(BUSY).select("weeks") for part in sample_parts(packages))
    market = scoring.time(observe_market, busy)
    parts = []
    for part in sample_parts(packages):
        least.time(floor, part)
        parts.append(scoring.time(lambda rows: needed(judge(rows, DAY, market)), part))
    placed = scoring.time(place, pl.concat(parts))
    size = sum(
        scoring.time(placed.rows, first, PART)["record"].bin.size().sum()
        for first in range(0, packages, PART)
    )
    print(f"packages {packages:,}, a record {size / packages:.0f} bytes")
    print(f"scores {scoring.clock:.2f} s (at most 3), of processors {scoring.processors:.2f}")
    print(f"floor {least.clock:.2f} s, of processors {least.processors:.2f}")
    print(
        f"ratio to the floor {scoring.clock / least.clock:.0f}, "
        f"of processors {scoring.processors / least.processors:.0f}"
    )
    print(f"memory {peak():,.0f} MB in all (at most 1,000)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
