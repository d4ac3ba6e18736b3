"""GitHub's limits: so many requests an hour, so many points a minute, so many at once."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from simulators.clock import Clock

HOUR_SECONDS = 3600
MINUTE_SECONDS = 60
ANONYMOUS_HOURLY = 60
CONCURRENT_REQUESTS = 100


@dataclass(frozen=True)
class LimitSettings:
    """What one token may do."""

    hourly: int = 5000
    """Primary limit: requests an hour."""
    per_minute: int = 900
    """Secondary limit: points a minute; reading costs one."""


@dataclass
class Window:
    """Use of a resource since the window began."""

    began: float
    used: int = 0
    minutes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Points by minute since 1970."""


class Client(NamedTuple):
    """Who asks: by token, or by address without one."""

    name: str
    anonymous: bool


@dataclass(frozen=True)
class Standing:
    """Where a client stands after a request; `refusal` names the limit it ran into."""

    limit: int
    used: int
    reset: int
    resource: str
    refusal: str | None = None

    @property
    def remaining(self) -> int:
        """Requests or points left in the window."""
        return max(self.limit - self.used, 0)

    @property
    def headers(self) -> dict[str, str]:
        """As GitHub tells them with each answer."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": self.resource,
        }


class RateLimits:
    """Counts what clients ask, for each of GitHub's resources apart."""

    def __init__(self, clock: Clock, settings: LimitSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._windows: dict[tuple[Client, str], Window] = {}
        self.running: dict[Client, int] = defaultdict(int)
        """Requests in flight by client."""

    def standing(self, client: Client, resource: str = "core") -> Standing:
        """Where the client stands; costs nothing."""
        return self._stand(client, resource, None)

    def admit(self, client: Client, resource: str = "core") -> Standing:
        """Count one request, or name the limit that refuses it."""
        window = self._window(client, resource)
        minute = int(self._clock.now() // MINUTE_SECONDS)
        if window.used >= self._hourly(client):
            return self._stand(client, resource, "primary")
        crowded = self.running[client] >= CONCURRENT_REQUESTS
        if crowded or window.minutes[minute] >= self._settings.per_minute:
            return self._stand(client, resource, "secondary")
        window.used += 1
        window.minutes = defaultdict(int, {minute: window.minutes[minute] + 1})
        return self._stand(client, resource, None)

    def give_back(self, client: Client, resource: str = "core") -> Standing:
        """Take a request back: a 304 under a token costs nothing."""
        window = self._window(client, resource)
        if not client.anonymous and window.used > 0:
            window.used -= 1
        return self._stand(client, resource, None)

    def _window(self, client: Client, resource: str) -> Window:
        now = self._clock.now()
        window = self._windows.get((client, resource))
        if window is None or now >= window.began + HOUR_SECONDS:
            window = self._windows[client, resource] = Window(began=now)
        return window

    def _hourly(self, client: Client) -> int:
        return ANONYMOUS_HOURLY if client.anonymous else self._settings.hourly

    def _stand(self, client: Client, resource: str, refusal: str | None) -> Standing:
        window = self._window(client, resource)
        reset = math.ceil(window.began + HOUR_SECONDS)
        return Standing(self._hourly(client), window.used, reset, resource, refusal)
