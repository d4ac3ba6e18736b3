"""What search engines and link previews read of a page: they run no script.

The site's files name no host, so that any server can give them. Here they get the site's own
address, and a page about one package or one list gets its title and description from what the
api answers about it.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote

import msgspec
from starlette.types import ASGIApp, Scope

from api.cache.page_cache import run
from api.search.names import canonical_or_same
from api.site.list_content import ListFacts, index_content, list_content
from api.site.page_content import PackageFacts, compact, package_content
from domain.flags import FLAGGED

TIMEOUT = 0.5
"""Seconds a page waits for its title; it comes with a plainer one when the api is slow."""
OWN_ADDRESS = re.compile(r'(<link rel="canonical" href="|<meta property="og:url" content=")[^"]*')
PICTURE = re.compile(r'(<meta property="og:image" content=")(?=/)')
TITLE = re.compile(r'(<title>|<meta property="og:title" content=")[^<"]*')
DESCRIPTION = re.compile(r'(<meta (?:name="description"|property="og:description") content=")[^"]*')
LOADING = re.compile(r'<p class="loading">[^<]*</p>')
NO_SCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
MORE_WITH_SCRIPT = (
    '<noscript><p class="note block">Courses, comparisons and details need JavaScript, or the '
    '<a href="/api/docs">open API</a>.</p></noscript>'
)
SITE_MAP = re.compile(r"^(Sitemap: )(?=/)", re.MULTILINE)
FORWARDED = b"x-forwarded-for"


@dataclass(frozen=True)
class Head:
    """What is written into a page; empty: as the file has it."""

    path: str
    title: str = ""
    description: str = ""
    content: str = ""
    """HTML that stands in the page until its script has more."""
    asked: str = ""
    """What the page's script will ask the api, so that the browser asks at once."""


def written(text: str, site: str, head: Head) -> str:
    """Return the file's text with absolute addresses, its own title and its own description."""
    given = [
        (OWN_ADDRESS, site + quote(head.path)),
        (TITLE, head.title),
        (DESCRIPTION, head.description),
    ]
    for pattern, value in given:
        if value:
            text = pattern.sub(lambda found, value=value: found[1] + escape(value), text)  # type: ignore[misc]
    text = PICTURE.sub(lambda found: found[1] + escape(site), text)
    text = SITE_MAP.sub(lambda found: found[1] + site, text)
    return _with_content(text, head)


def _with_content(text: str, head: Head) -> str:
    """Return the text with the head's content in the place of the notes that tell of loading."""
    if not head.content:
        return text
    text = NO_SCRIPT.sub("", text, count=1)
    text = LOADING.sub(lambda _: head.content + MORE_WITH_SCRIPT, text, count=1)
    early = f'<link rel="preload" href="{escape(head.asked)}" as="fetch" crossorigin>\n    '
    return text.replace("<script ", early + "<script ", 1)


class _InsightList(msgspec.Struct):
    """What is read of /api/insights/{category}."""

    category: ListFacts
    total: int = 0
    packages: list[PackageFacts] = []


class _Insights(msgspec.Struct):
    """What is read of /api/insights."""

    categories: list[ListFacts]


def _package(path: str, answer: bytes) -> Head:
    known = msgspec.json.decode(answer, type=PackageFacts)
    status = known.security.status
    warning = f"Flagged as {status}. " if status in FLAGGED else ""
    used = f"{known.title}: {compact(known.downloads.last_month)} downloads in 30 days."
    return Head(
        path,
        f"{known.title}: downloads and health · PyPI Stats",
        f"{warning}{used} {known.summary or ''}".strip(),
        package_content(known),
    )


def _nameless_package(path: str, name: str) -> Head:
    return Head(
        path,
        f"{name}: downloads and health · PyPI Stats",
        f"Downloads, health, releases and advisories of {name}, a package on PyPI.",
    )


def _list(path: str, answer: bytes) -> Head:
    found = msgspec.json.decode(answer, type=_InsightList)
    known = found.category
    content = list_content(known, found.total, found.packages)
    return Head(path, f"{known.title} · PyPI Stats", known.meaning, content)


def _lists(path: str, answer: bytes) -> Head:
    found = msgspec.json.decode(answer, type=_Insights)
    return Head(path, content=index_content(found.categories))


def _nameless_list(path: str, name: str) -> Head:
    if not name:
        return Head(path)
    return Head(path, f"{name.replace('_', ' ').capitalize()} · PyPI Stats")


@dataclass(frozen=True)
class Kind:
    """Pages that are each about one thing the api knows."""

    path: str
    asked: str
    query: str
    """The same question that the page's script will ask: it so finds the answer kept."""
    known: Callable[[str, bytes], Head]
    unknown: Callable[[str, str], Head]
    """When the api cannot say now: from the path and the name alone."""

    def address(self, name: str) -> str:
        """Return what the page's script asks for."""
        path = self.asked.format(quote(name))
        return f"{path}?{self.query}" if self.query else path


KINDS = {
    "/package/{name}/": Kind("/package/{}/", "/api/packages/{}", "", _package, _nameless_package),
    "/insights/": Kind("/insights/", "/api/insights", "", _lists, _nameless_list),
    "/insights/{category}/": Kind(
        "/insights/{}/", "/api/insights/{}", "limit=50", _list, _nameless_list
    ),
}
"""By the address in the site's rules."""


class PageMetadata:
    """Finds what to write into each page; without an api, from the address alone."""

    def __init__(self, public_url: str, api: ASGIApp | None = None) -> None:
        self.site = public_url.rstrip("/")
        self._api = api
        self._asking: set[asyncio.Task[tuple[int, bytes]]] = set()

    async def of(self, source: str, path: str, name: str, scope: Scope) -> tuple[int, Head]:
        """Return the status and head of a page: 404 where the api says that there is none."""
        kind = KINDS.get(source)
        if kind is None:
            return 200, Head(path)
        if kind.path.startswith("/package/"):
            name = canonical_or_same(name)
        own = kind.path.format(name)
        status, answer = await self._patiently(kind.asked.format(name), kind.query, scope)
        if status == 200:
            return 200, replace(kind.known(own, answer), asked=kind.address(name))
        return (404 if status == 404 else 200), kind.unknown(own, name)

    async def _patiently(self, path: str, query: str, scope: Scope) -> tuple[int, bytes]:
        """Ask; status 0 when nothing came in time. The asking goes on: the page's script comes."""
        if self._api is None:
            return 0, b""
        asking = asyncio.create_task(_ask(self._api, path, query, scope))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        done, _ = await asyncio.wait({asking}, timeout=TIMEOUT)
        return asking.result() if done and not asking.exception() else (0, b"")


async def _ask(api: ASGIApp, path: str, query: str, scope: Scope) -> tuple[int, bytes]:
    """Ask the api for JSON as the visitor who wants the page, so that the same limits hold."""
    own = {
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode(),
        "headers": [each for each in scope["headers"] if each[0] == FORWARDED],
    }
    status, _, body = await run(api, {**scope, **own})
    return status, body
