"""What the api counts, cheaply; Prometheus sees it when it asks."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Counts:
    """Plain counters for the hot path."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        """Answers by where they were found: memory, redis, database, stale, unkept."""
        self.statuses: Counter[int] = Counter()
        self.limited: Counter[str] = Counter()
        """Requests refused, by budget."""
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
        """Give every counter and gauge."""
        yield _counter(
            "api_answers", "Answers by where they were found.", "source", self._counts.found
        )
        yield _counter("api_responses", "Responses by status.", "status", self._counts.statuses)
        yield _counter(
            "api_limited", "Requests refused by the rate limit.", "budget", self._counts.limited
        )
        for name, (meaning, value) in self._gauges.items():
            gauge = GaugeMetricFamily(name, meaning)
            gauge.add_metric([], value())
            yield gauge


def _counter(name: str, meaning: str, label: str, counts: Counter) -> Metric:  # type: ignore[type-arg]
    family = CounterMetricFamily(name, meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([str(value)], count)
    return family
