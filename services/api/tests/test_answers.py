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
        "/api/packages/requests/score",
        "/api/packages/never-read/score",
        "/api/insights",
        "/api/insights/rising_star",
        "/api/definitions",
        "/api/advisories?limit=2",
        "/api/packages/requests/advisories",
        "/api/badge/requests/downloads.svg",
        "/api/badge/requests/health.svg?label=%3Cb%3E&color=red",
        "/api/feeds/rising.atom",
        "/api/feeds/advisories.atom",
        "/sitemap.xml",
        "/api/export/packages.csv",
        "/api/export/packages.json",
        "/api/export/packages.parquet",
        "/api/openapi.json",
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
