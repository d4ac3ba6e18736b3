"""Tell why packages are downloaded, from files: `python -m evaluation.companions`.

companions --data DAILY [--requires EDGES] --out TOLD

DAILY: parquet with project, day, downloads. EDGES: tab-separated package, requires and, where
known, extra (1 or 0), with a header. TOLD: tab-separated, one row a package and companion.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from domain.companions import Causes, Requirements, causes_of
from domain.companions.definition import WINDOW_DAYS

COLUMNS = (
    "package",
    "place",
    "companion",
    "likeness",
    "ratio",
    "share_low",
    "share_high",
    "relation",
)
Row = tuple[object, ...]


def daily_counts(data: pl.DataFrame) -> tuple[list[str], npt.NDArray[np.float32], int]:
    """Return names, counts (packages x days) and the first day's weekday, Monday 0.

    A day without any row is one the source lacks; on others a package without a row had none.
    """
    known = [day for day in data["day"].unique().sort() if isinstance(day, date)]
    first = max(known[0], known[-1] - timedelta(days=WINDOW_DAYS - 1))
    days = [first + timedelta(days=k) for k in range((known[-1] - first).days + 1)]
    table = data.filter(pl.col("day") >= first).pivot(on="project", index="day", values="downloads")
    whole = pl.DataFrame({"day": days}).join(table, on="day", how="left").sort("day").drop("day")
    counts = whole.cast(pl.Float32).fill_null(0.0).to_numpy().T.copy()
    counts[:, [day not in known for day in days]] = np.nan
    return whole.columns, counts, first.weekday()


def edges(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield package, requires, and whether with an extra alone."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield row["package"], row["requires"], row.get("extra") in ("1", "true", "t")


def rows(names: Sequence[str], causes: Causes, requirements: Requirements) -> Iterator[Row]:
    """Yield the rows of the file: carriers first, then what only moves with a package."""
    required = _pairs(requirements)
    for row, name in enumerate(names):
        likeness = _likeness(causes, row)
        shares = _carriers(causes, row)
        for place, other in enumerate(dict.fromkeys([*shares, *likeness]), 1):
            like = likeness.get(other)
            ratio = causes.level[other] / max(float(causes.level[row]), 1e-9)
            yield (
                name,
                place,
                names[other],
                "" if like is None else f"{like:.3f}",
                f"{ratio:.3f}",
                *shares.get(other, ("", "", _relation(required, row, other)))[:3],
            )


def _pairs(requirements: Requirements) -> set[tuple[int, int]]:
    return set(zip(requirements.dependent.tolist(), requirements.required.tolist(), strict=True))


def _relation(required: set[tuple[int, int]], row: int, other: int) -> str:
    if (other, row) in required:
        return "requires it"
    return "required by it" if (row, other) in required else "moves with it"


def _likeness(causes: Causes, row: int) -> dict[int, float]:
    pairs = zip(causes.nearest.places[row], causes.nearest.likeness[row], strict=True)
    return {int(other): float(like) for other, like in pairs if other >= 0}


def _carriers(causes: Causes, row: int) -> dict[int, tuple[str, str, str]]:
    told = causes.carriers
    return {
        int(other): (f"{told.low[row, k]:.3f}", f"{told.high[row, k]:.3f}", _how(told.via[row, k]))
        for k, other in enumerate(told.places[row])
        if other >= 0
    }


def _how(via: int) -> str:
    return "brings it" if via < 0 else "brings it through what it requires"


def main() -> None:
    """Write the file, and say how much is told."""
    asked = _arguments()
    names, counts, weekday = daily_counts(pl.read_parquet(asked.data))
    requirements = Requirements.of(names, edges(asked.requires) if asked.requires else ())
    causes = causes_of(counts, weekday, requirements)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with asked.out.open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(rows(names, causes, requirements))
    print(*summary(causes), sep="\n")


def summary(causes: Causes) -> Iterator[str]:
    """Yield lines that say of how many packages what is told."""
    reasons = [str(reason) for reason in causes.reasons]
    counted = ", ".join(f"{each} {reasons.count(each):,}" for each in dict.fromkeys(reasons))
    yield f"packages {len(reasons):,}: {counted}"
    yield f"with companions {int((causes.nearest.places[:, 0] >= 0).sum()):,}"
    yield f"with carriers {int((causes.carriers.places[:, 0] >= 0).sum()):,}"
    led = causes.waves[causes.waves >= 0]
    yield f"in waves {len(led):,}, waves {len(np.unique(led)):,}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.companions")
    parser.add_argument("task", choices=["companions"])
    parser.add_argument("--data", type=Path, required=True, help="parquet: project, day, downloads")
    parser.add_argument("--requires", type=Path, help="tab-separated: package, requires, extra")
    parser.add_argument("--out", type=Path, required=True, help="tab-separated file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
