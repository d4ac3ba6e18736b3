"""How warm the cache is."""

from prometheus_client import CollectorRegistry, Gauge

from cache_warmer.warming import Report


class WarmMetrics:
    """Gauges of the newest generation that was made ready."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.generation = Gauge(
            "pypi_stats_warm_generation",
            "Newest generation whose pages were made ready.",
            registry=registry,
        )
        self.pages = Gauge(
            "pypi_stats_warm_pages",
            "Pages made ready for it, by outcome.",
            ["outcome"],
            registry=registry,
        )
        self.seconds = Gauge(
            "pypi_stats_warm_seconds", "How long making them ready took.", registry=registry
        )

    def note(self, report: Report) -> None:
        """Take the numbers of a report."""
        self.generation.set(report.generation)
        self.pages.labels("ready").set(report.pages)
        self.pages.labels("failed").set(len(report.failed))
        self.seconds.set(report.seconds)
