"""Makes rows of the public table from counts by label, one row for many equal downloads.

A data set says how many downloads a day had by Python, how many by system, and so on, not how
these fall together. Each dimension's labels are laid end to end along the day's downloads, and the
day is cut wherever one of them changes. Every row then stands for a whole number of downloads, and
each dimension sums to exactly what its file says.
"""

from importlib.resources import files
from pathlib import Path

import aiosql
import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from simulators.dataset import DIMENSIONS, Dataset

MIRROR_LABELS = ("Artifactory", "Nexus", "bandersnatch", "devpi", "pep381client", "z3c.pypimirror")
"""Laid first, as is the unknown: mirrors tell neither Python nor system, so they fall together."""

DAY_SPAN = 1 << 38
"""More than any package has downloads a day, so that a day's place and a count make one key."""

LAYOUT = 1
"""Raised when the rows change, so that a kept file is made again."""

KEYS = ("project", "day")
DAILY_SCHEMA = {"project": pl.String, "day": pl.Date, "downloads": pl.Int64}

Keys = npt.NDArray[np.int64]


def load_rows(database: duckdb.DuckDBPyConnection, dataset: Dataset, folder: Path) -> None:
    """Offer `file_downloads` in the database; makes the rows where `folder` has them not yet."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"rows-{LAYOUT}-{dataset.fingerprint()}.parquet"
    if not file.is_file():
        for old in folder.glob("rows-*"):
            old.unlink()
        part = file.with_suffix(".part")
        make_rows(dataset).write_parquet(part)
        part.rename(file)
    queries = aiosql.from_path(
        Path(str(files("simulators.bigquery") / "queries")), "sqlite3", mandatory_parameters=False
    )
    database.execute(queries.table.sql.format(file=str(file).replace("'", "''")))


def make_rows(dataset: Dataset) -> pl.DataFrame:
    """project, day, downloads, and a label of each dimension, null where it is unknown."""
    daily = _days(dataset)
    stairs = {
        dimension: _staircase(pl.read_parquet(file), daily)
        for dimension in DIMENSIONS
        if (file := dataset.breakdown(dimension))
    }
    whole_days = daily["place"].to_numpy() * DAY_SPAN + daily["downloads"].to_numpy()
    edges = _distinct(np.concatenate([whole_days, *(keys for keys, _ in stairs.values())]))
    places = edges // DAY_SPAN
    before = np.concatenate([[-1], edges[:-1]])
    start = np.where(before // DAY_SPAN == places, before, places * DAY_SPAN)
    rows = daily.select(KEYS)[places].with_columns(pl.Series("downloads", edges - start))
    nowhere = (np.empty(0, np.int64), pl.Series(dtype=pl.String))
    return rows.with_columns(
        _labels_at(edges, *stairs.get(dimension, nowhere)).alias(dimension)
        for dimension in DIMENSIONS
    )


def _days(dataset: Dataset) -> pl.DataFrame:
    """Each package's day with its place in the order of days, for which reading is cheapest."""
    file = dataset.downloads()
    daily = pl.read_parquet(file) if file else pl.DataFrame(schema=DAILY_SCHEMA)
    return (
        daily.filter(pl.col("downloads") > 0)
        .sort("day", "project")
        .with_row_index("place")
        .with_columns(pl.col("place").cast(pl.Int64))
    )


def _staircase(labels: pl.DataFrame, daily: pl.DataFrame) -> tuple[Keys, pl.Series]:
    """Where each label of each day ends, and the labels; a day's rest has no label."""
    steps = (
        labels.filter(pl.col("downloads") > 0)
        .join(daily.select(*KEYS, "place"), on=KEYS)
        .sort(
            "place",
            ~pl.col("label").is_in(MIRROR_LABELS),
            pl.col("label") != "",
            "label",
        )
        .with_columns(pl.col("downloads").cum_sum().over("place").alias("upto"))
    )
    keys = steps["place"].to_numpy() * DAY_SPAN + steps["upto"].to_numpy()
    return keys, steps["label"].replace("", None)


def _distinct(keys: Keys) -> Keys:
    """Each key once, in order; numpy's own `unique` hashes before it sorts, which takes longer."""
    keys.sort()
    return np.asarray(keys[np.diff(keys, prepend=-1) != 0])


def _labels_at(edges: Keys, keys: Keys, labels: pl.Series) -> pl.Series:
    """The label of the first step that reaches each edge, within its own day."""
    if keys.size == 0:
        return pl.Series([None] * edges.size, dtype=pl.String)
    step = np.searchsorted(keys, edges)
    reached = np.minimum(step, keys.size - 1)
    same_day = (step < keys.size) & (keys[reached] // DAY_SPAN == edges // DAY_SPAN)
    return labels.gather(pl.Series(reached).set(pl.Series(~same_day), None))
