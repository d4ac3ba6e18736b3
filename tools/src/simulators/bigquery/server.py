"""The HTTP side: jobs.query, jobs.insert, jobs.get, jobs.cancel and jobs.getQueryResults."""

import asyncio
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.bigquery.translation import QueryError, Translated, hidden_days, translate
from simulators.bigquery.values import parameters_of, row_of
from simulators.bigquery.warehouse import Job, Warehouse
from simulators.faults import Effect, FaultKind, find

ROOT = "/bigquery/v2/projects/{project}"
USUAL_PAGE = 10_000

STATUS_BY_REASON = {
    "notFound": 404,
    "duplicate": 409,
    "quotaExceeded": 403,
    "rateLimitExceeded": 403,
    "backendError": 500,
}
OTHER_STATUS = 400


class BigQueryApi:
    """The protocol over a warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def application(self) -> Starlette:
        """The API as an application."""
        return Starlette(
            routes=[
                Route(f"{ROOT}/queries", self.query, methods=["POST"]),
                Route(f"{ROOT}/queries/{{job_id}}", self.results),
                Route(f"{ROOT}/jobs", self.insert, methods=["POST"]),
                Route(f"{ROOT}/jobs/{{job_id}}", self.get),
                Route(f"{ROOT}/jobs/{{job_id}}/cancel", self.cancel, methods=["POST"]),
            ],
            exception_handlers={QueryError: _refusal},
        )

    async def query(self, request: Request) -> Response:
        """Run a query and give its first page at once."""
        body = msgspec.json.decode(await request.body(), type=dict[str, Any])
        configuration = {"query": body, "dryRun": body.get("dryRun", False)}
        job = await asyncio.to_thread(self._start, request, configuration, None)
        if job.error:
            raise job.error
        options = {f"formatOptions.{k}": v for k, v in body.get("formatOptions", {}).items()}
        return JSONResponse(_page(job, body | options, request.scope["effects"]))

    async def insert(self, request: Request) -> Response:
        """Start a job; what is wrong with it stands in its status."""
        body = msgspec.json.decode(await request.body(), type=dict[str, Any])
        job_id = body.get("jobReference", {}).get("jobId")
        job = await asyncio.to_thread(self._start, request, body["configuration"], job_id)
        return JSONResponse(_resource(job))

    async def get(self, request: Request) -> Response:
        """A job's state and statistics."""
        return JSONResponse(_resource(self._warehouse.job(request.path_params["job_id"])))

    async def cancel(self, request: Request) -> Response:
        """A job that is asked to stop has ended already, or ends at the next look."""
        job = self._warehouse.job(request.path_params["job_id"])
        job.looks_left = 0
        return JSONResponse({"kind": "bigquery#jobCancelResponse", "job": _resource(job)})

    async def results(self, request: Request) -> Response:
        """One page of a job's rows; without rows while it runs."""
        job = self._warehouse.job(request.path_params["job_id"])
        _refuse(request.scope["effects"])
        if job.error:
            raise job.error
        return JSONResponse(_page(job, dict(request.query_params), request.scope["effects"]))

    def _start(self, request: Request, configuration: dict[str, Any], job_id: str | None) -> Job:
        effects = request.scope["effects"]
        _refuse(effects)
        asked = configuration["query"]
        query = _translated(asked, effects)
        self._warehouse.check(query)
        name = job_id or self._warehouse.new_id()
        job = Job(request.path_params["project"], name, configuration)
        job.processed = self._warehouse.price(query)
        if configuration.get("dryRun"):
            return job
        self._warehouse.keep(job)
        limit = asked.get("maximumBytesBilled")
        self._warehouse.run(job, query, int(limit) if limit is not None else None)
        _spoil(job, effects)
        return job


def _translated(asked: dict[str, Any], effects: list[Effect]) -> Translated:
    if asked.get("useLegacySql"):
        raise QueryError("invalidQuery", "Legacy SQL is not played")
    freeze, hide = find(effects, FaultKind.FREEZE), find(effects, FaultKind.HIDE)
    hidden = hidden_days(freeze.day if freeze else None, hide.day if hide else None)
    return translate(asked["query"], parameters_of(asked.get("queryParameters", [])), hidden)


def _refuse(effects: list[Effect]) -> None:
    """Refuse at the door, in BigQuery's words."""
    if find(effects, FaultKind.QUOTA):
        raise QueryError("quotaExceeded", "Quota exceeded: too many bytes scanned in this project")
    if find(effects, FaultKind.RETRY_AFTER):
        raise QueryError("rateLimitExceeded", "Exceeded rate limits: too many concurrent queries")


def _spoil(job: Job, effects: list[Effect]) -> None:
    """Let a job that ran fail, end in part, or take its time."""
    if find(effects, FaultKind.JOB_FAILS):
        job.error = QueryError("backendError", "Error encountered during execution.")
    if find(effects, FaultKind.JOB_PARTIAL):
        job.warnings = [{"reason": "partial", "message": "Some rows could not be read."}]
    if pending := find(effects, FaultKind.JOB_PENDING):
        job.looks_left = int(pending.number)


def _resource(job: Job) -> dict[str, Any]:
    status: dict[str, Any] = {"state": "DONE" if job.done() else "RUNNING"}
    errors = [_told(job.error)] if job.error else job.warnings
    if errors:
        status["errors"] = errors
    if job.error:
        status["errorResult"] = _told(job.error)
    processed, billed = str(job.processed), str(job.billed)
    return {
        "kind": "bigquery#job",
        "id": f"{job.project}:US.{job.job_id}",
        "jobReference": _reference(job),
        "configuration": {"jobType": "QUERY", **job.configuration},
        "status": status,
        "statistics": {
            "totalBytesProcessed": processed,
            "query": {
                "statementType": "SELECT",
                "cacheHit": False,
                "totalBytesProcessed": processed,
                "totalBytesBilled": billed,
            },
        },
    }


def _reference(job: Job) -> dict[str, str]:
    return {"projectId": job.project, "jobId": job.job_id, "location": "US"}


def _page(job: Job, arguments: dict[str, Any], effects: list[Effect]) -> dict[str, Any]:
    """Rows from the page's token on; a fault may make it end early without a word."""
    reply: dict[str, Any] = {
        "kind": "bigquery#queryResponse",
        "jobReference": _reference(job),
        "jobComplete": job.done(),
        "totalBytesProcessed": str(job.processed),
        "cacheHit": False,
    }
    if not reply["jobComplete"]:
        return reply
    start = int(arguments.get("pageToken") or arguments.get("startIndex") or 0)
    most = int(arguments.get("maxResults", USUAL_PAGE))
    cut = find(effects, FaultKind.TRUNCATE_ROWS)
    end = min(start + most, int(cut.number) if cut else len(job.rows), len(job.rows))
    as_int64 = str(arguments.get("formatOptions.useInt64Timestamp", "")).lower() == "true"
    reply |= {"schema": {"fields": job.fields}, "totalRows": str(len(job.rows))}
    if rows := job.rows[start:end]:  # a page without rows has no list of them either
        reply["rows"] = [row_of(row, as_int64) for row in rows]
    if job.warnings:
        reply["errors"] = job.warnings
    if most and end == start + most and end < len(job.rows):
        reply["pageToken"] = str(end)
    return reply


def _told(error: QueryError) -> dict[str, str]:
    return {"reason": error.reason, "message": str(error), "domain": "global"}


def _refusal(_request: Request, error: Exception) -> Response:
    reason = error.reason if isinstance(error, QueryError) else "backendError"
    status = STATUS_BY_REASON.get(reason, OTHER_STATUS)
    told = {"reason": reason, "message": str(error), "domain": "global"}
    body = {"error": {"code": status, "message": str(error), "errors": [told]}}
    return JSONResponse(body, status_code=status)
