"""Judging all names: seconds on one core, milliseconds a name, and how often the floor's time.

Floor: each name's spellings with one letter dropped, looked up in one set, in the same run.

Usage: bench_lookalikes.py [names] [names.txt or names.txt.gz] [ranked.tsv]
Without files the names are made up: words put together, and one in twenty misspelt.
"""

import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from security_scan.lookalike.judge import POPULAR, USED_ENOUGH, Judge
from security_scan.lookalike.lists import lines, ranked

NAMES = 886_000
"""Names on PyPI."""
SEED = 7
SLOWEST = 0.999
"""Quantile that is printed as the slow case."""


def made_up(count: int) -> tuple[list[str], dict[str, int]]:
    """Return names of one to three words, and the ranks of the first of them."""
    dice = random.Random(SEED)
    syllables = [a + b + c for a in "bcdfglmnprst" for b in "aeiou" for c in ("", "n", "r", "x")]
    words = ["".join(dice.choices(syllables, k=dice.randint(2, 3))) for _ in range(20_000)]
    found: dict[str, None] = {}
    while len(found) < count:
        name = "-".join(dice.choices(words, k=dice.choice((1, 2, 2, 3))))
        at = dice.randrange(1, len(name))
        found[name[:at] + name[at + 1 :] if dice.random() < 0.05 else name] = None
    names = list(found)
    return names, {name: rank for rank, name in enumerate(names[:USED_ENOUGH], 1)}


def floor(names: Sequence[str], popular: Sequence[str]) -> int:
    """Do the least that finding names one letter apart takes."""
    known = {name[:at] + name[at + 1 :] for name in popular for at in range(len(name))}
    found = 0
    for name in names:
        for at in range(len(name)):
            found += name[:at] + name[at + 1 :] in known
    return found


def main() -> None:
    """Print seconds, milliseconds, memory and the ratio to the floor."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else NAMES
    if len(sys.argv) > 3:
        names, ranks = list(lines(Path(sys.argv[2])))[:count], ranked(Path(sys.argv[3]))
    else:
        names, ranks = made_up(count)
    popular = [name for name, rank in ranks.items() if rank <= POPULAR]
    least = _seconds(lambda: floor(names, popular))
    judge = Judge(popular)
    flagged = 0
    times = []

    def judge_all() -> None:
        nonlocal flagged
        for name in names:
            begun = time.thread_time()
            flagged += judge.close(name, ranks.get(name)) is not None
            times.append(time.thread_time() - begun)

    taken = _seconds(judge_all)
    times.sort()
    print(f"names {len(names):,}, popular {len(popular):,}, flagged {flagged:,}")
    print(
        f"floor {least:.2f} s, judged {taken:.2f} s of one core, ratio to floor {taken / least:.1f}"
    )
    print(
        f"a name {1000 * taken / len(names):.4f} ms, "
        f"{SLOWEST:.1%} below {1000 * times[int(SLOWEST * len(times))]:.3f} ms"
    )
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _seconds(work: Callable[[], object]) -> float:
    """Return the processor time, so that a busy machine does not count."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
