"""Packed months are read as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.packed_months import WIDTHS, month_values

count = st.one_of(st.none(), st.integers(0, 10), st.integers(0, 2**40))


def packed(values: list[int | None]) -> bytes:
    """Pack by the description in the schema, in the plainest way."""
    if all(value == 0 for value in values):
        return b"\0"
    known = max(value or 0 for value in values)
    width = next(width for width in WIDTHS[1:] if known < 2 ** (8 * width) - 1)
    gap = b"\xff" * width
    parts = [gap if value is None else value.to_bytes(width, "little") for value in values]
    return bytes([width]) + b"".join(parts)


@given(st.lists(count, min_size=28, max_size=31))
def test_every_value_and_gap_comes_back(values: list[int | None]) -> None:
    assert month_values(packed(values), len(values)) == values


def test_days_after_the_last_stored_one_are_gaps() -> None:
    assert month_values(packed([5, 6]), 4) == [5, 6, None, None]


@pytest.mark.parametrize("rubbish", [b"", b"\x05abcde", b"\x02abc", b"\xff"])
def test_anything_else_is_refused(rubbish: bytes) -> None:
    with pytest.raises(ValueError):
        month_values(rubbish, 30)
