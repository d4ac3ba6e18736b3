"""Reconstruct star histories from caught events and a few counts: `python -m evaluation.stars`.

Reads events (repository, day, actors) and counts that were told (repository, day, stars), and
writes a row for each repository and day: stars, and how they are known.
"""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from domain.stars.archive import Events, lost_days, without_losses
from domain.stars.capture import StarCounts, weekly_factors
from domain.stars.line import Kind, at, line

BEFORE = 14
"""Days written before the archive's first event; of all but the last of them nobody knows."""


class World(NamedTuple):
    """What is known of some repositories, days counted from the first."""

    names: list[str]
    first: date
    events: Events
    told: list[StarCounts]


def read_world(events: pl.DataFrame, snapshots: pl.DataFrame) -> World:
    """Return the tables as a matrix of a row a repository, and its counts."""
    days = pl.concat([events["day"], snapshots["day"]]).cast(pl.Date)
    first = _day(days.min()) - timedelta(days=BEFORE)
    length = (_day(days.max()) - first).days + 1
    names = sorted({*events["repository"], *snapshots["repository"]})
    rows = pl.DataFrame({"repository": names}).with_row_index("row")
    caught = _placed(events, rows, first)
    matrix = np.zeros((len(names), length), dtype=np.int32)
    np.add.at(
        matrix, (caught["row"].to_numpy(), caught["at"].to_numpy()), caught["actors"].to_numpy()
    )
    counts: list[list[tuple[int, int]]] = [[] for _ in names]
    for row, day, stars in _placed(snapshots, rows, first).select("row", "at", "stars").rows():
        counts[row].append((day, stars))
    return World(names, first, matrix, [at(each, length) for each in counts])


def _day(value: object) -> date:
    assert isinstance(value, date)  # noqa: S101 - both tables have rows
    return value


def _placed(table: pl.DataFrame, rows: pl.DataFrame, first: date) -> pl.DataFrame:
    at_day = (pl.col("day").cast(pl.Date) - pl.lit(first)).dt.total_days().alias("at")
    return table.join(rows, on="repository").with_columns(at_day)


def histories(world: World) -> pl.DataFrame:
    """Return a row a repository and day: stars, and measured, reconstructed or unknown."""
    total = world.events.sum(axis=0)
    seen = np.flatnonzero(total)
    archive = (int(seen[0]), int(seen[-1])) if len(seen) else (0, 0)
    filled = without_losses(world.events, lost_days(total))
    gains = filled * weekly_factors(filled, world.told)
    lines = [line(gains[row], told, archive) for row, told in enumerate(world.told)]
    days = pl.date_range(
        world.first, world.first + timedelta(days=len(total) - 1), eager=True, closed="both"
    )
    return pl.DataFrame(
        {
            "repository": pl.Series(world.names).gather(
                np.repeat(np.arange(len(world.names)), len(total))
            ),
            "day": pl.concat([days] * len(world.names)),
            "stars": np.concatenate([each.stars for each in lines]),
            "kind": np.concatenate([each.kinds for each in lines]),
        }
    ).with_columns(
        pl.col("kind").replace_strict(
            {kind.value: kind.name.lower() for kind in Kind}, return_dtype=pl.String
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the histories, and say how many days are known in which way."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.stars", description=__doc__)
    parser.add_argument("task", choices=("stars",))
    parser.add_argument("--data", type=Path, required=True, help="repository, day, actors")
    parser.add_argument("--snapshots", type=Path, required=True, help="repository, day, stars")
    parser.add_argument("--out", type=Path, required=True, help="repository, day, stars, kind")
    given = parser.parse_args(arguments)
    world = read_world(pl.read_parquet(given.data), pl.read_parquet(given.snapshots))
    told = histories(world)
    told.write_parquet(given.out)
    kinds = ", ".join(f"{kind} {days:,}" for kind, days in told["kind"].value_counts().rows())
    print(f"{len(world.names):,} repositories; days: {kinds}")


if __name__ == "__main__":
    main()
