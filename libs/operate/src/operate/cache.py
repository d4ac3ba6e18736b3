"""The cache: made anew at an operator's word, which the cache-warmer carries out."""

from dataclasses import dataclass
from datetime import UTC, datetime

from events import CacheAction, CacheOrdered
from events.topology import CACHE_ORDERED
from operate.bus import Bus


@dataclass(frozen=True)
class Cache:
    """The cache of one installation."""

    bus: Bus

    async def order(self, action: CacheAction, reason: str) -> None:
        """Hand an order to the cache-warmer; each one counts, also the same one again."""
        now = datetime.now(UTC)
        event = CacheOrdered(action=action, reason=reason, ordered_at=now)
        await self.bus.send(CACHE_ORDERED, event, f"cache:{action}:{now.isoformat()}")
