"""What waits for the gates is what came, to the last number."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import DailyDownloads, PackageDays
from scorer.downloads.batch_codec import DaySums, PackedBatch, as_matrices, stage

FIRST = date(2026, 2, 20)
LENGTH = 12
counts = st.lists(st.integers(0, 2**40), min_size=LENGTH, max_size=LENGTH)
packages = st.lists(
    st.builds(
        PackageDays, name=st.text(min_size=1), days=counts, mirrors=st.one_of(st.just([]), counts)
    ),
    min_size=1,
    max_size=5,
)


def message(packages: list[PackageDays], gaps: list[date]) -> DailyDownloads:
    return DailyDownloads(
        run_id="run", seq=0, first_day=FIRST, window_days=LENGTH, packages=packages, gaps=gaps
    )


@given(packages, st.lists(st.sampled_from([FIRST, date(2026, 3, 1)])))
def test_a_batch_is_merged_as_it_came(packages: list[PackageDays], gaps: list[date]) -> None:
    staged = msgspec.msgpack.decode(stage(message(packages, gaps)).body or b"", type=PackedBatch)
    chunk = as_matrices([staged, staged])
    assert chunk.names == [package.name for package in packages] * 2
    assert chunk.days.tolist() == [package.days for package in packages] * 2
    assert chunk.mirrors.tolist()[: len(packages)] == [
        package.mirrors or [0] * LENGTH for package in packages
    ]
    assert chunk.gaps == set(gaps)


def test_the_gates_see_the_sums_of_each_day() -> None:
    several = [
        PackageDays(name="a", days=[5] * LENGTH, mirrors=[1] * LENGTH),
        PackageDays(name="b", days=[2] * LENGTH, mirrors=[]),
    ]
    sums = msgspec.json.decode(stage(message(several, [])).sums or "", type=DaySums)
    assert (sums.packages, sums.days, sums.mirrors) == (2, [7] * LENGTH, [1] * LENGTH)
    assert sums.window.last == date(2026, 3, 3)


def test_a_package_with_a_day_too_few_is_refused_when_it_comes() -> None:
    with pytest.raises(ValueError):
        stage(message([PackageDays(name="a", days=[1] * (LENGTH - 1), mirrors=[])], []))
