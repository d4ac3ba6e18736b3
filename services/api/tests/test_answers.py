"""What the answers say of the small world."""

import pytest


async def test_probe(api) -> None:
    for path in (
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/packages",
        "/api/packages/requests",
        "/api/packages/requests/history",
        "/api/search?q=req",
        "/api/status",
        "/api/packages/requests/breakdown/python",
        "/api/compare?names=requests,flask",
        "/api/packages/requests/overall",
        "/api/packages/requests/recent",
        "/api/packages/__all__/recent",
        "/api/packages/__all__/overall",
        "/api/packages/requests/python_minor",
        "/api/v2/projects/requests",
    ):
        r = await api.get(path)
        print(
            path,
            r.status_code,
            len(r.content),
            r.text[:300],
            dict(r.headers) if path == "/api/packages" else "",
        )
        assert r.status_code == 200
