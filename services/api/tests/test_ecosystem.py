"""The whole ecosystem answers wherever a package's downloads do."""

from collections import Counter
from typing import Any

import pytest

DAYS = 90
"""From April to June, without the day the source lacks."""
WITHOUT_MIRRORS = 79_200_000
"""The ecosystem's downloads of each day."""


@pytest.mark.parametrize("endpoint", ["python_major", "python_minor", "system"])
async def test_its_breakdowns_are_the_sum_of_the_packages(api: Any, endpoint: str) -> None:
    summed: Counter[tuple[str, str]] = Counter()
    for name in ("requests", "urllib3"):
        package = await api.json(f"/api/packages/{name}/{endpoint}")
        assert "covered" not in package
        for row in package["data"]:
            summed[row["category"], row["date"]] += row["downloads"]
    answer = await api.json(f"/api/packages/__all__/{endpoint}")
    found = {(row["category"], row["date"]): row["downloads"] for row in answer["data"]}
    assert found == summed
    assert answer["covered"] == round(summed.total() / (DAYS * WITHOUT_MIRRORS), 4) > 0
    assert (answer["package"], answer["type"]) == ("__all__", f"{endpoint}_downloads")


async def test_a_filter_narrows_it(api: Any) -> None:
    answer = await api.json("/api/packages/__all__/system?os=linux")
    assert {row["category"] for row in answer["data"]} == {"Linux"}


@pytest.mark.parametrize(
    "dimension",
    ["python", "system", "installer", "country", "file_type", "installer_version", "ci"],
)
async def test_each_dimension_says_how_much_of_all_downloads_it_covers(
    api: Any, dimension: str
) -> None:
    answer = await api.json(f"/api/packages/__all__/breakdown/{dimension}?days=30")
    package = await api.json(f"/api/packages/requests/breakdown/{dimension}?days=30")
    labels = {each["label"]: each["downloads"] for each in answer["labels"]}
    assert labels == {each["label"]: 2 * each["downloads"] for each in package["labels"]}
    assert labels, "no label"
    mirrors_too = dimension in ("installer", "installer_version", "file_type")
    daily = 80_000_000 if mirrors_too else WITHOUT_MIRRORS
    assert answer["covered"] == round(sum(labels.values()) / (29 * daily), 4)
    assert answer["series"][0]["points"][9] is None, "a day the source lacks is no zero"


async def test_package_versions_mean_nothing_across_packages(api: Any) -> None:
    answer = await api.json("/api/packages/__all__/breakdown/version")
    assert (answer["labels"], answer["covered"]) == ([], 0.0)


async def test_its_history_is_what_the_source_counted(api: Any) -> None:
    answer = await api.json("/api/packages/__all__/history?granularity=month")
    assert (answer["package"], answer["from"], answer["to"]) == (
        "__all__",
        "2026-04-01",
        "2026-06-30",
    )
    june = answer["points"][2]
    assert (june["downloads"], june["with_mirrors"]) == (29 * WITHOUT_MIRRORS, 29 * 80_000_000)
    assert june["incomplete"] is True
    days = (await api.json("/api/packages/__all__/history?from=2026-06-09&to=2026-06-11"))["points"]
    assert [each["downloads"] for each in days] == [WITHOUT_MIRRORS, None, WITHOUT_MIRRORS]
