"""A jump that one installer, country or version made alone is called possible automation."""

from typing import Any

import pytest

from api.downloads.automation import only_label
from api.downloads.breakdown import LabelDays

USUAL = [1000] * 28


def label(name: str, day: int, usual: int = 1000) -> LabelDays:
    return LabelDays(name, [usual] * 28 + [day])


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([label("pip", 1000), label("requests", 90_000)], "requests"),
        ([label("pip", 95_000, 19_000), label("uv", 1000)], "pip"),
        ([label("pip", 95_000, 19_000), label("uv", 5000)], None),  # news: everybody comes
        ([label("pip", 1000), label("uv", 1000)], None),
        ([label("pip", 90_000)], None),  # of one label alone nothing can be said
        ([label("pip", 90_000), label("uv", 20, 20)], None),  # nor beside next to nothing
        ([label("pip", 1000), label("", 90_000, 0)], ""),
        ([], None),
    ],
)
def test_one_label_is_named_only_where_the_rest_went_on_as_usual(
    labels: list[LabelDays], found: str | None
) -> None:
    assert only_label(labels) == found


def test_days_without_data_are_no_zeros() -> None:
    days: list[int | None] = [None, None, *USUAL[:26]]
    labels = [LabelDays("DE", [*days, 1000]), LabelDays("US", [*days, 90_000])]
    assert only_label(labels) == "US"


async def test_the_day_shows_the_label_and_keeps_its_downloads(api: Any) -> None:
    points = (await api.json("/api/packages/requests/history"))["points"]
    (day,) = [point for point in points if point["unusual"]]
    assert day["automation"] == {"dimension": "version", "label": "2.33.1"}
    assert day["with_mirrors"] == 400_000_000
    assert {point["automation"] for point in points if not point["unusual"]} == {None}
    months = (await api.json("/api/packages/requests/history?granularity=month"))["points"]
    assert [month["automation"] is not None for month in months] == [False, True, False]
