"""Finds and reads the files of a data set folder; a file that is absent means: nothing."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

DIMENSIONS = ("python", "system", "installer", "country", "version", "file_type")


class DatasetError(ValueError):
    """A document that cannot be played; the message names file, line and field."""


class Card(msgspec.Struct):
    """The part of `dataset.json` that the sources need."""

    last_day: date


def without_nulls(line: bytes) -> bytes:
    """Return an object without its fields that are null: null means absent."""
    fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({k: v for k, v in fields.items() if bytes(v) != b"null"})


class Dataset:
    """A folder in the layout that the sample generator writes."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotADirectoryError(f"there is no data set folder {folder}")
        self.folder = folder.resolve()

    def downloads(self) -> Path | None:
        """The file of daily counts: project, day, downloads."""
        return self._present("downloads_daily.parquet")

    def breakdown(self, dimension: str) -> Path | None:
        """The file of one dimension: project, day, label, downloads."""
        return self._present(f"downloads_by_{dimension}.parquet")

    def fingerprint(self) -> str:
        """Changes when a file of downloads is replaced."""
        present = [self.downloads(), *(self.breakdown(name) for name in DIMENSIONS)]
        seen = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in present if f]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]

    def last_day(self) -> datetime | None:
        """The start of the newest day, as the data set's card says; none without a card."""
        card = self._present("dataset.json")
        if card is None:
            return None
        day = msgspec.json.decode(card.read_bytes(), type=Card).last_day
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def read_pypi(self, take: Callable[[bytes], None]) -> None:
        """Hand on the JSON lines about packages; DatasetError at the first that is refused."""
        self._read("pypi.jsonl.gz", take)

    def read_github(self, take: Callable[[bytes], None]) -> None:
        """Hand on the JSON lines about repositories, likewise."""
        self._read("github.jsonl.gz", take)

    def osv_file(self, name: str) -> Path | None:
        """A file of OSV's bucket below `PyPI/`."""
        return self._present(f"osv/PyPI/{name}")

    def _present(self, name: str) -> Path | None:
        path = self.folder / name
        return path if path.is_file() else None

    def _read(self, name: str, take: Callable[[bytes], None]) -> None:
        for number, line in enumerate(self._lines(name), 1):
            try:
                take(line)
            except msgspec.MsgspecError as error:
                raise DatasetError(f"{self.folder / name}, line {number}: {error}") from error

    def _lines(self, name: str) -> Iterator[bytes]:
        path = self._present(name)
        if path is not None:
            with gzip.open(path, "rb") as lines:
                yield from lines
