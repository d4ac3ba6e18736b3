"""What an operator asks of a night: did it come, how long did it take, what did it use up."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from events import RunKind, RunPlanned
from ingest_downloads.budget import HourlyBudget


class IngestMetrics:
    """Counts of the runs this process has read."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._runs = Counter(
            "pypi_stats_ingest_runs",
            "Runs read, by kind and by whether the source answered as asked.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._batches = Counter(
            "pypi_stats_ingest_batches", "Messages of counts published.", registry=registry
        )
        self._packages = Gauge(
            "pypi_stats_ingest_packages", "Packages of the last run.", ["kind"], registry=registry
        )
        self._seconds = Gauge(
            "pypi_stats_ingest_seconds", "Duration of the last run.", ["kind"], registry=registry
        )
        self._queries = Gauge(
            "pypi_stats_clickhouse_queries",
            "Queries of the last hour, handshakes included.",
            registry=registry,
        )

    def watch(self, budget: HourlyBudget) -> None:
        """Tell the queries that a budget has counted."""
        self._queries.set_function(budget.taken)

    def planned(self, kind: RunKind, plan: RunPlanned, seconds: float) -> None:
        """Count a run that has ended here."""
        problem = plan.facts.problem if plan.facts else None
        self._runs.labels(kind, "read" if problem is None else "refused").inc()
        self._batches.inc(plan.batches)
        self._packages.labels(kind).set((plan.facts.packages if plan.facts else None) or 0)
        self._seconds.labels(kind).set(seconds)
