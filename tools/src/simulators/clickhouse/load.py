"""Fills the database from a data set's files, in parts that stay unmerged."""

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import aiosql

from simulators.dataset import Dataset

DATABASE = "pypi"
LOADED_MARK = "loaded"
LAYOUT = 1
"""Raised when the tables change, so that a kept folder is filled again."""

PARTS = ("intDiv(downloads, 3)", "downloads - intDiv(downloads, 3)")
"""Each row arrives in two parts: whoever forgets to sum gets a third or two thirds of the truth."""


class Table(NamedTuple):
    """A table of the public database and the file it is filled from."""

    name: str
    file: Path | None
    label: str | None
    """The column that takes the file's labels."""
    create: str
    """Name of the query that makes it."""


def tables(dataset: Dataset) -> list[Table]:
    """All tables, named as the public server names them."""
    per_day = "pypi_downloads_per_day"
    by_version = f"{per_day}_by_version"
    labels = {
        "version": (by_version, "version"),
        "installer": (f"{by_version}_by_installer_by_type", "installer"),
        "country": (f"{by_version}_by_country", "country_code"),
        "file_type": (f"{by_version}_by_file_type", "type"),
        "python": (f"{by_version}_by_python", "python_minor"),
        "system": (f"{by_version}_by_system", "system"),
    }
    return [
        Table(per_day, dataset.downloads(), None, "create_per_day"),
        *(
            Table(name, dataset.breakdown(dimension), label, f"create_{dimension}")
            for dimension, (name, label) in labels.items()
        ),
    ]


def prepare_folder(folder: Path, dataset: Dataset) -> bool:
    """Empty the folder unless it holds this very data set; say whether it must be filled."""
    mark = folder / LOADED_MARK
    if mark.is_file() and mark.read_text(encoding="utf-8") == _content(dataset):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return True


def mark_loaded(folder: Path, dataset: Dataset) -> None:
    """Remember what the folder holds."""
    (folder / LOADED_MARK).write_text(_content(dataset), encoding="utf-8")


def _content(dataset: Dataset) -> str:
    return f"{LAYOUT}-{dataset.fingerprint()}"


def fill(run: Callable[[str], Any], dataset: Dataset) -> None:
    """Create and fill every table; `run` executes one statement."""
    folder = Path(str(files("simulators.clickhouse") / "queries"))
    queries = aiosql.from_path(folder, "sqlite3", mandatory_parameters=False)
    run(queries.create_database.sql)
    for table in tables(dataset):
        run(getattr(queries, table.create).sql)
        keep_unmerged(run, table)
        if table.file:
            for part in PARTS:
                run(_insert(table, table.file, part))


def keep_unmerged(run: Callable[[str], Any], table: Table) -> None:
    """Forbid background merges; the engine forgets this when it stops."""
    run(f"SYSTEM STOP MERGES {DATABASE}.{table.name}")


def _insert(table: Table, file: Path, count: str) -> str:
    label_column = f", {table.label}" if table.label else ""
    label = ", label" if table.label else ""
    quoted = str(file).replace("\\", "\\\\").replace("'", "\\'")
    return (
        f"INSERT INTO {DATABASE}.{table.name} (date, project, count{label_column}) "
        f"SELECT day, project, {count}{label} FROM file('{quoted}', Parquet)"
    )
