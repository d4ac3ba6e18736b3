"""The record of a score: what an explanation needs of one package, in about a hundred bytes.

Layout, little-endian, as `layout()` tells readers:
- one byte for each label and list: the number of the rule that fired, 0 where none admits it;
  zeros up to a multiple of four;
- one bit for each value, in words of four bytes, lowest bit first: whether it is known;
- four bytes for each known value, IEEE 754, in order: the facts, each part's share, and the ranks.
For 886,000 packages about 130 MB; as JSON it would be ten times that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from scorer.scoring.insights import Insight
from scorer.scoring.rules import Label

ROWS = 65_536
"""Packages packed at once: bounds the memory."""

WORD = 4
"""Bytes."""

Words = npt.NDArray[np.uint32]


Ruled = Sequence[Label | Insight]


def layout(ruled: Ruled, values: Sequence[str]) -> dict[str, Any]:
    """Give the names behind the bytes, in order."""
    return {"rules": [each.name for each in ruled], "values": list(values)}


def records(frame: pl.DataFrame, ruled: Ruled, values: Sequence[str]) -> pl.Series:
    """Give the record of each row; `frame` has the rule columns and the values as columns."""
    parts = [_packed(part, ruled, values) for part in frame.iter_slices(ROWS)]
    return pl.concat(parts) if parts else pl.Series("record", [], dtype=pl.Binary)


def _packed(frame: pl.DataFrame, ruled: Ruled, values: Sequence[str]) -> pl.Series:
    known_numbers = pl.col(values).cast(pl.Float32).fill_null(np.nan)
    numbers = frame.select(known_numbers).to_numpy(order="c")
    known = ~np.isnan(numbers)
    rules = frame.select(each.rule_column for each in ruled).to_numpy(order="c")
    head = np.hstack([_as_words(rules), _as_words(np.packbits(known, axis=1, bitorder="little"))])
    words = np.hstack([head, numbers.view("<u4")])
    kept = np.hstack([np.ones(head.shape, dtype=np.bool_), known])
    sizes = WORD * np.count_nonzero(kept, axis=1)
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(words[kept])]
    array = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(frame), buffers)
    return pl.Series("record", array)


def _as_words(octets: npt.NDArray[np.uint8]) -> Words:
    """Pad rows of bytes to whole words."""
    short = -octets.shape[1] % WORD
    words: Words = np.pad(octets, ((0, 0), (0, short))).view("<u4")
    return words
