"""What one of each costs, as it was measured, with what measures it: the one place that says so."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A measured cost."""

    what: str
    value: float
    unit: str
    by: str
    """Command or test that measures it."""


UNITS = {
    "night": Unit("a night of downloads, the whole", 37.5, "s", "make scale (its bound)"),
    "memory": Unit("largest service during it", 700, "MB", "make scale (its bound)"),
    "kept": Unit(
        "what scoring keeps until all are ranked", 177, "bytes a package",
        "make scale (between 100,000 and 886,000 packages)",
    ),
    "growth": Unit("factor of a night for a doubling", 2.2, "", "make scale (its bound)"),
    "history": Unit(
        "history, all tables and indexes", 7.8, "bytes a package-day",
        "tests/realdata/test_download_sums.py",
    ),
    "read_model": Unit("read model", 1_384, "bytes a package", "python -m bench.bench_sizes"),
    "facts": Unit("facts and scores", 3_310, "bytes a package", "python -m bench.bench_sizes"),
    "labels": Unit(
        "counts by label, a month", 1_005, "bytes a package", "python -m bench.bench_sizes"
    ),
    "message": Unit(
        "a night's counts and labels on the bus", 1_911, "bytes a package",
        "python -m bench.bench_sizes",
    ),
    "page": Unit("an answer, compressed", 1_033, "bytes", "python -m bench.bench_sizes"),
    "hot": Unit(
        "a hot answer, processor of the api", 36, "µs", "python -m bench.bench_api 20000"
    ),
    "made": Unit(
        "an answer no cache had, processor of api and PostgreSQL", 5.4, "ms",
        "python -m bench.bench_api 20000 (its 99th percentile)",
    ),
}  # fmt: skip
"""Measured on two cores of a server's processor; a better machine moves all of them together."""
