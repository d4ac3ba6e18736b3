"""The table, the jobs that run over it, and what they are charged."""

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

import duckdb

from simulators.bigquery.translation import QueryError, Translated
from simulators.bigquery.values import Field, field_of

MIB = 1 << 20
LEAST_BILLED = 10 * MIB
"""BigQuery bills no query that reads the table below this, and whole MiB."""


@dataclass
class Job:
    """One query job with everything that a client may ask about it."""

    project: str
    job_id: str
    configuration: dict[str, Any]
    processed: int = 0
    billed: int = 0
    fields: list[Field] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    error: QueryError | None = None
    warnings: list[dict[str, str]] = field(default_factory=list)
    """Errors that did not end the job: its result is partial."""
    looks_left: int = 0
    """How many more times a client is told that the job still runs."""

    def done(self) -> bool:
        """Whether the job has ended; a client's look brings the end nearer."""
        if self.looks_left > 0:
            self.looks_left -= 1
            return False
        return True


class Warehouse:
    """Runs translated queries and keeps their jobs."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def job(self, job_id: str) -> Job:
        """A job by its id; QueryError where there is none."""
        if job_id not in self._jobs:
            raise QueryError("notFound", f"Not found: Job {job_id}")
        return self._jobs[job_id]

    def keep(self, job: Job) -> None:
        """Register a job; QueryError where its id was used before."""
        with self._lock:
            if job.job_id in self._jobs:
                raise QueryError("duplicate", f"Already Exists: Job {job.project}:{job.job_id}")
            self._jobs[job.job_id] = job

    def new_id(self) -> str:
        """An id for a job whose client gave none."""
        return f"job_{next(self._numbers)}"

    def price(self, query: Translated) -> int:
        """The bytes that a query reads."""
        row = self._execute(query, query.price_sql).fetchone()
        return int(row[0]) if row else 0

    def run(self, job: Job, query: Translated, most_billed: int | None) -> None:
        """Run a job within its limit; above it nothing runs and nothing is billed."""
        billed = max(LEAST_BILLED, -(-job.processed // MIB) * MIB) if job.processed else 0
        if most_billed is not None and billed > most_billed:
            job.error = QueryError(
                "bytesBilledLimitExceeded",
                f"Query exceeded limit for bytes billed: {most_billed}. {billed} or higher "
                "required.",
            )
            return
        job.billed = billed
        try:
            answer = self._execute(query, query.sql)
            job.fields = [field_of(name, kind) for name, kind, *_ in answer.description or ()]
            job.rows = answer.fetchall()
        except QueryError as error:
            job.error = error

    def check(self, query: Translated) -> None:
        """Bind a query without running it; QueryError where a name is unknown."""
        self._execute(query, f"EXPLAIN {query.sql}")

    def _execute(self, query: Translated, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._database.cursor().execute(sql, query.used_by(sql))
        except duckdb.Error as error:
            raise QueryError("invalidQuery", str(error).splitlines()[0]) from error
