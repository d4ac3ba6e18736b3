"""The cache folder: archives by their ETag, and which of them each run reads."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

KEPT_ARCHIVES = 2
"""The newest ones; an older run may still be reading the one before."""
KEPT_RUNS = 50


@dataclass(frozen=True)
class Stored:
    """An archive in the folder."""

    path: Path
    etag: str


class _Note(msgspec.Struct):
    file: str
    etag: str


class ArchiveStore:
    """Archives in a folder that several processes may share: every change is one rename."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._newest = folder / "newest.json"
        folder.mkdir(parents=True, exist_ok=True)

    def newest(self) -> Stored | None:
        """The archive fetched last; none where there is none or it cannot be read."""
        return self._noted(self._newest)

    def of_run(self, run_id: str) -> Stored | None:
        """The archive that this run has begun to read."""
        return self._noted(self._run(run_id))

    def pin(self, run_id: str, stored: Stored) -> None:
        """Let the run read this archive to its end, even if a newer one appears."""
        self._note(self._run(run_id), stored)
        self._drop_older("run-*.json", KEPT_RUNS)

    def drop(self, stored: Stored) -> None:
        """Remove an archive that turned out to be of no use, so that it is fetched anew."""
        stored.path.unlink(missing_ok=True)

    @contextmanager
    def room(self) -> Iterator[Path]:
        """Yield a path to write an archive to; what is not kept is removed."""
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def keep(self, path: Path, etag: str) -> Stored:
        """Make the file at `path` the newest archive; without an ETag its content names it."""
        name = etag or f"content {_digest(path.read_bytes())}"
        stored = Stored(self._folder / f"{_digest(name.encode())}.zip", etag)
        path.replace(stored.path)
        self._note(self._newest, stored)
        self._drop_older("*.zip", KEPT_ARCHIVES)
        return stored

    def _run(self, run_id: str) -> Path:
        return self._folder / f"run-{_digest(run_id.encode())}.json"

    def _noted(self, note: Path) -> Stored | None:
        try:
            found = msgspec.json.decode(note.read_bytes(), type=_Note)
        except (OSError, msgspec.MsgspecError):
            return None
        path = self._folder / Path(found.file).name
        return Stored(path, found.etag) if path.is_file() else None

    def _note(self, note: Path, stored: Stored) -> None:
        with self.room() as path:
            path.write_bytes(msgspec.json.encode(_Note(stored.path.name, stored.etag)))
            path.replace(note)

    def _drop_older(self, pattern: str, kept: int) -> None:
        found = sorted(self._folder.glob(pattern), key=_age)
        for path in found[kept:]:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
