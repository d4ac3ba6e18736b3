"""What a request's headers ask for, as far as the edge is concerned."""

ACCEPT_ENCODING = b"accept-encoding"
IF_NONE_MATCH = b"if-none-match"
ORIGIN = b"origin"
"""Sent where a page of another site asks."""
WARM_GENERATION = b"x-warm-generation"
Headers = list[tuple[bytes, bytes]]
Given = dict[bytes, bytes]
"""A request's headers by name, of several with one name the last."""


def matches(asked: bytes, tag: bytes) -> bool:
    """Say whether If-None-Match names the tag, by weak comparison (RFC 9110, 13.1.2)."""
    if asked == tag or asked.strip() == b"*":
        return True
    opaque = tag.removeprefix(b"W/")
    return any(each.strip().removeprefix(b"W/") == opaque for each in asked.split(b","))
