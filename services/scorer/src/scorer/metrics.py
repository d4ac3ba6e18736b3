"""What an operator asks first: is tonight's run done, what waits, what was given up."""

import asyncpg
from prometheus_client import CollectorRegistry, Gauge

from scorer import queries
from scorer.queries import fetch
from scorer.runs.timing import SECONDS


class RunMetrics:
    """Gauges read from the tables each time the loops turn."""

    def __init__(self, registry: CollectorRegistry) -> None:
        registry.register(SECONDS)
        self.runs = Gauge(
            "pypi_stats_runs", "Runs by kind and status.", ["kind", "status"], registry=registry
        )
        self.day = Gauge(
            "pypi_stats_run_day_seconds",
            "Newest day of a kind of run that is complete or partial, as a Unix time.",
            ["kind"],
            registry=registry,
        )
        self.outbox = Gauge(
            "pypi_stats_outbox_oldest_seconds",
            "How long the oldest unsent message has waited.",
            registry=registry,
        )
        self.letters = Gauge(
            "pypi_stats_dead_letters", "Dead letters not replayed yet.", registry=registry
        )
        self.generation = Gauge(
            "pypi_stats_generation", "Number of the read model that is visible.", registry=registry
        )

    async def read(self, pool: asyncpg.Pool) -> None:
        """Bring all gauges up to the tables."""
        rows = await fetch(queries.runs.run_gauges(pool))
        self.runs.clear()  # a status that no run has any more must not stay as it was
        newest: dict[str, float] = {}
        for row in rows:
            self.runs.labels(row["kind"], row["status"]).set(row["runs"])
            if row["newest"] is not None:
                newest[row["kind"]] = max(row["newest"], newest.get(row["kind"], 0.0))
        for kind, day in newest.items():
            self.day.labels(kind).set(day)
        self.outbox.set(await queries.runs.oldest_unsent(pool))
        self.letters.set(await queries.runs.open_letters(pool))
        self.generation.set((await queries.runs.publication(pool))["generation"])
