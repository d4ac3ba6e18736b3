"""Companions of all packages: seconds and memory beside the plainest numpy of the same.

The plainest: ln, change, market, weekday, cut, length 1, blocks of rows, argpartition; it orders by
likeness alone. Each runs in a process of its own, so that the memory is its own.

Usage: bench_companions.py [packages] [days]
"""

import resource
import subprocess
import sys
import time

import numpy as np
import numpy.typing as npt

from domain.companions import Series
from domain.companions.nearest import companions

PACKAGES, DAYS, TOLD = 60_000, 180, 10
GROUPS = 300
"""Causes that the made packages share, each more or less."""
ROWS = 1_000
MEGABYTE = 1024
Counts = npt.NDArray[np.float32]


def made(packages: int, days: int) -> Counts:
    """Return counts of packages that share causes."""
    rng = np.random.default_rng(7)
    cause = rng.normal(0, 0.08, (GROUPS, days))
    counts = np.empty((packages, days), dtype=np.float32)
    for start in range(0, packages, ROWS):
        part = counts[start : start + ROWS]
        size = (len(part), 1)
        shared = cause[rng.integers(0, GROUPS, len(part))] * rng.random(size)
        level = np.exp(rng.normal(8, 1, size))
        part[:] = level * np.exp(shared + rng.normal(0, 0.08, part.shape))
    return counts


def plain(counts: Counts) -> None:
    """Do the same as plainly as can be."""
    changes = np.diff(np.log(counts + 1), axis=1)
    changes -= np.median(changes, axis=0)
    weekdays = np.arange(1, counts.shape[1]) % 7
    for day in range(7):
        here = weekdays == day
        changes[:, here] -= changes[:, here].mean(axis=1, keepdims=True)
    changes = np.clip(changes, -1.5, 1.5)
    changes /= np.linalg.norm(changes, axis=1, keepdims=True)
    for start in range(0, len(changes), ROWS):
        block = changes[start : start + ROWS] @ changes.T
        nearest = np.argpartition(-block, TOLD, axis=1)[:, : TOLD + 1]
        likeness = np.take_along_axis(block, nearest, axis=1)
        np.take_along_axis(nearest, np.argsort(-likeness, axis=1), axis=1)


def ours(counts: Counts) -> None:
    """Do it as the service does."""
    companions(Series.of(counts, 0))


def measured(which: str, packages: int, days: int) -> tuple[float, float, float]:
    """Return seconds, seconds of processors, and megabytes at the most, in a process of its own."""
    asked = [sys.executable, "-m", "bench.bench_companions", which, str(packages), str(days)]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1]), float(told[2])


def run(which: str, packages: int, days: int) -> None:
    """Run one of both and print what it took."""
    counts = made(packages, days)
    begun, busy = time.perf_counter(), time.process_time()
    (plain if which == "plain" else ours)(counts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    print(time.perf_counter() - begun, time.process_time() - busy, peak)


def main() -> None:
    """Print both and their ratios."""
    if len(sys.argv) > 1 and sys.argv[1] in ("plain", "ours"):
        run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
        return
    given = [int(each) for each in sys.argv[1:]]
    packages, days = [*given, *(PACKAGES, DAYS)[len(given) :]]
    mine, least = (measured(which, packages, days) for which in ("ours", "plain"))
    print(f"packages {packages:,}, days {days}, companions of each {TOLD}")
    for name, (took, busy, peak) in (("ours", mine), ("plainest numpy", least)):
        print(f"{name} {took:.1f} s, {busy:.1f} s of processors, {peak:,.0f} MB")
    print(f"ratio of processors {mine[1] / least[1]:.2f}, of memory {mine[2] / least[2]:.2f}")


if __name__ == "__main__":
    main()
