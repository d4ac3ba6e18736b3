"""What an operator orders of the cache."""

from datetime import datetime
from enum import StrEnum

from events.base import Event


class CacheAction(StrEnum):
    """What an operator may order."""

    WARM = "warm"
    """Have the popular pages of the generation that visitors see made anew."""
    PURGE = "purge"
    """Drop every kept page, here, in each api process and at the edge; then warm."""


class CacheOrdered(Event, frozen=True, kw_only=True):
    """An operator wants pages made anew, though no run brought a new generation."""

    action: CacheAction
    reason: str
    """Why, for the log."""
    ordered_at: datetime
