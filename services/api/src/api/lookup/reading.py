"""What a request for many packages holds, in whatever form it came."""

from collections.abc import Iterator

import msgspec

from api.http.problems import InvalidRequestError
from api.lookup.locks import is_json_lock, is_toml_lock, read_json_lock, read_toml_lock
from api.lookup.requirements import PURL, read_purl, read_requirement, read_requirements
from api.lookup.wanted import Reading, Unread, Wanted, gathered

MOST_PACKAGES = 1000
"""Packages of one request."""
MOST_UNREAD = 200
"""Lines given back that were not read."""


class Asked(msgspec.Struct, frozen=True):
    """The body of a request, where it is JSON."""

    names: list[str] = []
    purls: list[str] = []
    text: str = ""


def read_body(body: bytes, content_type: str) -> Reading:
    """Return what a body asks for: JSON as `Asked`, anything else as a file's text.

    Raises `InvalidRequestError` where it cannot be read at all or asks for too much.
    """
    reading = gathered(_entries(_asked(body, content_type)))
    if len(reading.wanted) > MOST_PACKAGES:
        raise InvalidRequestError(
            f"{len(reading.wanted):,} packages; at most {MOST_PACKAGES:,} at once, please."
        )
    return Reading(reading.wanted, reading.unread[:MOST_UNREAD])


def _asked(body: bytes, content_type: str) -> Asked:
    try:
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return msgspec.json.decode(body, type=Asked)
        return Asked(text=body.decode("utf-8-sig"))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidRequestError(f"The body cannot be read: {error}") from error


def _entries(asked: Asked) -> Iterator[Wanted | Unread]:
    for name in asked.names:
        yield read_purl(name) if name.startswith(PURL) else read_requirement(name.strip())
    yield from map(read_purl, asked.purls)
    yield from read_text(asked.text)


def read_text(text: str) -> Iterator[Wanted | Unread]:
    """Yield what a file's text asks for, by what it looks like."""
    if is_json_lock(text):
        yield from read_json_lock(text)
    elif is_toml_lock(text):
        yield from read_toml_lock(text)
    else:
        yield from read_requirements(text)
