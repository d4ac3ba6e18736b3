"""What the api counts, cheaply; Prometheus sees it when it asks."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
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
METHODS = ("GET", "HEAD", "OPTIONS")
OTHER_METHOD = "other"
NO_ROUTE = "none"
"""Route of a request whose path no route has, so that strangers' paths make no series."""


class Durations:
    """How long requests took, by route, method and class of status.

    A plain dictionary of lists: a note costs a look-up, a bisection and two additions.
    """

    __slots__ = ("series",)

    def __init__(self) -> None:
        self.series: dict[tuple[str, str, int], list[float]] = {}
        """By route, method and the status's hundreds: a count for each bucket, then the sum."""

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (route, method, status // 100)
        counts = self.series.get(key)
        if counts is None:
            counts = self._opened(route, method, status)
        counts[bisect_left(REQUEST_BUCKETS, seconds)] += 1
        counts[-1] += seconds

    def _opened(self, route: str, method: str, status: int) -> list[float]:
        known = method if method in METHODS else OTHER_METHOD
        return self.series.setdefault(
            (route, known, status // 100), [0.0] * (len(REQUEST_BUCKETS) + 2)
        )


class Counts:
    """Plain counters for the hot path."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        """Answers by where they were found: memory, redis, database, stale, unkept."""
        self.statuses: Counter[int] = Counter()
        self.limited: Counter[str] = Counter()
        """Requests refused, by budget."""
        self.durations = Durations()
        self.making = Histogram(
            "api_making_seconds",
            "Time to make an answer that no cache had.",
            buckets=BUCKETS,
            registry=None,
        )


class ApiMetrics(Collector):
    """Hands the counters to Prometheus."""

    def __init__(self, counts: Counts, gauges: dict[str, tuple[str, Callable[[], float]]]) -> None:
        self._counts = counts
        self._gauges = gauges
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self.registry.register(counts.making)

    def collect(self) -> Iterator[Metric]:
        """Give every counter, histogram and gauge."""
        yield _counter(
            "api_answers", "Answers by where they were found.", "source", self._counts.found
        )
        yield _counter("api_responses", "Responses by status.", "status", self._counts.statuses)
        yield _counter(
            "api_limited", "Requests refused by the rate limit.", "budget", self._counts.limited
        )
        yield _histogram(self._counts.durations)
        for name, (meaning, value) in self._gauges.items():
            gauge = GaugeMetricFamily(name, meaning)
            gauge.add_metric([], value())
            yield gauge


def _counter(name: str, meaning: str, label: str, counts: Counter) -> Metric:  # type: ignore[type-arg]
    family = CounterMetricFamily(name, meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([str(value)], count)
    return family


def _histogram(durations: Durations) -> Metric:
    family = HistogramMetricFamily(
        "api_request_seconds",
        "Time from a request's headers to the last byte of its answer handed over.",
        labels=["route", "method", "status"],
    )
    bounds = [*map(floatToGoString, REQUEST_BUCKETS), "+Inf"]
    for (route, method, hundreds), (*counts, total) in list(durations.series.items()):
        so_far = accumulate(counts)
        buckets = list(zip(bounds, so_far, strict=True))
        family.add_metric([route, method, f"{hundreds}xx"], buckets, total)
    return family
