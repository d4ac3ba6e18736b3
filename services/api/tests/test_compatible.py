"""Clients of pypistats.org and pepy.tech work with this address."""

import asyncio
import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypistats
import pytest
from pypistats import _cache
from pypistats import cli as pypistats_cli

FORMATS = ["html", "json", "pretty", "markdown", "rst", "tsv"]


@pytest.fixture
def client(api: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return the real client, turned to our address."""
    monkeypatch.setattr(pypistats, "BASE_URL", f"{api.address}/api/")
    monkeypatch.setattr(_cache, "CACHE_DIR", tmp_path)

    async def call(function: Callable[..., Any], *given: Any, **more: Any) -> Any:
        return await asyncio.to_thread(function, *given, **more)

    return call


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("command", "label"),
    [
        ("recent", "1,148,400,000"),
        ("overall", "with_mirrors"),
        ("python_major", "3"),
        ("python_minor", "3.12"),
        ("system", "Linux"),
    ],
)
async def test_every_command_prints_its_table_in_every_format(
    client: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
    *,
    command: str,
    label: str,
    form: str,
) -> None:
    arguments = ["pypistats", command, "Requests", "--format", form]
    monkeypatch.setattr("sys.argv", arguments)
    await client(importlib.reload(pypistats_cli).main)  # its parser can be used only once
    printed = capsys.readouterr().out
    wanted = label.replace(",", "") if form == "json" else label
    assert wanted in printed or wanted.replace(",", "") in printed


async def test_the_client_adds_up_what_the_packages_page_says(client: Any) -> None:
    rows = await client(pypistats.overall, "requests", format=None)
    by_category = {row["category"]: row["downloads"] for row in rows}
    days = 91 - 1 - 1  # from April on, without the missing day and the unusual one
    assert by_category["with_mirrors"] == days * 40_000_000 + 400_000_000
    assert by_category["without_mirrors"] == by_category["with_mirrors"] - 90 * 400_000
    assert by_category["Total"] == by_category["with_mirrors"]
    recent = json.loads(await client(pypistats.recent, "requests", format="json"))
    assert recent["data"] == {
        "last_day": 39_600_000,
        "last_week": 277_200_000,
        "last_month": 1_148_400_000,
    }


@pytest.mark.parametrize(
    ("function", "given", "category"),
    [
        (pypistats.python_major, {"version": "3"}, "3"),
        (pypistats.python_minor, {"version": "3.12"}, "3.12"),
        (pypistats.python_minor, {"version": "null"}, "null"),
        (pypistats.system, {"os": "linux"}, "Linux"),
        (pypistats.system, {"os": "other"}, "other"),
        (pypistats.system, {"os": "null"}, "null"),
        (pypistats.overall, {"mirrors": "true"}, "with_mirrors"),
        (pypistats.overall, {"mirrors": "false"}, "without_mirrors"),
    ],
)
async def test_a_filter_gives_its_category_alone(
    client: Any, function: Any, given: dict[str, str], category: str
) -> None:
    rows = await client(function, "requests", format=None, total="daily", **given)
    assert {row["category"] for row in rows} - {"Total"} == {category}


async def test_rows_go_by_category_and_date(api: Any) -> None:
    for endpoint in ("overall", "python_major", "python_minor", "system"):
        answer = await api.json(f"/api/packages/requests/{endpoint}")
        places = [(row["category"], row["date"]) for row in answer["data"]]
        assert places == sorted(places) and len(set(places)) == len(places)
        assert answer["package"] == "requests"
        assert answer["type"] == f"{endpoint}_downloads"


async def test_as_many_days_as_there(api: Any) -> None:
    answer = await api.json("/api/packages/__all__/overall")
    dates = {row["date"] for row in answer["data"]}
    assert (min(dates), max(dates)) == ("2026-04-01", "2026-06-30")
    assert "2026-06-10" not in dates
    short = await api.json(
        "/api/packages/requests/overall?start_date=2026-06-01&end_date=2026-06-03"
    )
    assert len(short["data"]) == 6


async def test_a_parameter_after_a_stray_ampersand_is_read(api: Any) -> None:
    assert (await api.json("/api/packages/requests/recent?&period=day"))["data"] == {
        "last_day": 39_600_000
    }


async def test_unknown_packages_and_values_answer_as_upstream(api: Any) -> None:
    for endpoint in ("recent", "overall"):
        assert (await api.get(f"/api/packages/nothing-here/{endpoint}")).status_code == 404
    for endpoint in ("python_major", "python_minor", "system"):
        assert (await api.json(f"/api/packages/nothing-here/{endpoint}"))["data"] == []
    assert (await api.get("/api/packages/requests/recent?period=year")).status_code == 404
    both = await api.json("/api/packages/requests/overall?mirrors=maybe")
    assert len({row["category"] for row in both["data"]}) == 2


async def test_the_ecosystem_has_recent_counts_without_mirrors(api: Any) -> None:
    answer = await api.json("/api/packages/__all__/recent")
    assert answer["package"] == "__all__"
    assert answer["data"]["last_day"] == 79_200_000
    assert answer["data"]["last_week"] == 7 * 79_200_000


async def test_pepys_project_has_a_total_and_versions_by_day(api: Any) -> None:
    project = await api.json("/api/v2/projects/Requests")
    assert project["id"] == "requests"
    assert project["total_downloads"] == 90 * 40_000_000
    assert project["downloads"]["2026-06-30"] == {"2.33.1": 11_000, "2.34.0": 10_000}
    assert project["versions"] == ["2.33.1", "2.34.0"]
