"""The website's files, for when no other server stands in front.

Pretty addresses, headers and cache times come from the site's own `headers.json`; what names the
site's address in a page is written by `metadata`.
"""

import re
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import quote

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from api.answers.body import tag_of
from api.cache.pages import Header, Page, preferred_encoding, store
from api.http.middleware import READING
from api.http.request_headers import matches
from api.site.page_metadata import Head, PageMetadata, written

RULES = "headers.json"
OTHERS = ("/api/", "/sitemap.xml", "/healthz", "/readyz", "/metrics")
"""Paths that are the api's, unless a rewrite names them."""
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
NEVER = float("inf")
NAMING_THE_SITE = (".html", "robots.txt")
"""Ends of the names of files in which the site's address is written."""
MOST_PAGES = 1024
"""Files and pages kept ready to send."""


class CacheRule(msgspec.Struct, frozen=True):
    """How long files below a prefix may be kept."""

    prefix: str
    value: str = msgspec.field(name="Cache-Control")


class Rewrite(msgspec.Struct, frozen=True):
    """A pretty address and its file."""

    source: str = msgspec.field(name="from")
    file: str = msgspec.field(name="to")

    def pattern(self) -> re.Pattern[str]:
        """Return what matches the address; `{word}` is one segment, and is captured."""
        parts = re.split(r"\{\w+\}", self.source)
        return re.compile("([^/]+)".join(re.escape(part) for part in parts))


class Unknown(msgspec.Struct, frozen=True):
    """What an unknown address gets."""

    status: int
    file: str = msgspec.field(name="to")


class Rules(msgspec.Struct, frozen=True):
    """The whole of `headers.json`."""

    headers: dict[str, str]
    cache: list[CacheRule]
    rewrites: list[Rewrite]
    unknown: Unknown


class Known(msgspec.Struct, frozen=True):
    """An address that the rules know."""

    rule: Rewrite
    name: str = ""
    """The segment that stands for `{word}`."""


class Site:
    """Serves the files, and hands everything else to the api."""

    def __init__(
        self, api: ASGIApp, folder: Path, metadata: PageMetadata, extra_headers: list[Header]
    ) -> None:
        self._api = api
        self._folder = folder.resolve(strict=True)
        self._metadata = metadata
        rules = msgspec.json.decode((self._folder / RULES).read_bytes(), type=Rules)
        self._cache = sorted(rules.cache, key=lambda each: -len(each.prefix))
        self._rewrites = [(each.pattern(), each) for each in rules.rewrites]
        self._unknown = rules.unknown
        standing = [(k.lower().encode(), v.encode()) for k, v in rules.headers.items()]
        self._headers: list[Header] = [*standing, *extra_headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        if scope["type"] != "http" or (path.startswith(OTHERS) and not self._asked(path)):
            await self._api(scope, receive, send)
        elif scope["method"] not in READING:
            headers = [*self._headers, (b"allow", b"GET, HEAD"), (b"content-length", b"0")]
            await _send(send, 405, headers, b"")
        else:
            await self._serve(path, scope, send)

    async def _serve(self, path: str, scope: Scope, send: Send) -> None:
        asked = self._asked(path)
        file = asked.rule.file if asked else path
        place = self._place(file)
        if place is not None:
            status, head = await self._head(asked, path, scope)
            await self._give(status, self._page(place, head), file, scope, send)
        elif self._asked(path + "/"):
            target = (b"location", quote(path).encode() + b"/")
            await _send(send, 308, [*self._headers, target, (b"content-length", b"0")], b"")
        else:
            missing = self._place(self._unknown.file)
            assert missing is not None  # noqa: S101 - part of the site
            page = self._page(missing, Head("/"))
            await self._give(self._unknown.status, page, self._unknown.file, scope, send)

    def _asked(self, path: str) -> Known | None:
        for pattern, rule in self._rewrites:
            if found := pattern.fullmatch(path):
                return Known(rule, *found.groups())
        return None

    async def _head(self, asked: Known | None, path: str, scope: Scope) -> tuple[int, Head]:
        """Return the status and what is written into the page; a file's address is its rule's."""
        if asked is not None:
            return await self._metadata.of(asked.rule.source, path, asked.name, scope)
        pretty = (each.source for _, each in self._rewrites if each.file == path)
        return 200, Head(next(pretty, path))

    def _place(self, file: str) -> Path | None:
        """Return where the file lies; None outside of the folder."""
        if "\0" in file or file == f"/{RULES}" or "/." in file:
            return None
        try:
            place = (self._folder / file.lstrip("/")).resolve()
            inside = place.is_relative_to(self._folder) and place.is_file()
        except OSError:  # a name no file can have
            return None
        return place if inside else None

    def _page(self, place: Path, head: Head) -> Page:
        """Return the file's bytes, read again when they change."""
        names_site = place.name.endswith(NAMING_THE_SITE)
        return _made(
            place, place.stat().st_mtime, self._metadata.site, head if names_site else None
        )

    async def _give(self, status: int, page: Page, file: str, scope: Scope, send: Send) -> None:
        asked = dict(scope["headers"])
        headers: list[Header] = [
            *self._headers,
            (b"cache-control", self._kept_for(file)),
            (b"etag", page.tag),
            (b"vary", b"accept-encoding"),
        ]
        if status == 200 and matches(asked.get(b"if-none-match", b""), page.tag):
            await _send(send, 304, headers, b"")
            return
        variant = page.variant(preferred_encoding(asked.get(b"accept-encoding", b"")))
        content = [each for each in variant.headers if each[0].startswith(b"content-")]
        body = b"" if scope["method"] == "HEAD" else variant.body
        await _send(send, status, [*headers, *content], body)

    def _kept_for(self, file: str) -> bytes:
        return next(
            (each.value for each in self._cache if file.startswith(each.prefix)), "no-cache"
        ).encode()


@lru_cache(MOST_PAGES)
def _made(place: Path, changed: float, site: str, head: Head | None) -> Page:
    """Make what is sent of one version of a file."""
    body = place.read_bytes()
    if head is not None:
        body = written(body.decode(), site, head).encode()
    kind = TYPES.get(place.suffix) or guess_type(place.name)[0] or "application/octet-stream"
    textual = kind.startswith("text/") or kind.endswith(("json", "xml"))
    return Page(
        place.name,
        store(
            body,
            generation=0,
            expires=NEVER,
            media_type=f"{kind}; charset=utf-8" if textual else kind,
            tag=tag_of(body),
            limit_class="reads",
            brief=False,
        ),
    )


async def _send(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
