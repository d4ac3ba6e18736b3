"""What a request's headers ask for, as far as the edge is concerned."""

WARM_GENERATION = b"x-warm-generation"
Headers = list[tuple[bytes, bytes]]


class Asked:
    """What a request's headers say that matters here."""

    __slots__ = ("accepted", "elsewhere", "known", "warming")

    def __init__(self, headers: Headers) -> None:
        self.accepted = b""
        self.known = b""
        self.elsewhere = False
        """Whether a page of another site asks."""
        self.warming = False
        for name, value in headers:
            if name == b"accept-encoding":
                self.accepted = value
            elif name == b"if-none-match":
                self.known = value
            elif name == b"origin":
                self.elsewhere = True
            elif name == WARM_GENERATION:
                self.warming = True


def matches(asked: bytes, tag: bytes) -> bool:
    """Say whether If-None-Match names the tag, by weak comparison (RFC 9110, 13.1.2)."""
    if asked == tag or asked.strip() == b"*":
        return True
    opaque = tag.removeprefix(b"W/")
    return any(each.strip().removeprefix(b"W/") == opaque for each in asked.split(b","))
