"""GitHub's limits: so many requests an hour, so many points a minute, so many at once."""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from replay.clock import Clock

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


@dataclass(frozen=True)
class Standing:
    """Where a client stands after a request; `refusal` names the limit it ran into."""

    limit: int
    used: int
    reset: int
    refusal: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """As GitHub tells them with each answer."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(max(self.limit - self.used, 0)),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": "core",
        }


class RateLimits:
    """Counts requests by client: a token, or the address of who has none."""

    def __init__(self, clock: Clock, settings: LimitSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._windows: dict[str, Window] = {}
        self.running: dict[str, int] = defaultdict(int)
        """Requests in flight by client."""

    def standing(self, client: str, anonymous: bool) -> Standing:
        """Where the client stands; costs nothing."""
        window = self._window(client)
        return self._stand(window, anonymous, None)

    def admit(self, client: str, anonymous: bool) -> Standing:
        """Count one request, or name the limit that refuses it."""
        window = self._window(client)
        minute = int(self._clock.now() // MINUTE_SECONDS)
        if window.used >= self._hourly(anonymous):
            return self._stand(window, anonymous, "primary")
        if window.minutes[minute] >= self._settings.per_minute:
            return self._stand(window, anonymous, "secondary")
        if self.running[client] >= CONCURRENT_REQUESTS:
            return self._stand(window, anonymous, "secondary")
        window.used += 1
        window.minutes = defaultdict(int, {minute: window.minutes[minute] + 1})
        return self._stand(window, anonymous, None)

    def give_back(self, client: str, anonymous: bool) -> Standing:
        """Take a request back: a 304 under a token costs nothing."""
        window = self._window(client)
        if not anonymous and window.used > 0:
            window.used -= 1
        return self._stand(window, anonymous, None)

    def _window(self, client: str) -> Window:
        now = self._clock.now()
        window = self._windows.get(client)
        if window is None or now >= window.began + HOUR_SECONDS:
            window = self._windows[client] = Window(began=now)
        return window

    def _hourly(self, anonymous: bool) -> int:
        return ANONYMOUS_HOURLY if anonymous else self._settings.hourly

    def _stand(self, window: Window, anonymous: bool, refusal: str | None) -> Standing:
        reset = math.ceil(window.began + HOUR_SECONDS)
        return Standing(self._hourly(anonymous), window.used, reset, refusal)
