"""Counters are for whoever runs the service: visitors are not served them unless that is wanted."""

from typing import Any

import httpx

from devstack.processes.ports import free_port


async def test_visitors_are_not_served_the_counters(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    port = free_port()
    async with start_api(settings_for(world, metrics_public=False, metrics_port=port)) as api:
        refused = await api.get("/metrics")
        async with httpx.AsyncClient() as operator:
            told = await operator.get(f"http://127.0.0.1:{port}/metrics")
    assert refused.status_code == 404
    assert "api_" not in refused.text
    assert told.status_code == 200
    assert "api_generation" in told.text


async def test_the_port_is_free_again_after_the_end(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    port = free_port()
    for _ in range(2):
        async with start_api(settings_for(world, metrics_port=port)), httpx.AsyncClient() as other:
            assert (await other.get(f"http://127.0.0.1:{port}/metrics")).status_code == 200
