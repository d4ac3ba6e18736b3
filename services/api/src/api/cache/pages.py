"""A kept answer: one body in the encodings that clients ask for."""

import zlib
from collections.abc import Callable
from functools import lru_cache

import msgspec
from backports import zstd

from api.settings import LimitClass

Header = tuple[bytes, bytes]
SMALLEST_COMPRESSED = 600
"""Bytes below which compression saves nothing worth its time."""
ZSTD_LEVEL = 3
GZIP_LEVEL = 6
GZIP_WINDOW = 31
"""zlib's way to say: with gzip's header."""
ANYBODY: Header = (b"access-control-allow-origin", b"*")
NOT_SNIFFED: Header = (b"x-content-type-options", b"nosniff")
EXPOSED: Header = (b"access-control-expose-headers", b"*")
"""For other sites' scripts, which say an Origin: they may read the limits and the ETag."""
STANDING_HEADERS: list[Header] = [ANYBODY, EXPOSED, NOT_SNIFFED]
"""Headers of every answer that is made for one client alone."""
JSON = "application/json"
"""Browsers take it for nothing else, so they need not be told."""


class Stored(msgspec.Struct, array_like=True, frozen=True):
    """A page as the shared cache holds it."""

    generation: int
    expires: float
    media_type: str
    tag: str
    limit_class: LimitClass
    brief: bool
    packed: bool
    """Whether the body is compressed with zstd."""
    body: bytes
    route: str = ""
    """The path's template, for measuring; pages of an older release have none."""


class Variant:
    """A body in one encoding, with every header that does not change by the second."""

    __slots__ = ("body", "headers", "unchanged_headers")

    def __init__(self, stored: Stored, encoding: str, body: bytes) -> None:
        self.body = body
        self.unchanged_headers: list[Header] = [ANYBODY, (b"etag", stored.tag.encode())]
        if stored.packed:
            self.unchanged_headers.append((b"vary", b"accept-encoding"))
        if stored.media_type != JSON:
            self.unchanged_headers.append(NOT_SNIFFED)
        self.headers: list[Header] = [
            *self.unchanged_headers,
            (b"content-type", stored.media_type.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        if encoding:
            self.headers.append((b"content-encoding", encoding.encode()))


class Page:
    """A kept answer in one process; encodings nobody asked for yet are not made."""

    __slots__ = (
        "_variants",
        "brief",
        "expires",
        "generation",
        "key",
        "limit_class",
        "route",
        "stored",
        "tag",
    )

    def __init__(self, key: str, stored: Stored) -> None:
        self.key = key
        """Its name in the caches."""
        self.stored = stored
        self.generation = stored.generation
        self.expires = stored.expires
        self.tag = stored.tag.encode()
        self.limit_class = stored.limit_class
        self.brief = stored.brief
        self.route = stored.route
        self._variants: dict[str, Variant] = {}

    def variant(self, encoding: str) -> Variant:
        """Return the body in an encoding: `zstd`, `gzip`, or the empty string for neither."""
        known = self._variants.get(encoding)
        if known is None:
            known = self._variants[encoding] = self._made(encoding)
        return known

    def _made(self, encoding: str) -> Variant:
        if not self.stored.packed or (encoding == "zstd"):
            return Variant(self.stored, encoding if self.stored.packed else "", self.stored.body)
        plain = zstd.decompress(self.stored.body)
        return Variant(self.stored, encoding, _gzipped(plain) if encoding else plain)

    def size(self) -> int:
        """Return the bytes held, all encodings together."""
        return len(self.stored.body) + sum(len(each.body) for each in self._variants.values())


def store(
    body: bytes,
    *,
    generation: int,
    expires: float,
    media_type: str,
    tag: str,
    limit_class: LimitClass,
    brief: bool,
    route: str = "",
) -> Stored:
    """Make a page to keep, compressed where that saves something."""
    packed = zstd.compress(body, ZSTD_LEVEL) if len(body) >= SMALLEST_COMPRESSED else body
    smaller = len(packed) < len(body)
    return Stored(
        generation=generation,
        expires=expires,
        media_type=media_type,
        tag=tag,
        limit_class=limit_class,
        brief=brief,
        packed=smaller,
        body=packed if smaller else body,
        route=route,
    )


dump: Callable[[Stored], bytes] = msgspec.msgpack.Encoder().encode
"""Give a page's bytes for the shared cache."""
load: Callable[[bytes], Stored] = msgspec.msgpack.Decoder(Stored).decode
"""Read them back; raises msgspec.MsgspecError on anything else."""


@lru_cache(maxsize=512)
def preferred_encoding(accepted: bytes) -> str:
    """Return `zstd`, `gzip` or nothing, by an Accept-Encoding header."""
    weights = dict(_weight(part) for part in accepted.decode("latin-1").lower().split(","))
    anything = weights.get("*", 0.0)
    for encoding in ("zstd", "gzip"):
        if weights.get(encoding, anything) > 0:
            return encoding
    return ""


def _weight(part: str) -> tuple[str, float]:
    name, _, parameter = part.partition(";")
    try:
        return name.strip(), float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return name.strip(), 0.0


def _gzipped(plain: bytes) -> bytes:
    packer = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return packer.compress(plain) + packer.flush()
