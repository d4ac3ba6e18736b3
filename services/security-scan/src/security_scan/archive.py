"""The OSV archive on disk: bounded on every side, because anyone could have written it."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
"""Bytes."""


class ArchiveError(Exception):
    """The archive cannot be had or used; its message is one sentence for the status page."""


class NoArchiveError(ArchiveError):
    """The source has no archive, and asking again will not bring one."""


class BrokenMemberError(ValueError):
    """One file of the archive that cannot be unpacked."""


@dataclass(frozen=True)
class Bounds:
    """What an archive may hold at most; the real one has about 60,000 records in 250 MB."""

    records: int = 500_000
    unpacked: int = 4096 * MIB
    """Bytes over all records."""
    record: int = 16 * MIB
    """Bytes of one record; a larger one counts as broken."""


@contextmanager
def opened(path: Path, bounds: Bounds) -> Iterator[zipfile.ZipFile]:
    """Open the archive; ArchiveError where it is cut, no zip, or swells beyond its bounds."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveError(f"OSV's archive is not a whole zip file: {error}.") from error
    with archive:
        _refuse_bomb(archive, bounds)
        yield archive


def _refuse_bomb(archive: zipfile.ZipFile, bounds: Bounds) -> None:
    members = archive.infolist()
    if len(members) > bounds.records:
        raise ArchiveError(
            f"OSV's archive holds {len(members)} files, more than {bounds.records} allowed."
        )
    unpacked = sum(member.file_size for member in members)
    if unpacked > bounds.unpacked:
        raise ArchiveError(
            f"OSV's archive would unpack to {unpacked} bytes, more than {bounds.unpacked} allowed."
        )


def members(archive: zipfile.ZipFile) -> list[str]:
    """Names of the records' files, sorted; each once."""
    return sorted({name for name in archive.namelist() if name.endswith(".json")})


def unpack(archive: zipfile.ZipFile, member: str, bounds: Bounds) -> bytes:
    """Return one file's bytes. Raises BrokenMemberError, and nothing else, where that fails."""
    size = archive.getinfo(member).file_size
    if size > bounds.record:
        raise BrokenMemberError(f"{size} bytes, more than {bounds.record} allowed")
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise BrokenMemberError(str(error)) from error
