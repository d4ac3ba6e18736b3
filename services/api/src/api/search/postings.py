"""The packages behind words, import names and names written together, as the scorer kept them."""

from collections.abc import Sequence

import msgspec
import numpy as np

from api.database import Row
from api.search.ranking import Integers, Posting


class Postings(msgspec.Struct, frozen=True):
    """What was found for one query."""

    asked: str
    """As it was typed."""
    words: dict[str, Posting]
    imports: Posting | None
    joined: Posting | None


def read_postings(query: str, rows: Sequence[Row]) -> Postings:
    """Return what is kept for every word of every way to say the query."""
    kinds = {kind: [row for row in rows if row["kind"] == kind] for kind in ("import", "joined")}
    return Postings(
        query.strip(),
        {row["text"]: _posting(row) for row in rows if row["kind"] == "word"},
        *(_posting(found[0]) if found else None for found in kinds.values()),
    )


def _posting(row: Row) -> Posting:
    return Posting(row["packages"], _numbers(row["package_ids"]), _numbers(row["marks"]))


def _numbers(sent: bytes) -> Integers:
    """Read an array as PostgreSQL sends it: five numbers about it, then each with its length."""
    return np.frombuffer(sent, ">i4")[6::2].astype(np.int64)
