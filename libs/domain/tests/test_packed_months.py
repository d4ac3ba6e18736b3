"""Counts must come back from storage as they went in, gaps included."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from domain.packed_months import GAP, pack, unpack

COUNTS = st.one_of(
    st.just(GAP),
    st.sampled_from([0, 254, 255, 65534, 65535, 2**24 - 2, 2**24 - 1, 2**32]),
    st.integers(0, 2**40),
)


@given(
    st.tuples(st.integers(0, 6), st.integers(28, 31)).flatmap(
        lambda shape: arrays.arrays(np.int64, shape, elements=COUNTS)
    )
)
def test_every_count_and_every_gap_comes_back(days: np.ndarray) -> None:
    assert (unpack(pack(days), days.shape[1]) == days).all()


@pytest.mark.parametrize(
    ("value", "size"), [(0, 1), (200, 32), (255, 63), (70_000, 94), (20_000_000, 125)]
)
def test_a_month_takes_no_more_room_than_its_largest_day_needs(value: int, size: int) -> None:
    days = np.zeros((1, 31), dtype=np.int64)
    days[0, 3] = value
    assert len(pack(days)[0]) == size


def test_a_row_of_the_wrong_length_is_refused() -> None:
    days = np.full((1, 30), 7, dtype=np.int64)
    with pytest.raises(ValueError):
        unpack(pack(days), 31)
