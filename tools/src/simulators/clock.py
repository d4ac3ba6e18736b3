"""The replayed world's time: real, faster than real, or set by a simulation."""

import time


class Clock:
    """Seconds since 1970 that may run at another speed and may be moved forward, never back."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._base = time.time()
        self._started = time.monotonic()

    def now(self) -> float:
        """The simulated time as seconds since 1970."""
        return self._base + (time.monotonic() - self._started) * self._speed

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._base += max(seconds, 0.0)

    def reach(self, moment: float) -> None:
        """Move forward to `moment`; an earlier one changes nothing."""
        self.advance(moment - self.now())

    def run_at(self, speed: float) -> None:
        """Let `speed` simulated seconds pass in each real one from now on."""
        self._base, self._started, self._speed = self.now(), time.monotonic(), speed
