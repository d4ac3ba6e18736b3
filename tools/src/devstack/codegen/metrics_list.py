"""Every metric the processes tell, read from the code that makes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faststream.nats.prometheus import NatsPrometheusMiddleware
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from api.metrics import ApiMetrics, Counts
from cache_warmer.metrics import WarmMetrics
from ingest_downloads.metrics import IngestMetrics
from ingest_github.metrics import ReadMetrics
from scorer.metrics import RunMetrics
from servicekit.metrics import BusMetrics
from servicekit.sources import SourceMetrics, Sources

API_GAUGES = {
    "api_generation": "Generation shown.",
    "api_memory_bytes": "Bytes of answers in memory.",
    "api_redis_away": "1 while Redis does not answer.",
}
"""The api hands these over in its wiring; a test holds them against what it really answers."""

Gauges = dict[str, tuple[str, Callable[[], float]]]

ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
"""Kind of metric to how the names of its series end."""


@dataclass(frozen=True)
class MetricRow:
    """One metric and who tells it."""

    by: str
    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str

    @property
    def series(self) -> tuple[str, ...]:
        """The names that a query uses."""
        return tuple(f"{self.name}{ending}" for ending in ENDINGS[self.kind])


def metrics() -> list[MetricRow]:
    """Return all metrics, those of one part after another."""
    return [*_bus(), *_services(), *_api()]


def _bus() -> Iterator[MetricRow]:
    registry = CollectorRegistry()
    NatsPrometheusMiddleware(registry=registry, app_name="")
    BusMetrics(registry)
    registry.register(SourceMetrics(Sources()))
    yield from _told("every service on the bus", registry)


def _services() -> Iterator[MetricRow]:
    for service, make in (
        ("scorer", RunMetrics),
        ("ingest-downloads", IngestMetrics),
        ("ingest-github", ReadMetrics),
        ("cache-warmer", WarmMetrics),
    ):
        registry = CollectorRegistry()
        make(registry)
        yield from _told(service, registry)


def _api() -> Iterator[MetricRow]:
    gauges: Gauges = {name: (meaning, float) for name, meaning in API_GAUGES.items()}
    yield from _told("api", ApiMetrics(Counts(), gauges).registry)


def _told(by: str, registry: CollectorRegistry) -> Iterator[MetricRow]:
    labels = _labels_by_name(registry)
    for family in registry.collect():
        named = labels.get(family.name) or _labels_of(family)
        yield MetricRow(by, family.name, family.type, named, family.documentation)


def _labels_of(family: Metric) -> tuple[str, ...]:
    return tuple(getattr(family, "_labelnames", ()))


def _labels_by_name(registry: CollectorRegistry) -> dict[str, tuple[str, ...]]:
    """Labels of metrics without a sample yet, which only their own objects know."""
    return {
        name: tuple(getattr(collector, "_labelnames", ()))
        for name, collector in registry._names_to_collectors.items()
    }


def metrics_page() -> str:
    """Return the page that lists all metrics."""
    lines = [
        "# Metrics",
        "",
        "Made from the code by `make generate`. Each service answers `/metrics` beside its probes, "
        "the api on `METRICS_PORT`, where no visitor comes; "
        "alerts and dashboards use these names and those of NATS's exporter (`nats_consumer_*`).",
        "",
        "| told by | metric | kind | labels | meaning |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *(_row(told) for told in metrics())]) + "\n"


def _row(told: MetricRow) -> str:
    shown = f"`{told.name}{'_total' if told.kind == 'counter' else ''}`"
    labels = ", ".join(f"`{label}`" for label in told.labels)
    return f"| {told.by} | {shown} | {told.kind} | {labels} | {told.meaning} |"
