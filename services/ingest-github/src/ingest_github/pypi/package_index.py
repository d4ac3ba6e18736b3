"""PyPI's list of names as events, in parts that are the same however often it is read."""

from collections.abc import Iterator
from datetime import date
from typing import IO, Any
from zlib import crc32

import ijson
import msgspec
from packaging.utils import canonicalize_name

from events import IndexEntry, IndexObserved
from ingest_github.json_fields import whole

MOST_PARTS = 256
LARGEST_PART = 16_000
"""Names a part holds at most on average; 20,000 are a message of about 700 kB."""


def index_parts(buckets: list[bytearray], run_id: str, day: date) -> Iterator[IndexObserved]:
    """Yield the list's parts, one after the other.

    A name's part follows from the name alone. So a list that is read twice in one run, because
    a worker died between two parts, neither loses nor doubles a name at their borders.
    """
    parts = _number_of_parts(sum(bucket.count(b"]") for bucket in buckets))
    for part in range(parts):
        encoded = b"".join(bytes(bucket) for bucket in buckets[part::parts])
        entries = msgspec.json.decode(b"[" + encoded.rstrip(b",") + b"]", type=list[IndexEntry])
        yield IndexObserved(run_id=run_id, part=part, parts=parts, day=day, entries=entries)


def index_buckets(spool: IO[bytes]) -> list[bytearray]:
    """Read the list once into encoded entries, by the checksum of the name.

    Raises ValueError where the list is not whole. Memory: about 30 bytes a name.
    """
    buckets = [bytearray() for _ in range(MOST_PARTS)]
    try:
        for project in ijson.items(spool, "projects.item"):
            entry = _entry(project)
            if entry is not None:
                bucket = buckets[crc32(entry.name.encode()) % MOST_PARTS]
                bucket += msgspec.json.encode(entry) + b","
    except ijson.JSONError as error:
        raise ValueError(f"PyPI's list of names is not whole: {error}") from error
    if not any(buckets):
        raise ValueError("PyPI's list of names has no names")
    return buckets


def _entry(project: Any) -> IndexEntry | None:
    """Return the canonical name and serial; None for an entry that is neither."""
    if not isinstance(project, dict) or not isinstance(project.get("name"), str):
        return None
    return IndexEntry(
        name=canonicalize_name(project["name"]), serial=whole(project.get("_last-serial")) or 0
    )


def _number_of_parts(names: int) -> int:
    """Return a power of two, so that each part is made of whole buckets."""
    parts = 1
    while parts < MOST_PARTS and names > parts * LARGEST_PART:
        parts *= 2
    return parts
