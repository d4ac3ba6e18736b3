"""The status says what a run went on without, and which published days were counted anew."""

from typing import Any


async def test_what_a_run_went_on_without_is_told(api: Any) -> None:
    runs = {run["run_id"]: run for run in (await api.json("/api/status"))["runs"]}
    assert runs["downloads-2026-06-30"]["left_out"] == ["breakdown by country: no such table"]
    assert runs["metadata-2026-06-30"]["left_out"] == []


async def test_corrected_days_are_told_with_how_much_changed(api: Any) -> None:
    run_id = "downloads-2026-06-30"
    assert (await api.json("/api/status"))["corrections"] == [
        {"day": "2026-06-28", "run_id": run_id, "packages": 412, "downloads": 53_201},
        {"day": "2026-06-27", "run_id": run_id, "packages": 2, "downloads": -7},
    ]
