"""The record of a score: what an explanation needs of one package, in about 150 bytes.

Layout, little-endian, as `layout()` tells readers:
- one byte for each label and list: the number of the rule that fired, 0 where none admits it;
  zeros up to a multiple of four;
- one bit for each value, in words of four bytes, lowest bit first: whether it is known;
- four bytes for each known value, IEEE 754, in order: the facts, then each part's share;
- then the bits and numbers of the standing among all packages, in the same way.
For 886,000 packages about 130 MB; as JSON it would be ten times that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from scorer.scoring.insights import Insight
from scorer.scoring.ranking import Standings
from scorer.scoring.rules import Label

ROWS = 32_768
"""Packages packed at once: bounds the memory."""

WORD = 4
"""Bytes."""
NOTHING = pa.scalar(b"", pa.large_binary())
"""What stands between a record and its standing."""

Words = npt.NDArray[np.uint32]


Ruled = Sequence[Label | Insight]


def layout(ruled: Ruled, values: Sequence[str], standing: Sequence[str]) -> dict[str, Any]:
    """Return the names behind the bytes, in order."""
    names = [each.name for each in ruled]
    return {"rules": names, "values": list(values), "standing": list(standing)}


def records(frame: pl.DataFrame, ruled: Ruled, values: Sequence[str]) -> pl.Series:
    """Return each row's record without its standing, from the rule columns and the values."""
    columns = [each.rule_column for each in ruled]
    parts = [
        _packed(part.select(columns).to_numpy(order="c"), _numbers(part, values))
        for part in frame.iter_slices(ROWS)
    ]
    return pl.Series("record", pa.chunked_array(parts, type=pa.large_binary()))


def standing_records(records: pl.Series, standings: Standings, first: int) -> pl.Series:
    """Return records with the standings of their rows added, which begin at `first`."""
    parts = []
    for start in range(0, len(records), ROWS):
        numbers = standings.numbers(first + start, min(ROWS, len(records) - start))
        standing = _packed(np.empty((len(numbers), 0), dtype=np.uint8), numbers)
        record = records.slice(start, ROWS).to_arrow().cast(pa.large_binary())
        parts.append(pc.binary_join_element_wise(record, standing, NOTHING))
    return pl.Series("record", pa.chunked_array(parts, type=pa.large_binary()))


def _numbers(frame: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return the columns as numbers, NaN where they are not known."""
    return frame.select(pl.col(names).cast(pl.Float32).fill_null(np.nan)).to_numpy(order="c")


def _packed(rules: npt.NDArray[np.uint8], numbers: npt.NDArray[np.float32]) -> pa.Array:
    known = ~np.isnan(numbers)
    head = np.hstack([_as_words(rules), _as_words(np.packbits(known, axis=1, bitorder="little"))])
    words = np.hstack([head, numbers.view("<u4")])
    kept = np.hstack([np.ones(head.shape, dtype=np.bool_), known])
    sizes = WORD * np.count_nonzero(kept, axis=1)
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(words[kept])]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(words), buffers)


def _as_words(octets: npt.NDArray[np.uint8]) -> Words:
    """Pad rows of bytes to whole words."""
    padded = np.pad(octets, ((0, 0), (0, -octets.shape[1] % WORD)))
    words: Words = padded.view("<u4") if padded.size else padded.astype("<u4")
    return words
