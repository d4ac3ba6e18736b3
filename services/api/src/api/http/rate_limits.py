"""Rate limits per client, over all replicas, at the price of two dictionary look-ups.

Each process counts by itself and tells the others through Redis once a second; so a client that
spreads over replicas may overdraw by what it does in that second. Windows are fixed.
"""

import asyncio
from collections.abc import Iterable, Mapping
from time import time

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.errors import StorageError

from api.cache.pages import Header
from api.cache.redis_cache import RedisCache
from api.settings import LimitClass, Settings

EXCHANGE_SECONDS = 1.0
"""Seconds between two exchanges with the other replicas."""
FLUSHED_AT_ONCE = 32
"""Counts told to Redis at the same time."""
MOST_CLIENTS = 200_000
"""Clients counted at a time; beyond, those of past windows go, then everybody starts anew."""

log = structlog.get_logger(__name__)


class Account:
    """One client's use of one budget in one window."""

    __slots__ = ("elsewhere", "own", "shared", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.own = 0
        """Units used here."""
        self.shared = 0
        """Of them, those that Redis knows."""
        self.elsewhere = 0
        """Units used at other replicas, as Redis last said."""


class Budget:
    """What a client may use of one class of routes."""

    def __init__(self, name: LimitClass, policy: str) -> None:
        self.name = name
        self.item: RateLimitItem = parse(policy)
        self.quota = self.item.amount
        self.seconds = self.item.get_expiry()
        self.accounts: dict[str, Account] = {}
        self.changed: set[str] = set()
        self._left = b'"%b";r=%%d;t=%%d' % name.encode()
        self._policy: Header = (
            b"ratelimit-policy",
            b'"%b";q=%d;w=%d' % (name.encode(), self.quota, self.seconds),
        )

    def charge(self, client: str, units: int, now: int) -> int:
        """Take units from a client; gives what is left, negative when it was too much."""
        window = now // self.seconds
        account = self.accounts.get(client)
        if account is None or account.window != window:
            account = self._opened(client, window)
        account.own += units
        self.changed.add(client)
        return self.quota - account.own - account.elsewhere

    def headers(self, left: int, now: int) -> list[Header]:
        """Return the RateLimit headers."""
        policy_values = (left if left > 0 else 0, self.seconds - now % self.seconds)
        return [self._policy, (b"ratelimit", self._left % policy_values)]

    def retry_after(self, now: int) -> int:
        """Return the seconds until the window ends."""
        return self.seconds - now % self.seconds

    def _opened(self, client: str, window: int) -> Account:
        if len(self.accounts) >= MOST_CLIENTS:
            current = {c: a for c, a in self.accounts.items() if a.window == window}
            self.accounts = current if len(current) < MOST_CLIENTS else {}
        account = self.accounts[client] = Account(window)
        return account


def make_budgets(settings: Settings, shared: RedisCache) -> "Budgets":
    """Return the budgets of the settings, counted together where there is a Redis."""
    url = settings.redis_url.get_secret_value()
    storage: Storage | None = None
    if url:
        storage = RedisStorage(
            f"async+{url}",
            implementation="redispy",
            key_prefix="limits",
            wrap_exceptions=True,
            connection_pool=shared.pool,
        )
    policies: dict[LimitClass, str] = {
        "reads": settings.rate_limit_reads,
        "search": settings.rate_limit_search,
        "badges": settings.rate_limit_badges,
        "exports": settings.rate_limit_exports,
    }
    return Budgets(policies, storage)


class Budgets:
    """All budgets, and their exchange with the other replicas."""

    def __init__(self, policies: Mapping[LimitClass, str], storage: Storage | None) -> None:
        self.by_class = {name: Budget(name, policy) for name, policy in policies.items()}
        self._storage = storage or MemoryStorage()
        self._gate = asyncio.Semaphore(FLUSHED_AT_ONCE)

    async def flush(self) -> None:
        """Tell and hear once; while Redis is away, each replica counts for itself."""
        try:
            for budget in self.by_class.values():
                changed, budget.changed = budget.changed, set()
                await self._tell_all(budget, changed)
        except (StorageError, OSError, TimeoutError) as error:
            log.warning("limits_not_shared", error=f"{type(error).__name__}: {error}")

    async def _tell_all(self, budget: Budget, clients: Iterable[str]) -> None:
        await asyncio.gather(*(self._tell(budget, client) for client in clients))

    async def _tell(self, budget: Budget, client: str) -> None:
        account = budget.accounts.get(client)
        if account is None or account.window != int(time()) // budget.seconds:
            return
        news = account.own - account.shared
        key = budget.item.key_for(budget.name, client, str(account.window))
        async with self._gate:
            total = await self._storage.incr(key, budget.seconds * 2, news)
        account.shared += news
        account.elsewhere = max(0, total - account.shared)
