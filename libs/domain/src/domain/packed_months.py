"""A month of daily counts in a few bytes, with gaps as gaps.

One byte says how wide a value is (0, 1, 2, 3, 4 or 8 bytes; 0 means every day counts zero), then
comes one little-endian unsigned value a day. All bits set is a gap: nothing is known of that day.
Work is done on matrices of one row a package and one column a day, gaps as `GAP`.
"""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.int64]
GAP = -1
"""A day of which nothing is known."""

WIDTHS = (0, 1, 2, 3, 4, 8)
"""Bytes a value."""


def pack(days: Matrix) -> list[bytes]:
    """Return one packed row a package; values are counts of at least 0, or GAP."""
    widths = _widths(days)
    rows: list[bytes] = [b""] * len(days)
    for width in WIDTHS:
        members = np.flatnonzero(widths == width)
        for index, body in zip(members, _encoded(days[members], width), strict=True):
            rows[index] = bytes((width,)) + body
    return rows


def unpack(rows: list[bytes], length: int) -> Matrix:
    """Return the matrix of packed rows that are `length` days each; ValueError where one is not."""
    days = np.zeros((len(rows), length), dtype=np.int64)
    widths = np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows))
    for width in WIDTHS[1:]:
        members = np.flatnonzero(widths == width)
        if len(members):
            body = b"".join(rows[index][1:] for index in members)
            days[members] = _decoded(body, width, length)
    return days


def month_values(packed: bytes, length: int) -> list[int | None]:
    """Return one packed month as `length` values, gaps and missing days as None.

    ValueError where the bytes are no packed month.
    """
    width = packed[0] if packed else -1
    if width == 0:
        return [0] * length
    if width not in WIDTHS or (len(packed) - 1) % width:
        raise ValueError(f"no packed month: width {width}, {len(packed)} bytes")
    (days,) = _decoded(packed[1:], width, (len(packed) - 1) // width).tolist() or ([],)
    known = [None if count == GAP else count for count in days]
    return (known + [None] * length)[:length]


def _widths(days: Matrix) -> npt.NDArray[np.int64]:
    """Smallest width that holds each row's largest value and leaves all bits set for a gap."""
    largest = days.max(axis=1, initial=0)
    widths = np.full(len(days), WIDTHS[-1], dtype=np.int64)
    for width in reversed(WIDTHS[1:-1]):
        widths[largest < (1 << (8 * width)) - 1] = width
    widths[(largest == 0) & (days.min(axis=1, initial=0) == 0)] = 0
    return widths


def _encoded(days: Matrix, width: int) -> list[bytes]:
    if width == 0:
        return [b""] * len(days)
    # Two's complement of GAP is all bits set, so its low bytes are the gap of every width.
    octets = np.ascontiguousarray(days, dtype="<i8").view(np.uint8)
    low = octets.reshape(*days.shape, 8)[:, :, :width]
    return [row.tobytes() for row in np.ascontiguousarray(low)]


def _decoded(body: bytes, width: int, length: int) -> Matrix:
    low = np.frombuffer(body, dtype=np.uint8).reshape(-1, length, width)
    octets = np.zeros((*low.shape[:2], 8), dtype=np.uint8)
    octets[:, :, :width] = low
    days: Matrix = octets.reshape(len(low), -1).view("<i8").astype(np.int64)
    days[(low == 255).all(axis=2)] = GAP
    return days
