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


async def test_schedules_tell_their_rule_their_last_run_and_the_next_moment(api: Any) -> None:
    status = await api.json("/api/status")
    assert status["scheduled"] is True
    downloads, metadata, security = status["schedules"]
    assert downloads["rule"] == "At 04:30 every day, UTC"
    assert downloads["next"][10:] == "T04:30:00Z"
    assert metadata["last_run"] == "metadata-2026-06-30"
    assert security["rule"] == "At 00:00, 06:00, 12:00, and 18:00 every day, UTC"


async def test_where_nobody_asks_by_schedule_nothing_comes_next(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    async with start_api(settings_for(world, scheduled=False)) as api:
        status = await api.json("/api/status")
    assert status["scheduled"] is False
    assert {each["next"] for each in status["schedules"]} == {None}
