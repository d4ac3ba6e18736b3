"""The archive as this process knows it: asked for once a run, read once per ETag."""

import asyncio

import httpx
import structlog

from security_scan.archive import ArchiveError
from security_scan.download import fetch
from security_scan.index import Index, read_index
from security_scan.settings import Settings
from security_scan.store import ArchiveStore, Stored

log = structlog.get_logger(__name__)


class Library:
    """Keeps one index, and replaces it when a run brings another archive."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings, store: ArchiveStore) -> None:
        self._client = client
        self._settings = settings
        self._store = store
        self._lock = asyncio.Lock()
        self._run: str | None = None
        self._index: Index | None = None
        self._without: str | None = None
        """The run whose work goes on though its archive could not be had."""

    async def for_run(self, run_id: str) -> Index:
        """Return the index that all parts of this run are to agree on.

        Raises ArchiveError where the archive cannot be had or used.
        """
        async with self._lock:
            if self._index is None or self._run != run_id:
                stored = self._store.of_run(run_id) or await self._fetch()
                self._index = await self._read(stored)
                self._store.pin(run_id, stored)
                self._run, self._without = run_id, None
            return self._index

    async def for_work(self, run_id: str) -> Index:
        """Return the index of the run, or the last one known where the source is out of reach.

        Whether the run may be published at all is judged by its catalogue, not here.
        """
        if self._index is not None and self._without == run_id:
            return self._index
        try:
            return await self.for_run(run_id)
        except ArchiveError as problem:
            async with self._lock:
                self._index = self._index or await self._read_newest(problem)
                self._without = run_id
                log.warning("examining with the last archive", problem=str(problem))
                return self._index

    async def _fetch(self) -> Stored:
        return await fetch(self._client, self._settings, self._store)

    async def _read_newest(self, problem: ArchiveError) -> Index:
        stored = self._store.newest()
        if stored is None:
            raise problem
        return await self._read(stored)

    async def _read(self, stored: Stored) -> Index:
        if self._index is not None and self._index.path == stored.path:
            return self._index
        try:
            index = await asyncio.to_thread(read_index, stored.path, self._settings.bounds)
        except ArchiveError:
            self._store.drop(stored)
            raise
        log.info("archive read", records=index.readable, broken=len(index.broken))
        return index
