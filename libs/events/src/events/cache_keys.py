"""The layout of the cache in Redis: the one agreement between the api and the cache-warmer."""

from datetime import date

GENERATION_KEY = "generation"
"""Key of the generation that visitors see; the cache-warmer writes it, the api follows it."""

PURGES_KEY = "purges"
"""Key of the number of purges so far; an api process that sees it grow drops its own copies."""

PAGES = "g*:*"
"""Pattern of the keys of all kept pages."""


def page_key(generation: int, request: str) -> str:
    """Return the key of the page kept for a canonical request: `g7:/api/status`."""
    return f"g{generation}:{request}"


def generation_of(key: bytes) -> int | None:
    """Return the generation in the key of a kept page; None for any other key."""
    head, colon, _ = key.partition(b":")
    number = head[1:]
    return int(number) if colon and head[:1] == b"g" and number.isdigit() else None


def claim_key(generation: int, request: str) -> str:
    """Return the key that the replica holds which makes a page, so that no other makes it too."""
    return f"claim:{page_key(generation, request)}"


def popular_key(day: date) -> str:
    """Return the key of a UTC day's sorted set of pages by count: `popular:2026-06-30`."""
    return f"popular:{day:%Y-%m-%d}"
