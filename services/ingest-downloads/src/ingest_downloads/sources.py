"""The source that the settings choose, opened for one run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ingest_downloads.bigquery import BigQuery
from ingest_downloads.bigquery_source import BigQuerySource
from ingest_downloads.budget import HourlyBudget
from ingest_downloads.clickhouse import ClickHouse
from ingest_downloads.clickhouse_source import ClickHouseSource
from ingest_downloads.settings import Settings
from ingest_downloads.source import Source


class Sources:
    """Opens sources; what a server allows in an hour is counted over all runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.budget = HourlyBudget(settings.clickhouse_queries_per_hour)

    @asynccontextmanager
    async def open(self, run_id: str) -> AsyncIterator[Source]:
        """Yield the source of the settings, for one run."""
        if self._settings.source == "bigquery":
            async with BigQuery(self._settings) as project:
                yield BigQuerySource(project, self._settings, run_id)
        else:
            async with ClickHouse(self._settings, self.budget) as server:
                yield ClickHouseSource(server, self._settings)
