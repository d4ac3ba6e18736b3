"""Compresses an answer piece by piece, as the client accepts it."""

import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import lz4.frame
from backports import zstd


class Compressor(NamedTuple):
    """One stream's compression."""

    name: str
    begin: Callable[[], bytes]
    compress: Callable[[bytes], bytes]
    finish: Callable[[], bytes]


def compressor_for(accept_encoding: str) -> Compressor | None:
    """The best of what the client accepts; none where it accepts nothing known."""
    accepted = {part.split(";")[0].strip() for part in accept_encoding.split(",")}
    for name, make in MAKERS.items():
        if name in accepted:
            return make()
    return None


def compressed(compressor: Compressor | None, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces as one compressed stream; empty output is held back."""
    if compressor is None:
        yield from pieces
        return
    head = compressor.begin()
    for piece in pieces:
        out = head + compressor.compress(piece)
        head = b""
        if out:
            yield out
    yield head + compressor.finish()


def _zstd() -> Compressor:
    stream = zstd.ZstdCompressor(level=1)
    return Compressor("zstd", bytes, stream.compress, stream.flush)


def _lz4() -> Compressor:
    stream = lz4.frame.LZ4FrameCompressor()
    return Compressor("lz4", stream.begin, stream.compress, stream.flush)


def _gzip() -> Compressor:
    stream = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    return Compressor("gzip", bytes, stream.compress, stream.flush)


MAKERS: dict[str, Callable[[], Compressor]] = {"zstd": _zstd, "lz4": _lz4, "gzip": _gzip}
"""In the order in which the server prefers them."""
