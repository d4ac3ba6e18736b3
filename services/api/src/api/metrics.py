"""What the api counts, cheaply; Prometheus sees it when it asks."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
"""Upper bounds, in seconds."""
REQUEST_BUCKETS = (0.0001, 0.0005, *BUCKETS)
"""Seconds; a hot answer takes some microseconds and ends in the first."""
NOTHING = (0.0,) * (len(REQUEST_BUCKETS) + 2)
"""A count for each bucket and one beyond, then the sum, before anything was noted."""
METHODS = ("GET", "HEAD", "OPTIONS")
OTHER_METHOD = "other"
NO_ROUTE = "none"
"""Route of a request whose path no route has, so that strangers' paths make no series."""


class Counts:
    """Plain counters for the hot path: a note costs a look-up, a bisection and two additions."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], list[float]] = {}
        """By route, method and status: a count for each bucket of seconds, then their sum."""
        self.found: Counter[str] = Counter()
        """Answers by where they were found: memory, redis, database, stale, unkept."""
        self.limited: Counter[str] = Counter()
        """Requests refused, by budget."""
        self.making = Histogram(
            "api_making_seconds",
            "Time to make an answer that no cache had.",
            buckets=BUCKETS,
            registry=None,
        )

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        noted = self.requests.get((route, method, status))
        if noted is None:
            noted = self._opened(route, method, status)
        noted[bisect_left(REQUEST_BUCKETS, seconds)] += 1
        noted[-1] += seconds

    def statuses(self) -> Counter[int]:
        """Return how many requests were answered with each status."""
        by_status: Counter[int] = Counter()
        for (_, _, status), (*counts, _) in list(self.requests.items()):
            by_status[status] += int(sum(counts))
        return by_status

    def _opened(self, route: str, method: str, status: int) -> list[float]:
        known = method if method in METHODS else OTHER_METHOD
        return self.requests.setdefault((route, known, status), list(NOTHING))


class ApiMetrics(Collector):
    """Hands the counters to Prometheus."""

    def __init__(self, counts: Counts, gauges: dict[str, tuple[str, Callable[[], float]]]) -> None:
        self._counts = counts
        self._gauges = gauges
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self.registry.register(counts.making)

    def collect(self) -> Iterator[Metric]:
        """Yield every counter, histogram and gauge."""
        yield _counter(
            "api_answers", "Answers by where they were found.", "source", self._counts.found
        )
        yield _counter("api_responses", "Responses by status.", "status", self._counts.statuses())
        yield _counter(
            "api_limited", "Requests refused by the rate limit.", "budget", self._counts.limited
        )
        yield _histogram(self._counts)
        for name, (meaning, value) in self._gauges.items():
            gauge = GaugeMetricFamily(name, meaning)
            gauge.add_metric([], value())
            yield gauge


def _counter(name: str, meaning: str, label: str, counts: Counter) -> Metric:  # type: ignore[type-arg]
    family = CounterMetricFamily(name, meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([str(value)], count)
    return family


def _histogram(counts: Counts) -> Metric:
    family = HistogramMetricFamily(
        "api_request_seconds",
        "Time from a request's headers to the last byte of its answer handed over.",
        labels=["route", "method", "status"],
    )
    bounds = [*map(floatToGoString, REQUEST_BUCKETS), "+Inf"]
    for labels, (*each, total) in _by_hundreds(counts).items():
        family.add_metric(labels, list(zip(bounds, accumulate(each), strict=True)), total)
    return family


def _by_hundreds(counts: Counts) -> dict[tuple[str, str, str], Sequence[float]]:
    """Add up what was noted of statuses that begin alike, as 2xx."""
    together: dict[tuple[str, str, str], Sequence[float]] = {}
    for (route, method, status), noted in list(counts.requests.items()):
        labels = (route, method, f"{status // 100}xx")
        so_far = together.get(labels, NOTHING)
        together[labels] = [a + b for a, b in zip(so_far, noted, strict=True)]
    return together
