"""What crawlers and link previews, which run no script, read of a page as it is sent."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import Settings
from api.site import page_metadata
from api.site.badges import short
from api.site.list_content import ListFacts, list_content
from api.site.page_content import PackageFacts, Repository, Security, package_content
from api.site.page_metadata import Head, PageMetadata, written
from api.website import make_website

FRONTEND = (
    next(each for each in Path(__file__).parents if (each / "frontend").is_dir()) / "frontend"
)
HOME = "https://stats.example.org"


def read(page: str) -> dict[str, str]:
    """The head as a crawler reads it."""
    pairs = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page)
    found = {name: unescape(value) for name, value in pairs}
    title = re.search(r"<title>(.*?)</title>", page)
    canonical = re.search(r'<link rel="canonical" href="([^"]*)"', page)
    assert title and canonical
    return found | {"title": unescape(title[1]), "canonical": unescape(canonical[1])}


@pytest.fixture
async def site(
    world: str,
    settings_for: Any,
    start_api: Any,
    empty_cache: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Any]:
    monkeypatch.setattr(page_metadata, "TIMEOUT", 30)
    settings = settings_for(world, site_dir=str(FRONTEND), public_url=f"{HOME}/")
    async with start_api(settings) as running:
        yield running


async def test_a_package_says_who_it_is(site: Any) -> None:
    answer = await site.get("/package/Requests/")
    head = read(answer.text)
    assert head["title"] == "requests: downloads and health · PyPI Stats"
    assert head["canonical"] == head["og:url"] == f"{HOME}/package/requests/"
    assert head["og:title"] == head["title"]
    assert head["description"] == head["og:description"]
    package = await site.json("/api/packages/requests")
    assert package["summary"] in head["description"]
    assert "downloads in 30 days" in head["description"]


class Reader(HTMLParser):
    """What somebody without scripts reads of a page's main part: its texts, and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(page[page.index("<main") : page.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


async def test_a_package_is_read_without_any_script(site: Any) -> None:
    read = Reader((await site.get("/package/requests/")).text)
    package = await site.json("/api/packages/requests")
    for told in (
        package["summary"],
        f"Version {package['version']}",
        f"Downloads, 30 days {short(package['downloads']['last_month']).upper()}",
        f"Rank #{package['downloads']['rank']:,}",
        f"Stars {short(package['repository']['stars']).upper()}",
        f"{package['health']['score']:.0f} of 100",
    ):
        assert told in read.text
    assert f"https://github.com/{package['repository']['full_name']}" in read.links


async def test_a_malicious_package_warns_before_anything_else(site: Any) -> None:
    read = Reader((await site.get("/package/reqeusts/")).text)
    assert read.text.startswith("Malicious: do not install this package")


async def test_a_list_is_read_without_any_script(site: Any) -> None:
    answer = await site.json("/api/insights/rising_star?limit=50")
    read = Reader((await site.get("/insights/rising_star/")).text)
    assert answer["category"]["rule"][1:] in read.text
    named = [link for link in read.links if link.startswith("/package/")]
    assert named == [f"/package/{each['name']}/" for each in answer["packages"]]
    index = Reader((await site.get("/insights/")).text)
    assert "/insights/rising_star/" in index.links


async def test_the_browser_asks_at_once_for_what_the_script_will_ask(site: Any) -> None:
    page = (await site.get("/insights/rising_star/")).text
    early = '<link rel="preload" href="/api/insights/rising_star?limit=50" as="fetch" crossorigin>'
    assert early in page


LETTERS = st.sampled_from("<>&\"'abc=/ ") | st.characters(exclude_categories=["Cs"])
HOSTILE = st.text(LETTERS, min_size=1)


def tags_of(name: str, text: str) -> list[str]:
    """Return the tags of what is written about a package and a list that say `text` everywhere."""
    facts = PackageFacts(
        name=name,
        summary=text,
        version=text,
        repository=Repository(text, 1),
        security=Security("malicious", text),
    )
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append(tag)  # type: ignore[method-assign]
    known = ListFacts(text, text, text, text)
    parser.feed(package_content(facts) + list_content(known, 1, [facts]))
    return found


@given(name=HOSTILE, text=HOSTILE)
def test_nothing_that_a_package_says_becomes_markup(name: str, text: str) -> None:
    assert tags_of(name, text) == tags_of("x", "x")


async def test_a_malicious_package_is_warned_of_in_previews(site: Any) -> None:
    head = read((await site.get("/package/reqeusts/")).text)
    assert head["og:description"].startswith("Flagged as malicious.")


async def test_a_package_that_is_none_is_not_found(site: Any) -> None:
    answer = await site.get("/package/no-such-package/")
    assert answer.status_code == 404
    assert "<title>no-such-package: " in answer.text


async def test_a_list_says_what_it_means(site: Any) -> None:
    known = (await site.json("/api/insights/rising_star"))["category"]
    head = read((await site.get("/insights/rising_star/")).text)
    assert (head["title"], head["description"]) == (
        f"{known['title']} · PyPI Stats",
        known["meaning"],
    )


@pytest.mark.parametrize("path", ["/", "/status/", "/about/", "/insights/", "/api/docs"])
async def test_every_page_names_its_absolute_address(site: Any, path: str) -> None:
    head = read((await site.get(f"{path}?from=elsewhere")).text)
    assert head["canonical"] == head["og:url"] == HOME + path
    assert head["og:image"] == f"{HOME}/img/social-card.png"
    assert (await site.get("/img/social-card.png")).headers["content-type"] == "image/png"


async def test_a_file_asked_for_by_its_own_name_leads_to_its_address(site: Any) -> None:
    assert read((await site.get("/about/index.html")).text)["canonical"] == f"{HOME}/about/"


async def test_robots_and_the_map_of_the_site_are_absolute(site: Any) -> None:
    assert f"Sitemap: {HOME}/sitemap.xml" in (await site.get("/robots.txt")).text
    places = re.findall(r"<loc>(.*?)</loc>", (await site.get("/sitemap.xml")).text)
    assert f"{HOME}/package/requests/" in places
    assert all(place.startswith(f"{HOME}/") for place in places)


async def test_a_page_keeps_its_tag_while_nothing_changes(site: Any) -> None:
    tag = (await site.get("/package/requests/")).headers["etag"]
    again = await site.get("/package/requests/", headers={"if-none-match": tag})
    assert again.status_code == 304


async def test_without_an_api_a_page_is_named_by_its_address() -> None:
    """The website of its own, which asks nobody."""
    app = make_website(Settings(site_dir=str(FRONTEND), public_url=HOME))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOME) as client:
        package = await client.get("/package/Zope.Interface/")
        insight = await client.get("/insights/hidden_gem/")
    head = read(package.text)
    assert package.status_code == 200
    assert head["title"] == "zope-interface: downloads and health · PyPI Stats"
    assert head["canonical"] == f"{HOME}/package/zope-interface/"
    assert "zope-interface" in head["description"]
    assert read(insight.text)["title"] == "Hidden gem · PyPI Stats"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1_314, "1.31k"),
        (999_499, "999k"),
        (999_999, "1M"),
        (999_000_000_000, "999B"),
    ],
)
def test_counts_are_told_in_three_digits(count: int, text: str) -> None:
    assert short(count) == text


Answering = Callable[..., Awaitable[None]]


async def slow(*_: Any) -> None:
    await asyncio.sleep(30)


async def failing(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def broken(*_: Any) -> None:
    raise RuntimeError


@pytest.mark.parametrize("api", [slow, failing, broken])
async def test_no_trouble_of_the_api_keeps_a_page_back(
    api: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_metadata, "TIMEOUT", 0.05)
    found = PageMetadata(HOME, api)
    scope = {"type": "http", "headers": []}
    status, head = await found.of("/package/{name}/", "/package/x/", "x", scope)
    assert (status, head.title) == (200, "x: downloads and health · PyPI Stats")


PAGE = (FRONTEND / "package" / "index.html").read_text()


@given(title=st.text(min_size=1), path=st.text(min_size=1).map(lambda text: f"/package/{text}/"))
def test_nothing_in_a_title_or_an_address_becomes_markup(title: str, path: str) -> None:
    page = written(PAGE, HOME, Head(path, title, title))
    tags = re.compile(r"<[a-z/!][^>]*>")
    assert len(tags.findall(page)) == len(tags.findall(PAGE))
    assert page.count('"') == PAGE.count('"')
