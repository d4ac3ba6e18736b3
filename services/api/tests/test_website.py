"""The website answers without the api beside it, and claims nothing that is the api's."""

from pathlib import Path

import httpx

from api.settings import Settings
from api.website import make_website

FRONTEND = Path(__file__).parents[3] / "frontend"


async def asked(path: str) -> httpx.Response:
    app = make_website(Settings(site_dir=str(FRONTEND)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
        return await client.get(path)


async def test_pages_come_with_the_headers_of_the_site() -> None:
    page = await asked("/package/requests/")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_probe_is_answered() -> None:
    assert (await asked("/healthz")).status_code == 200


async def test_what_is_the_apis_is_unknown_here_and_its_description_is_a_page() -> None:
    assert (await asked("/api/packages")).status_code == 404
    assert (await asked("/api/docs")).headers["content-type"].startswith("text/html")
