"""A data set around a real file of daily counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from sample_data.folder import DatasetCard, write_card, write_downloads, write_lines

COLUMNS = {"project": pl.String, "day": pl.Date, "downloads": pl.Int64}


def from_daily(daily: Path, folder: Path) -> DatasetCard:
    """Write a folder that plays `daily` (project, day, downloads) and the least PyPI documents.

    Such a folder has no mirrors, no repositories and no advisories, and is not sample data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frame = pl.read_parquet(daily).select(
        pl.col(name).cast(kind) for name, kind in COLUMNS.items()
    ).sort("project", "day")  # fmt: skip
    write_downloads(folder, frame)
    write_lines(folder / "pypi.jsonl.gz", _least_documents(frame))
    first_day, last_day = frame.select(
        pl.col("day").min().alias("first"), pl.col("day").max().alias("last")
    ).row(0)
    card = DatasetCard(
        name=daily.stem,
        sample=False,
        first_day=first_day,
        last_day=last_day,
        packages=frame["project"].n_unique(),
    )
    write_card(folder, card)
    return card


def _least_documents(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    names = frame["project"].unique().sort().to_list()
    for serial, name in enumerate(names, start=1):
        info = {
            "name": name,
            "version": "0",
            "summary": None,
            "classifiers": [],
            "home_page": None,
            "project_urls": None,
            "requires_dist": None,
            "requires_python": None,
            "license": None,
            "license_expression": None,
            "yanked": False,
            "yanked_reason": None,
        }
        yield {
            "name": name,
            "json": {
                "info": info,
                "last_serial": serial,
                "releases": {"0": []},
                "urls": [],
                "vulnerabilities": [],
            },
        }
