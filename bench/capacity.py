"""What each part costs at PyPI's size, at ten times that, and at a billion requests a day.

Every figure follows from a unit cost that was measured: `unit_costs.py` names each with the
command that measures it. The nights come from `make scale`'s own page where it is there. What an
edge cache leaves to the API is computed from a law of popularity, for every page by itself.

Usage: python -m bench.capacity            writes docs/scale.md
"""

import argparse
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from bench.unit_costs import UNITS, Unit

from weekplan import DEEP_RANK, HOURS_A_WEEK, Load, plan

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE, NIGHTS = CHECKOUT / "docs" / "scale.md", CHECKOUT / "docs" / "scale-night.md"
PYPI = 886_000
TEN = 10 * PYPI
REPOSITORIES = 400_000 / PYPI
"""Repositories for each package, as `operate plan` takes them."""
DAYS_A_YEAR, SECONDS_A_DAY = 365, 86_400
A_BILLION = 10**9
PEAK = 3.0
"""Times the mean of a day, in its busiest hour."""
PAGES_A_PACKAGE = 6
"""Different answers about a package that are asked for: itself, history, score, badge, two more."""
LAW = 1.0
"""Exponent of popularity: the n-th page is asked for in proportion to 1/n**LAW (Zipf)."""
NAME_BYTES = 21
"""Of a name and its signature in an api process (decision 0200: 19 MB)."""
SLOT_BYTES = 150
"""Of a key in Valkey beside its value."""
HOURS_A_NIGHT = 4.0
"""From the night's first request to noon's alert there is more; a run's deadline is six."""
GENERATIONS = 6
"""A day's: four runs of security, one of downloads, one of metadata."""
PLACES = 300
"""Of a large edge network."""
GB, TB = 10**9, 10**12


@dataclass(frozen=True)
class Pace:
    """ingest-github's own settings, as `operate plan` takes them."""

    pypi_concurrency: int = 6
    github_concurrency: int = 16
    github_requests_per_minute: int = 600


def nights() -> dict[str, Unit]:
    """Return what `make scale` measured at its largest size, where its page is there."""
    if not NIGHTS.exists():
        return {}
    row = r"^\| ([\d,]+) \| ([\d.]+) \| [\d.]+ \| \*\*[\d.]+\*\* \| ([\d.]+) \| ([\d.]*) \|$"
    found = re.findall(row, NIGHTS.read_text(), re.MULTILINE)
    if not found:
        return {}
    packages, seconds, memory, growth = found[-1]
    size = int(packages.replace(",", ""))
    by = f"make scale PACKAGES={size} (docs/scale-night.md)"
    scaled = float(seconds) * _growing(size, PYPI, float(growth or UNITS["growth"].value))
    measured = {
        "night": Unit(UNITS["night"].what, scaled, "s", by),
        "memory": Unit(UNITS["memory"].what, float(memory), "MB", by),
    }
    if growth:
        measured["growth"] = Unit(UNITS["growth"].what, float(growth), "", by)
    return measured


def _growing(size: float, larger: float, doubling: float) -> float:
    """Return what a night of `size` packages is multiplied by at a larger size."""
    return float(doubling ** math.log2(larger / size))


Shares = npt.NDArray[np.float64]


def popularity(pages: int) -> Shares:
    """Return each page's share of all requests, the most asked for first."""
    weights = 1.0 / np.arange(1, pages + 1, dtype=np.float64) ** LAW
    return np.asarray(weights / weights.sum())


def distinct(shares: Shares, requests: float) -> float:
    """Return how many different pages so many requests are expected to touch."""
    return float((-np.expm1(requests * np.log1p(-shares))).sum())


@dataclass(frozen=True)
class Edge:
    """What a billion requests a day leave to the API, behind an edge cache."""

    places: int
    """Places of the edge that keep answers by themselves."""
    asked: float
    """Requests a day that reach the API."""
    made: float
    """Of them, those that no cache of ours had."""

    @property
    def peak(self) -> float:
        """Requests a second in the busiest hour."""
        return PEAK * self.asked / SECONDS_A_DAY


def edge(places: int, generations: int, packages: int = PYPI) -> Edge:
    """Count the first requests of each page at each place, after each of a day's generations.

    A place asks anew when a generation is purged or a day ends; in between it answers by itself.
    """
    shares = popularity(packages * PAGES_A_PACKAGE)
    each = A_BILLION / places / generations
    asked = places * generations * distinct(shares, each)
    made = generations * distinct(shares, A_BILLION / generations)
    return Edge(places, asked, made)


def cores(requests: float, made: float, units: dict[str, Unit]) -> float:
    """Return the cores that so many requests a day take in the busiest hour."""
    seconds = requests * units["hot"].value / 1e6 + made * units["made"].value / 1e3
    return PEAK * seconds / SECONDS_A_DAY


def sizes(packages: int, units: dict[str, Unit]) -> Iterator[tuple[str, str]]:
    """Yield each cost of an installation with so many packages."""
    growth = _growing(PYPI, packages, units["growth"].value) if packages > PYPI else 1.0
    night = units["night"].value * growth
    yield "night of downloads", f"{_time(night)} of {HOURS_A_NIGHT:.0f} h"
    kept = (packages - PYPI) * units["kept"].value
    yield "largest service", f"{units['memory'].value + kept / 1e6:,.0f} MB"
    yield "messages of a night", f"{math.ceil(packages / 1000):,}"
    yield "bus, seven nights kept", _bytes(7 * packages * units["message"].value)
    year = packages * DAYS_A_YEAR * units["history"].value
    yield "history, a year", _bytes(year)
    yield "history, ten years", _bytes(10 * year)
    yield "counts by label, a year", _bytes(12 * packages * units["labels"].value)
    yield (
        "facts, scores, read model",
        _bytes(packages * (units["facts"].value + units["read_model"].value)),
    )
    yield "names an api process keeps", f"{packages * NAME_BYTES / 1e6:,.0f} MB"
    kept = packages * PAGES_A_PACKAGE * (units["page"].value + SLOT_BYTES)
    yield "a generation's answers, were all asked for", _bytes(kept)
    for tokens in (1, 10):
        yield f"GitHub's week, {tokens} token{'s' * (tokens > 1)}", _week(packages, tokens)


def _week(packages: int, tokens: int) -> str:
    load = Load(packages, int(packages * REPOSITORIES), DEEP_RANK, 0.02, 0.0, 0.2)
    github = [line for line in plan(load, tokens, Pace()) if line.what.startswith("GitHub")]
    hours = sum(line.hours for line in github)
    verdict = "fits" if hours <= HOURS_A_WEEK else f"takes {hours / HOURS_A_WEEK:.1f} weeks"
    return f"{hours:,.0f} of {HOURS_A_WEEK:.0f} h: {verdict}"


def _github() -> str:
    """Say what GitHub's limits mean today and at ten times the size."""
    return (
        f"One token's week is {_week(PYPI, 1)}; at ten times PyPI's size it is {_week(TEN, 1)}, "
        f"and ten tokens' {_week(TEN, 10)}.".replace(": ", ", which ")
    )


def _time(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 600 else f"{seconds / 60:,.0f} min"


def _bytes(number: float) -> str:
    return f"{number / TB:,.1f} TB" if number >= TB else f"{number / GB:,.1f} GB"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def unit_rows(units: dict[str, Unit]) -> list[tuple[str, ...]]:
    """Return the unit costs with what measures each."""
    return [
        (each.what, f"{each.value:,.4g} {each.unit}".strip(), f"`{each.by}`")
        for each in units.values()
    ]


def size_rows(units: dict[str, Unit]) -> list[tuple[str, ...]]:
    """Return PyPI's size beside ten times that."""
    pairs = zip(sizes(PYPI, units), sizes(TEN, units), strict=True)
    return [(what, now, then) for (what, now), (_, then) in pairs]


def edge_rows(units: dict[str, Unit]) -> list[tuple[str, ...]]:
    """Return what reaches the API without an edge, and behind edges of several kinds."""
    shares = popularity(PYPI * PAGES_A_PACKAGE)
    bare = Edge(0, A_BILLION, GENERATIONS * distinct(shares, A_BILLION / GENERATIONS))
    kinds = [
        (f"no edge cache, {GENERATIONS} generations", bare),
        (f"{PLACES} places by themselves, {GENERATIONS} generations", edge(PLACES, GENERATIONS)),
        (f"{PLACES} places by themselves, 1 generation", edge(PLACES, 1)),
        (f"a tier between them, {GENERATIONS} generations", edge(1, GENERATIONS)),
        ("a tier between them, 1 generation", edge(1, 1)),
    ]
    return [
        (
            what,
            f"{each.asked / A_BILLION:.1%}",
            f"{each.peak:,.0f}",
            f"{each.made / SECONDS_A_DAY:,.0f}",
            f"{cores(each.asked, each.made, units):,.1f}",
            f"{each.asked * units['page'].value / GB:,.0f} GB",
        )
        for what, each in kinds
    ]


EDGE_HEAD = (
    "a billion requests a day",
    "reach the API",
    "a second at the peak",
    "of them made a second",
    "cores at the peak",
    "sent a day",
)


def page(units: dict[str, Unit]) -> str:
    """Return the whole page."""
    frame = (CHECKOUT / "bench" / "scale_page.md").read_text()
    single = 1e6 / units["hot"].value
    return frame.format(
        units=table(("what", "measured", "by"), unit_rows(units)),
        sizes=table(("", f"{PYPI:,} packages", f"{TEN:,} packages"), size_rows(units)),
        edges=table(EDGE_HEAD, edge_rows(units)),
        github=_github(),
        places=PLACES,
        times=f"{edge(PLACES, GENERATIONS).asked / edge(1, GENERATIONS).asked:.0f}",
        pages=f"{PYPI * PAGES_A_PACKAGE:,}",
        peak=f"{PEAK:.0f}",
        single=f"{single:,.0f}",
        made=f"{1e3 / units['made'].value:,.0f}",
        law=f"{LAW:g}",
    )


def main() -> None:
    """Write docs/scale.md, or print it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--print", action="store_true", help="print it and write nothing")
    text = page({**UNITS, **nights()})
    if parser.parse_args().print:
        print(text)
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
