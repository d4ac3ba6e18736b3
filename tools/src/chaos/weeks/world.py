"""What goes on outside while weeks pass: days that come late, a project put in quarantine."""

import gzip
import shutil
from datetime import date
from pathlib import Path

import duckdb
import msgspec

from simulators.dataset import DIMENSIONS

COUNTS = ("downloads_daily", *(f"downloads_by_{dimension}" for dimension in DIMENSIONS))
"""Files of downloads by day, without their ending."""

QUARANTINED = {"name": "", "files": [], "project-status": {"status": "quarantined"}}


class World:
    """A data set that changes from night to night; the sources see it when started again."""

    def __init__(self, original: Path, folder: Path) -> None:
        self.dataset = Path(shutil.copytree(original, folder))
        self._original = original

    def hold_back(self, day: date) -> None:
        """Have the source of downloads bring nothing of a day and those after it."""
        for name in COUNTS:
            of, to = self._original / f"{name}.parquet", self.dataset / f"{name}.parquet"
            if of.is_file():
                rows = duckdb.read_parquet(str(of))
                rows.filter(f"day < date '{day}'").write_parquet(str(to), overwrite=True)

    def bring(self) -> None:
        """Have the source bring all days again."""
        for name in COUNTS:
            of = self._original / f"{name}.parquet"
            if of.is_file():
                shutil.copy2(of, self.dataset)

    def quarantine(self, name: str) -> None:
        """Put a project into quarantine, as PyPI's Simple page tells of it."""
        file = self.dataset / "pypi.jsonl.gz"
        with gzip.open(file) as lines:
            projects = [msgspec.json.decode(line) for line in lines]
        for project in projects:
            if project["name"] == name:
                project["simple"] = QUARANTINED | {"name": name}
        with gzip.open(file, "wb") as lines:
            lines.writelines(msgspec.json.encode(project) + b"\n" for project in projects)
