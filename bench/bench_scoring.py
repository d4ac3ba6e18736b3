"""Scoring all packages: seconds and memory, and how often the floor's time.

Floor: the same rows read once, the logarithm of downloads taken and one column of as many rows
made, eight times (once for each part of health), by polars alone in the same run.

Usage: bench_scoring.py [packages]
"""

import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from scorer.scoring import schema, score_packages

DAY = date(2026, 6, 30)
SEED = 7
PACKAGES = 886_000
"""Names on PyPI."""
WEEKS = 28
TOPICS = 4
RUNS = 3


def sample_inputs(packages: int) -> pl.DataFrame:
    """Make packages whose downloads fall off as on PyPI; three in five name a repository."""
    random = np.random.default_rng(SEED)
    rank = random.permutation(packages) + 1
    month = (5e8 * rank**-1.2).astype(np.int64)
    has_repository = random.random(packages) < 0.6
    counted = has_repository & (rank < packages * 0.25)
    columns = {
        "package_id": np.arange(packages, dtype=np.int32),
        "name": [f"package-{number}" for number in range(packages)],
        "downloads_last_month": month,
        "weeks": _weeks(random, month),
        **_pypi(random, packages),
        **_repository(random, packages, has_repository, counted),
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
    columns["last_push"] = _days_before(random.integers(0, 2_000, n)).zip_with(
        pl.Series(known), pl.repeat(None, n, dtype=pl.Date, eager=True)
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


def _choice(random: np.random.Generator, n: int, values: list[str | None]) -> pl.Series:
    return pl.Series(values).gather(random.integers(0, len(values), n))


def floor(inputs: pl.DataFrame) -> pl.DataFrame:
    """Do the least that any score of eight parts does."""
    return inputs.select(
        (pl.col("downloads_last_month") + k).log1p().alias(f"part_{k}") for k in range(8)
    )


def peak() -> float:
    """Give the process's largest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def best(work: Callable[[], object]) -> tuple[float, float]:
    """Run three times; give the least seconds on the clock and of the processors."""
    return min(_timed(work) for _ in range(RUNS))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processors


def main(packages: int = PACKAGES) -> None:
    """Print seconds, memory and the ratio to the floor."""
    inputs = sample_inputs(packages)
    least, least_work = best(lambda: floor(inputs))
    before = peak()
    taken, work = best(lambda: score_packages(inputs, DAY))
    print(f"scoring {packages:,} packages: {taken:.2f} s, {work:.2f} s of processors (at most 3 s)")
    print(f"floor {least:.2f} s, ratio {taken / least:.0f}, of processors {work / least_work:.0f}")
    print(
        f"memory {peak() - before:,.0f} MB above the inputs (at most 1,000), {peak():,.0f} in all"
    )
    print(f"records {_record_size(inputs):.0f} bytes a package")


def _record_size(inputs: pl.DataFrame) -> float:
    sizes = score_packages(inputs.head(100_000), DAY)["record"].bin.size()
    return sizes.sum() / len(sizes)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
