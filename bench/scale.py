"""A whole night of downloads at full size, beside its floor, in one run.

The night: ClickHouse is asked, messages cross the bus, batches wait for the gates, history is
merged, every package is scored, the read model is built and swapped, the cache is warmed.
The floor: the same query, the same rows, scores and final tables, in one process without a bus.

Usage: python -m bench.scale [--packages 100000 200000] [--docs docs/scale-night.md]
"""

import argparse
import asyncio
import math
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.scale_floor import floor
from bench.scale_night import night, write_night
from bench.scale_watch import Clock, Memory, watched

from devstack.background import in_background
from devstack.stack import stack_in

SERVICES = ("scorer", "ingest-downloads", "api", "cache-warmer")
RATIO_BOUND = 1.5
"""Most a night may take of its floor."""
MEMORY_BOUND = 700
"""MB that no service may exceed."""
GROWTH_BOUND = 2.2
"""Most a night may grow when packages double."""


@dataclass(frozen=True)
class Measured:
    """One size: the night, its floor, and the memory during the night."""

    packages: int
    night: Clock
    floor: Clock
    memory: Memory

    @property
    def ratio(self) -> float:
        """The night's seconds by its floor's."""
        return self.night.whole / self.floor.whole

    @property
    def largest(self) -> float:
        """Peak memory of the service that held most, in MB."""
        return max(map(self.memory.peak, SERVICES))


def measure(packages: int) -> Measured:
    """Run one night and its floor on a stack of their own."""
    with tempfile.TemporaryDirectory(prefix="pypi-stats-scale-") as folder:
        dataset = write_night(packages, Path(folder) / "dataset")
        stack = stack_in(Path(folder) / "state", dataset=dataset, services=SERVICES)
        with in_background(stack):
            with watched(stack) as memory:
                nightly = asyncio.run(night(stack))
            lowest = asyncio.run(floor(stack))
    return Measured(packages, nightly, lowest, memory)


def details(measured: Measured) -> str:
    """Return the stages of one size as Markdown."""
    memory, services = measured.memory, " | ".join(SERVICES)
    lines = [
        f"## {measured.packages:,} packages",
        "",
        f"| stage | seconds | {services} |",
        f"|---|---|{'---|' * len(SERVICES)}",
    ]
    for stage in measured.night.stages:
        held = " | ".join(f"{memory.peak(service, stage):.0f}" for service in SERVICES)
        lines.append(f"| {stage.name} | {stage.seconds:.1f} | {held} |")
    held = " | ".join(f"**{memory.peak(service):.0f}**" for service in SERVICES)
    lines.append(f"| **night** | **{measured.night.whole:.1f}** | {held} |")
    blank = " |" * len(SERVICES)
    lines += [
        f"| floor: {each.name} | {each.seconds:.1f} |{blank}" for each in measured.floor.stages
    ]
    lines.append(f"| **floor** | **{measured.floor.whole:.1f}** |{blank}")
    return "\n".join([*lines, "", f"Night / floor: **{measured.ratio:.2f}**", ""])


def ratios(sizes: list[Measured]) -> str:
    """Return all sizes in one table: the night beside its floor, and beside half the packages."""
    lines = [
        "| packages | night, s | floor, s | night / floor | largest service, MB | growth |",
        "|---|---|---|---|---|---|",
    ]
    before: Measured | None = None
    for each in sizes:
        growth = f"{_growth(before, each):.2f}" if before else ""
        lines.append(
            f"| {each.packages:,} | {each.night.whole:.1f} | {each.floor.whole:.1f} "
            f"| **{each.ratio:.2f}** | {each.largest:.0f} | {growth} |"
        )
        before = each
    return "\n".join([*lines, ""])


def _growth(smaller: Measured, larger: Measured) -> float:
    """What doubling the packages multiplies the night by, between two sizes."""
    doublings = math.log2(larger.packages / smaller.packages)
    return float((larger.night.whole / smaller.night.whole) ** (1 / doublings))


PAGE = """# A whole night at full size

Made by `make scale PACKAGES="{sizes}"` on {day}, on two cores. {meaning}

Bounds: night / floor at most {ratio}; no service above {memory} MB; growth, which is what doubling
the packages multiplies the night by, at most {growth}. Memory is resident, in MB, at its peak
during the stage.

{table}
{details}"""
MEANING = " ".join(__doc__.split("\n\n")[1].split())


def page(sizes: list[Measured]) -> str:
    """Return the whole document."""
    return PAGE.format(
        sizes=" ".join(str(each.packages) for each in sizes),
        day=datetime.now(UTC).date(),
        meaning=MEANING,
        ratio=RATIO_BOUND,
        memory=MEMORY_BOUND,
        growth=GROWTH_BOUND,
        table=ratios(sizes),
        details="\n".join(map(details, sizes)),
    )


def main() -> None:
    """Measure each size and print it; with `--docs` all become a document."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--packages", type=int, nargs="+", default=[886_000])
    arguments.add_argument("--docs", type=Path)
    given = arguments.parse_args()
    sizes = []
    for packages in given.packages:
        sizes.append(measure(packages))
        print(details(sizes[-1]), flush=True)
    print(ratios(sizes))
    if given.docs:
        given.docs.write_text(page(sizes))


if __name__ == "__main__":
    main()
