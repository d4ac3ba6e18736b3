"""One BigQuery job at a time: priced before it runs, bounded while it runs, paid for once."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Self

import structlog
from google.api_core.exceptions import Conflict, GoogleAPICallError, RetryError
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.cloud import bigquery

from ingest_downloads.settings import Settings
from ingest_downloads.source import SourceError
from servicekit.tries import Question, Tries

GIB = 2**30
TIB = 2**40
PAGE_ROWS = 50_000
"""Rows in one page: BigQuery itself ends a page at about 10 MB."""

JOB_ATTEMPTS = 4
WAIT_FIRST = 1.0
WAIT_MAX = 60.0
"""Seconds between attempts."""

PASSING_REASONS = frozenset(
    {"backendError", "internalError", "jobBackendError", "jobInternalError", "jobRateLimitExceeded"}
    | {"rateLimitExceeded", "tableUnavailable", "partial"}
)
"""Reasons after which the same job, under another id, may succeed."""

FAILURES = (GoogleAPICallError, RetryError, GoogleAuthError, OSError)
Row = tuple[Any, ...]
log = structlog.get_logger(__name__)


class UnfinishedError(Exception):
    """A job that ended without all of its result."""


class BigQuery:
    """Runs queries of one project; every call that waits does so in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: bigquery.Client | None = None

    async def rows(self, sql: str, parameters: dict[str, Any], job_name: str) -> AsyncIterator[Row]:
        """Yield all rows of a query in its order.

        The same `job_name` again reads the result that is there instead of paying once more.
        Raises SourceError where the query would bill more than the limit, or cannot be run.
        """
        with explained():
            client = await self._connect()
            await self._price(client, sql, parameters)
            pages = await self._finished(client, sql, parameters, job_name)
            async for row in all_pages(pages):
                yield row

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()  # type: ignore[no-untyped-call]

    async def _connect(self) -> bigquery.Client:
        if not self._settings.bigquery_project:
            raise SourceError("BigQuery needs a project that pays: set BIGQUERY_PROJECT")
        if self._client is None:
            self._client = await asyncio.to_thread(make_client, self._settings)
        return self._client

    async def _price(self, client: bigquery.Client, sql: str, parameters: dict[str, Any]) -> None:
        """Ask what the query would read; a query above the limit is not run."""
        config = self._config(parameters, dry_run=True)
        job = await asyncio.to_thread(client.query, sql, job_config=config)
        needed = int(job.total_bytes_processed or 0)
        log.info("bigquery priced", gib=round(needed / GIB, 3), usd=round(self._usd(needed), 2))
        if needed > self._maximum_bytes:
            raise SourceError(
                f"BigQuery would bill {needed / GIB:.3g} GiB, ${self._usd(needed):.2f}, above the "
                f"limit of {self._settings.bigquery_maximum_gib:g} GiB, "
                f"${self._usd(self._maximum_bytes):.2f} (BIGQUERY_MAXIMUM_GIB)"
            )

    async def _finished(
        self, client: bigquery.Client, sql: str, parameters: dict[str, Any], job_name: str
    ) -> Any:
        """Return the pages of a job that is done and whole, each attempt under its own id."""
        async for attempt in Tries(
            Question("BigQuery", job_name, "the run goes on without it, or is held"),
            may_pass,
            attempts=JOB_ATTEMPTS,
            first_pause=WAIT_FIRST,
            longest_pause=WAIT_MAX,
        ):
            with attempt:
                job_id = f"{job_id_of(job_name)}-{attempt.num}"
                config = self._config(parameters, dry_run=False)
                return await asyncio.to_thread(self._run, client, sql, config, job_id)
        raise AssertionError("the last attempt raises")

    def _run(
        self, client: bigquery.Client, sql: str, config: bigquery.QueryJobConfig, job_id: str
    ) -> Any:
        job: Any
        try:
            job = client.query(sql, job_config=config, job_id=job_id, job_retry=None)
        except Conflict:  # this run was asked for before
            job = client.get_job(job_id)
        try:
            rows = job.result(
                page_size=PAGE_ROWS, timeout=self._settings.bigquery_timeout, job_retry=None
            )
        except TimeoutError as error:
            job.cancel()
            raise UnfinishedError(f"job {job_id} took too long and was cancelled") from error
        if job.errors:
            raise UnfinishedError(f"job {job_id} is partial: {job.errors[0].get('message', '')}")
        log.info("bigquery job done", job=job_id, billed_gib=(job.total_bytes_billed or 0) / GIB)
        return rows

    def _config(self, parameters: dict[str, Any], *, dry_run: bool) -> bigquery.QueryJobConfig:
        return bigquery.QueryJobConfig(
            dry_run=dry_run,
            use_query_cache=not dry_run,
            default_dataset=self._settings.bigquery_dataset,
            maximum_bytes_billed=None if dry_run else self._maximum_bytes,
            query_parameters=[query_parameter(*each) for each in parameters.items()],
        )

    @property
    def _maximum_bytes(self) -> int:
        return int(self._settings.bigquery_maximum_gib * GIB)

    def _usd(self, needed: int) -> float:
        return needed / TIB * self._settings.bigquery_usd_per_tib


def make_client(settings: Settings) -> bigquery.Client:
    """Return a client of Google's API, with the environment's credentials, or of a stand-in."""
    if not settings.bigquery_endpoint:
        return bigquery.Client(project=settings.bigquery_project)
    return bigquery.Client(
        project=settings.bigquery_project,
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": settings.bigquery_endpoint},
    )


def query_parameter(name: str, value: Any) -> Any:
    """Return a value as BigQuery binds it."""
    if isinstance(value, list):
        return bigquery.ArrayQueryParameter(name, "STRING", value)
    kind = "TIMESTAMP" if isinstance(value, datetime) else "INT64"
    return bigquery.ScalarQueryParameter(name, kind, value)


def job_id_of(name: str) -> str:
    """Return a name in the characters a job's id may have."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


async def all_pages(rows: Any) -> AsyncIterator[Row]:
    """Yield the rows page by page, and raise where there are fewer than the job has."""
    pages = iter(rows.pages)
    received = 0
    while page := await asyncio.to_thread(next_page, pages):
        received += len(page)
        for row in page:
            yield row
    if received != rows.total_rows:
        raise UnfinishedError(f"{received} of {rows.total_rows} rows came")


def next_page(pages: Iterator[Any]) -> list[Row]:
    """Read and decode one page; empty after the last."""
    return [row.values() for row in next(pages, ())]


def reason_of(error: BaseException) -> str:
    """Return Google's word for what happened, empty where there is none."""
    cause = error.cause if isinstance(error, RetryError) else error
    errors = getattr(cause, "errors", None) or ()
    return str(errors[0].get("reason", "")) if errors else ""


def may_pass(error: Exception) -> bool:
    """Say whether the job may succeed under another id."""
    return isinstance(error, UnfinishedError) or reason_of(error) in PASSING_REASONS


def sentence(error: BaseException) -> str:
    """Return the error on one line, led by its reason."""
    text = " ".join(str(getattr(error, "message", "") or error).split())[:500]
    reason = reason_of(error)
    return f"{reason}: {text}" if reason else text


@contextmanager
def explained() -> Iterator[None]:
    """Turn the last failure into the sentence an operator is shown."""
    try:
        yield
    except (*FAILURES, UnfinishedError) as error:
        raise SourceError(f"BigQuery: {sentence(error)}") from error
