"""Requests in their canonical form, addresses of clients, and what memory holds."""

import random
import zlib
from urllib.parse import quote, unquote, urlencode

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from api.app import PARTS
from api.cache.local_cache import ALIASES, LocalCache
from api.cache.pages import Page, dump, load, preferred_encoding, store
from api.cache.request_keys import Routing, Target
from api.http.clients import Clients, grouped
from api.http.problems import NotFoundError
from api.search.names import canonical, canonical_or_same

ROUTING = Routing(route for part in PARTS for route in part.router.routes)
letters = st.text(max_size=40)


def target(path: str, query: bytes = b"") -> Target:
    found = ROUTING.target(path, query)
    assert found is not None
    return found


@given(
    letters, st.dictionaries(st.sampled_from(["from", "to", "series", "x", "granularity"]), letters)
)
def test_a_key_is_a_request_that_leads_to_itself(name: str, query: dict[str, str]) -> None:
    asked = ROUTING.target(f"/api/packages/{name}/history", urlencode(query).encode())
    if asked is None:
        assert name == "" or "/" in name or "\n" in name
        return
    path, _, text = asked.key.partition("?")
    again = ROUTING.target(unquote(path), text.encode())
    assert again == asked
    assert quote(unquote(path)) == path or "%2F" in path


def test_what_makes_no_difference_is_not_in_the_key() -> None:
    plain = target("/api/packages")
    assert target("/api/packages", b"sort=%0D") == plain
    for query in (b"sort=downloads", b"limit=50&order=desc", b"utm_source=x", b"&&", b"category="):
        assert target("/api/packages", query) == plain
    assert target("/api/packages", b"sort=stars").key == "/api/packages?sort=stars"
    assert target("/api/packages", b"limit=5&sort=stars") == target(
        "/api/packages", b"sort=stars&limit=5&limit=5"
    )


def test_each_path_has_its_budget() -> None:
    assert target("/api/search", b"q=x").limit_class == "search"
    assert target("/api/badge/x/health.svg").limit_class == "badges"
    export = target("/api/export/packages.csv")
    assert export.limit_class == "exports" and not export.kept
    assert ROUTING.target("/api/nowhere", b"") is None


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,30}[A-Za-z0-9])?", fullmatch=True))
def test_a_name_has_one_canonical_form(name: str) -> None:
    once = canonical(name)
    assert canonical(once) == canonical(name.upper()) == canonical_or_same(name) == once


@given(letters)
def test_any_text_is_a_name_or_not_found(name: str) -> None:
    try:
        assert canonical(name)
    except NotFoundError:
        assert canonical_or_same(name) == name


@given(st.text(max_size=60), st.text(max_size=60))
def test_headers_from_strangers_do_not_choose_the_client(forwarded: str, peer: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode("latin-1", "replace"))]
    assert Clients("").of((peer, 1), headers) == grouped(peer)
    assert Clients("10.0.0.0/8").of(("192.0.2.1", 1), headers) == "192.0.2.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.2, 10.0.0.3", "198.51.100.1"),
        ("10.0.0.2", "10.0.0.2"),
        ("", "10.0.0.1"),
        ("rubbish", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_nearest_stranger_is_the_client(forwarded: str, client: str) -> None:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    assert Clients("10.0.0.0/8").of(("10.0.0.1", 1), headers) == client


def page(key: str, size: int, generation: int = 1) -> Page:
    body = random.Random(size).randbytes(size)
    return Page(
        key,
        store(
            body,
            generation=generation,
            expires=9e9,
            media_type="text/plain",
            tag='W/"x"',
            limit_class="reads",
            brief=False,
        ),
    )


def test_the_least_used_page_goes_first() -> None:
    copies = LocalCache(10_000)
    copies.put(page("a", 100))
    copies.put(page("b", 100))
    copies.put(page("c", 100))
    copies.get("a")
    copies.put(page("d", 3_000))
    assert copies.get("b") is None and copies.get("a") is not None
    assert copies.bytes <= 10_000


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 5_000)), max_size=40))
def test_memory_is_counted_right(puts: list[tuple[str, int]]) -> None:
    copies = LocalCache(20_000)
    for key, size in puts:
        copies.put(page(key, size))
        held = copies.get(key)
        if held is not None:
            held.variant("gzip")
            copies.account(key)
    for key in "abcdefgh":
        copies.put(page(key, 10))
    assert copies.bytes == sum(len(key) + page(key, 10).size() + 2000 for key in "abcdefgh")


def test_spellings_have_a_bound() -> None:
    copies = LocalCache(10_000)
    copies.put(page("x", 10))
    for number in range(ALIASES + 10):
        copies.remember(b"%d" % number, "x")
    assert copies.find(b"0", 0, 0) is None and copies.find(b"%d" % ALIASES, 0, 0) is not None
    copies.remember(b"x" * 1000, "x")
    assert copies.find(b"x" * 1000, 0, 0) is None


@given(st.binary(max_size=3_000))
def test_a_page_comes_back_from_redis_in_every_encoding(body: bytes) -> None:
    kept = store(
        body,
        generation=3,
        expires=1.5,
        media_type="text/plain",
        tag='W/"x"',
        limit_class="search",
        brief=True,
    )
    again = Page("/", load(dump(kept)))
    assert again.stored == kept
    undo = {b"zstd": zstd.decompress, b"gzip": lambda packed: zlib.decompress(packed, 31)}
    for encoding in ("", "gzip", "zstd"):
        variant = again.variant(encoding)
        named = dict(variant.headers).get(b"content-encoding")
        assert (undo[named](variant.body) if named else variant.body) == body


@given(st.binary(max_size=60))
def test_any_accept_encoding_is_understood(accepted: bytes) -> None:
    assert preferred_encoding(accepted) in ("", "gzip", "zstd")
