"""What a process knows of the sources it asks: who answers, who keeps failing, and with what.

The one register of the process is `SOURCES`; `servicekit.tries` fills it, `/sources` and
`/metrics` tell it.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

WINDOW = 60
"""Seconds back that a source is judged by."""

FEWEST_FAILURES = 3
"""Failed tries within the window below which nothing is said: one try may always fail."""

FAILING_SHARE = 0.25
"""Share of the tries within the window from which a source keeps failing."""

LONGEST_ERROR = 300
"""Characters."""


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """How a source did within the last minute."""

    source: str
    answered: int
    failed: int
    """Tries, not questions: one question may fail several times."""
    failing: bool
    error: str
    """How the last try failed that did."""


@dataclass
class _Second:
    moment: int
    counts: Counter[bool] = field(default_factory=Counter)


class Sources:
    """Counts the tries of each source, second by second, and forgets what is over a minute old."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seconds: dict[str, deque[_Second]] = {}
        self._errors: dict[str, str] = {}
        self.failed_tries: Counter[str] = Counter()
        """By source, since the process began."""

    def answered(self, source: str) -> None:
        """Note a try that was answered."""
        self._now(source)[True] += 1

    def failed(self, source: str, error: BaseException) -> None:
        """Note a try that failed."""
        self._now(source)[False] += 1
        self._errors[source] = (str(error) or type(error).__name__)[:LONGEST_ERROR]
        self.failed_tries[source] += 1

    def states(self) -> list[SourceState]:
        """Return how each source did that was ever asked, by name."""
        return [self._state(source) for source in sorted(self._seconds)]

    def _now(self, source: str) -> Counter[bool]:
        moment = int(self._clock())
        seconds = self._seconds.setdefault(source, deque())
        if not seconds or seconds[-1].moment != moment:
            seconds.append(_Second(moment))
        while seconds[0].moment < moment - WINDOW:
            seconds.popleft()
        return seconds[-1].counts

    def _state(self, source: str) -> SourceState:
        since = self._clock() - WINDOW
        counts: Counter[bool] = Counter()
        for second in self._seconds[source]:
            if second.moment >= since:
                counts += second.counts
        answered, failed = counts[True], counts[False]
        enough = failed >= max(FEWEST_FAILURES, FAILING_SHARE * (answered + failed))
        return SourceState(
            source=source,
            answered=answered,
            failed=failed,
            failing=enough,
            error=self._errors.get(source, ""),
        )


class SourceMetrics(Collector):
    """Hands the register to Prometheus."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        """Yield a counter and a gauge, each with a value for every source."""
        tries = CounterMetricFamily(
            "source_failed_tries", "Tries that a source did not answer.", labels=["source"]
        )
        failing = GaugeMetricFamily(
            "source_failing", "1 while a source keeps failing.", labels=["source"]
        )
        for state in self._sources.states():
            tries.add_metric([state.source], self._sources.failed_tries[state.source])
            failing.add_metric([state.source], float(state.failing))
        yield tries
        yield failing


SOURCES = Sources()
"""Those that this process asks."""
