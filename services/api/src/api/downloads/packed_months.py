"""Packed months, as the table `downloads_month` keeps them.

One byte tells the width of a value (0: all days are zero; else 1, 2, 3, 4 or 8 bytes), then
comes one little-endian unsigned value a day from the month's first on. All bits set is a gap.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

WIDTHS = (1, 2, 3, 4, 8)


def unpack(packed: bytes, days: int) -> list[int | None]:
    """Give so many days' values, gaps as None; raises ValueError on anything else."""
    if not packed:
        raise ValueError("a packed month has at least one byte")
    width = packed[0]
    if width == 0:
        return [0] * days
    if width not in WIDTHS or (len(packed) - 1) % width:
        raise ValueError(f"no packed month: width {width}, {len(packed)} bytes")
    values = _values(packed, width)
    gap = (1 << 8 * width) - 1
    known: list[int | None] = [None if value == gap else value for value in values.tolist()]
    return (known + [None] * days)[:days]


def _values(packed: bytes, width: int) -> NDArray[np.uint64]:
    rows = np.frombuffer(packed, np.uint8, offset=1).reshape(-1, width)
    wide = np.zeros((len(rows), 8), np.uint8)
    wide[:, :width] = rows
    return wide.view("<u8").reshape(-1)


def month_length(month: date) -> int:
    """Give the days of a month."""
    return monthrange(month.year, month.month)[1]


def days_of(month: date, packed: bytes) -> Iterator[tuple[date, int | None]]:
    """Give each day of a packed month with its value."""
    values = unpack(packed, month_length(month))
    return ((month + timedelta(days=index), value) for index, value in enumerate(values))
