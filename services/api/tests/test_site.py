"""The website's files under their pretty addresses."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api.site import page_metadata

FRONTEND = (
    next(each for each in Path(__file__).parents if (each / "frontend").is_dir()) / "frontend"
)


@pytest.fixture
async def site(
    world: str,
    settings_for: Any,
    start_api: Any,
    empty_cache: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Any]:
    monkeypatch.setattr(page_metadata, "TIMEOUT", 30)  # seconds, on a busy machine as well
    async with start_api(settings_for(world, site_dir=str(FRONTEND))) as running:
        yield running


def body_of(page: str) -> str:
    """What a page shows around what may be written into it; of anything else, all of it."""
    if "<body>" not in page:
        return page
    before, main = page[page.find("<body>") :].split("<main", 1)
    return before + main.split("</main>", 1)[1]


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/package/requests/", "package/index.html"),
        ("/package/Zope.Interface/", "package/index.html"),
        ("/insights/", "insights/index.html"),
        ("/insights/hidden_gem/", "insights/index.html"),
        ("/compare/?names=a,b", "compare/index.html"),
        ("/advisories/", "advisories/index.html"),
        ("/status/", "status/index.html"),
        ("/about/", "about/index.html"),
        ("/api/docs", "api-docs/index.html"),
        ("/js/site.js", "js/site.js"),
    ],
)
async def test_each_address_has_its_file(site: Any, path: str, file: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200
    assert body_of(answer.text) == body_of((FRONTEND / file).read_text())
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] and answer.headers["etag"]
    again = await site.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/headers.json",
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/.git/config",
        "/js/",
        "/package/a/b/",
        "/%00",
        "/js/..%2f..%2fpyproject.toml",
        "/" + "a" * 5000,
    ],
)
async def test_what_is_not_of_the_site_is_its_404_page(site: Any, path: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 404
    assert body_of(answer.text) == body_of((FRONTEND / "404.html").read_text())
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "canonical" not in answer.text


async def test_an_address_without_its_last_slash_leads_on(site: Any) -> None:
    answer = await site.get("/package/requests")
    assert answer.status_code == 308 and answer.headers["location"] == "/package/requests/"


async def test_types_let_browsers_run_modules(site: Any) -> None:
    assert (await site.get("/js/site.js")).headers["content-type"].startswith("text/javascript")
    assert (await site.get("/css/tokens.css")).headers["content-type"].startswith("text/css")
    assert (await site.client.post("/")).status_code == 405


async def test_the_api_is_beside_it(site: Any) -> None:
    assert (await site.json("/api/packages/requests"))["name"] == "requests"
    unknown = await site.get("/api/nowhere")
    assert unknown.headers["content-type"] == "application/problem+json"
    assert (await site.get("/sitemap.xml")).headers["content-type"].startswith("application/xml")
    assert (await site.get("/healthz")).text == "ok"


async def test_a_file_changed_on_disk_is_served_anew(
    world: str, settings_for: Any, start_api: Any, empty_cache: Any, tmp_path: Path
) -> None:
    for name in ("headers.json", "404.html", "index.html"):
        (tmp_path / name).write_bytes((FRONTEND / name).read_bytes())
    async with start_api(settings_for(world, site_dir=str(tmp_path))) as site:
        before = (await site.get("/")).headers["etag"]
        (tmp_path / "index.html").write_text("<!doctype html><title>new</title>")
        answer = await site.get("/")
        assert "new" in answer.text and answer.headers["etag"] != before
