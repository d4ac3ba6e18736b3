"""Atom feeds (RFC 4287)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from api.site.badges import CONTROL

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


class Entry(msgspec.Struct, frozen=True):
    """One entry of a feed."""

    identity: str
    """Part of the entry's identifier; the same thing keeps it for ever."""
    title: str
    link: str
    updated: datetime
    text: str


class Feed(msgspec.Struct, frozen=True):
    """A whole feed; the addresses start with the site's."""

    name: str
    title: str
    site: str
    updated: datetime
    entries: Sequence[Entry]


def render(feed: Feed) -> bytes:
    """Return the feed as XML."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    own = f"{feed.site}/api/feeds/{feed.name}.atom"
    _text(root, "id", own)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated.isoformat())
    _text(SubElement(root, "author"), "name", "PyPI Stats")
    SubElement(root, "link", {"rel": "self", "type": MEDIA_TYPE, "href": own})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.site + "/"})
    for entry in feed.entries:
        _add(root, feed, entry)
    return _document(root)


def _document(root: Element) -> bytes:
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add(root: Element, feed: Feed, entry: Entry) -> None:
    element = SubElement(root, "entry")
    _text(element, "id", f"{feed.site}/api/feeds/{feed.name}.atom#{quote(entry.identity)}")
    _text(element, "title", entry.title)
    _text(element, "updated", entry.updated.isoformat())
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.link})
    _text(element, "summary", entry.text)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = CONTROL.sub("", text)


def start_of(day: date | None) -> datetime:
    """Return the day's first moment, UTC; with no day, a fixed one in the past."""
    return datetime.combine(day or date(2000, 1, 1), time(), UTC)


def site_map(site: str, pages: Sequence[str]) -> bytes:
    """Return the site map (sitemaps.org) of paths below the site's address."""
    root = Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for page in pages:
        _text(SubElement(root, "url"), "loc", site + page)
    return _document(root)
