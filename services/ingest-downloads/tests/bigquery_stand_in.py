"""The part of BigQuery's REST protocol that queries use, over DuckDB, with an honest meter.

`python bigquery_stand_in.py ROWS.parquet` plays one table, `file_downloads`, partitioned by day
of `timestamp`, prints its address, and serves until SIGTERM. SQL is translated and run for real.
What a query is charged is what BigQuery charges: every column it names, in every row of the
partitions that its conditions on `timestamp` leave, at the documented size of each type, 10 MiB at
least.

`POST /__faults__` takes a list of {"fault", "times"}; `GET /__meter__` tells the jobs run and the
bytes billed.
"""

import json
import sys
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import sqlglot
from sqlglot import exp

TABLE = "file_downloads"
MIB = 2**20
LEAST_BILLED = 10 * MIB
TYPES = {"BIGINT": "INTEGER", "HUGEINT": "INTEGER", "INTEGER": "INTEGER", "DATE": "DATE"}
BYTES = {"BOOLEAN": 1, "TIMESTAMP": 8, "BIGINT": 8}
"""Size of a value by type; a string has 2 and its length, null has none."""

REFUSALS = {
    "quotaExceeded": (403, "Quota exceeded: your project exceeded quota for query bytes scanned"),
    "rateLimitExceeded": (403, "Exceeded rate limits: too many concurrent queries"),
    "backendError": (503, "Error encountered during execution. Retrying may solve the problem."),
    "accessDenied": (403, "Access Denied: user does not have bigquery.jobs.create permission"),
}
"""Faults at the door: the job is never made."""


class RefusedError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.body = {
            "error": {
                "code": status,
                "message": message,
                "errors": [{"reason": reason, "message": message, "domain": "global"}],
            }
        }
        self.status = status


class Warehouse:
    """The table, the jobs that ran over it, and what they were charged."""

    def __init__(self, rows: Path) -> None:
        self.database = duckdb.connect()
        self.database.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_parquet('{rows}')")
        self.jobs: dict[str, dict[str, Any]] = {}
        self.results: dict[str, tuple[list[dict[str, str]], list[tuple[Any, ...]]]] = {}
        self.faults: list[dict[str, Any]] = []
        self.billed = 0
        self.runs = 0
        self.looks_left = 0
        self.lock = threading.Lock()

    def meets(self, *names: str) -> str:
        """Give the first fault of these that is still due, and count it."""
        for fault in self.faults:
            if fault["fault"] in names and fault["times"] > 0:
                fault["times"] -= 1
                return str(fault["fault"])
        return ""

    def insert(self, project: str, body: dict[str, Any]) -> dict[str, Any]:
        """Run a job, or only price it."""
        if reason := self.meets(*REFUSALS):
            raise RefusedError(REFUSALS[reason][0], reason, REFUSALS[reason][1])
        reference = body["jobReference"] | {"projectId": project, "location": "US"}
        job_id = reference["jobId"]
        if job_id in self.jobs:
            raise RefusedError(409, "duplicate", f"Already Exists: Job {project}:{job_id}")
        configuration = body["configuration"]
        sql, parameters = translated(configuration["query"])
        processed = self.processed(sql, parameters)
        job = {
            "kind": "bigquery#job",
            "id": f"{project}:US.{job_id}",
            "jobReference": reference,
            "configuration": configuration,
            "status": {"state": "DONE"},
            "statistics": {
                "totalBytesProcessed": str(processed),
                "query": {"totalBytesProcessed": str(processed), "statementType": "SELECT"},
            },
        }
        if not configuration.get("dryRun"):
            self.jobs[job_id] = job
            self.run(job, sql, parameters, processed)
        return job

    def run(self, job: dict[str, Any], sql: Any, parameters: Any, processed: int) -> None:
        """Do what was asked, unless it bills more than allowed or is to fail."""
        billed = max(LEAST_BILLED, -(-processed // MIB) * MIB)
        limit = job["configuration"]["query"].get("maximumBytesBilled")
        if limit is not None and billed > int(limit):
            reason = "bytesBilledLimitExceeded"
            text = f"Query exceeded limit for bytes billed: {limit}. {billed} or higher required."
            job["status"] |= {"errorResult": {"reason": reason, "message": text}, "errors": []}
            return
        self.runs += 1
        self.billed += billed
        job["statistics"]["query"]["totalBytesBilled"] = str(billed)
        if self.meets("failed"):
            error = {"reason": "backendError", "message": "Error during execution."}
            job["status"] |= {"errorResult": error, "errors": [error]}
            return
        if self.meets("partial"):
            job["status"]["errors"] = [{"reason": "partial", "message": "some tablets were lost"}]
        answer = self.database.cursor().execute(sql.sql(dialect="duckdb"), parameters)
        schema = [
            {"name": name, "type": TYPES.get(str(kind), "STRING"), "mode": "NULLABLE"}
            for name, kind, *_ in answer.description or ()
        ]
        self.results[job["jobReference"]["jobId"]] = (schema, answer.fetchall())
        if self.meets("pending"):
            job["status"]["state"] = "RUNNING"
            self.looks_left = 3

    def is_done(self, job: dict[str, Any]) -> bool:
        """Say whether a job has ended; one that is to take its time has after some looks."""
        if job["status"]["state"] == "RUNNING":
            self.looks_left -= 1
            if self.looks_left <= 0:
                job["status"]["state"] = "DONE"
        return bool(job["status"]["state"] == "DONE")

    def processed(self, sql: exp.Expression, parameters: dict[str, Any]) -> int:
        """Give the bytes of the columns that a query names, in the partitions that it reads."""
        select = next(
            each for each in sql.find_all(exp.Select) if each.args["from_"].this.name == TABLE
        )
        sizes = [self.size_of(path) for path in sorted(columns_of(select))]
        limits = [
            condition.sql(dialect="duckdb")
            for condition in select.args["where"].this.flatten()
            if {column.name for column in condition.find_all(exp.Column)} == {"timestamp"}
        ]
        pruned = " AND ".join(limits) or "TRUE"
        used = {name: parameters[name] for name in parameters if f"${name}" in pruned}
        query = (
            f"SELECT SUM({' + '.join(sizes)}) FROM {TABLE} WHERE CAST(timestamp AS DATE) IN "
            f"(SELECT DISTINCT CAST(timestamp AS DATE) FROM {TABLE} WHERE {pruned})"
        )
        row = self.database.cursor().execute(query, used).fetchone()
        return int(row[0] or 0) if row else 0

    def size_of(self, path: str) -> str:
        """Give SQL for the bytes of one column's value in a row."""
        row = self.database.cursor().execute(f"SELECT typeof({path}) FROM {TABLE} LIMIT 1")
        (kind,) = row.fetchone() or ("VARCHAR",)
        size = BYTES.get(kind, f"2 + strlen({path})")
        return f"CASE WHEN {path} IS NULL THEN 0 ELSE {size} END"

    def answer(self, project: str, job_id: str, arguments: dict[str, str]) -> dict[str, Any]:
        """Give one page of a job's rows, or that it still runs."""
        job = self.jobs.get(job_id)
        if job is None:
            raise RefusedError(404, "notFound", f"Not found: Job {project}:{job_id}")
        if error := job["status"].get("errorResult"):
            raise RefusedError(400, error["reason"], error["message"])
        reply = {"kind": "bigquery#getQueryResultsResponse", "jobReference": job["jobReference"]}
        if not self.is_done(job):
            return reply | {"jobComplete": False}
        schema, rows = self.results[job_id]
        start = int(arguments.get("pageToken", 0))
        most = int(arguments.get("maxResults", 10_000))
        page = rows[start : start + most]
        if page and self.meets("short"):
            page, rows = page[:-1], rows[: start + len(page) - 1]
        reply |= {
            "jobComplete": True,
            "schema": {"fields": schema},
            "totalRows": str(len(self.results[job_id][1])),
            "totalBytesProcessed": job["statistics"]["totalBytesProcessed"],
            "rows": [{"f": [{"v": None if v is None else str(v)} for v in row]} for row in page],
        }
        if most and start + most < len(rows):
            reply["pageToken"] = str(start + most)
        return reply


def translated(query: dict[str, Any]) -> tuple[exp.Expression, dict[str, Any]]:
    """Give a query in DuckDB's terms, with its parameters' values."""
    parameters = {each["name"]: value_of(each) for each in query.get("queryParameters", ())}
    return sqlglot.parse_one(query["query"], read="bigquery"), parameters


def value_of(parameter: dict[str, Any]) -> Any:
    """Give a parameter's value in Python."""
    value = parameter["parameterValue"]
    match parameter["parameterType"]["type"]:
        case "ARRAY":
            return [each["value"] for each in value["arrayValues"]]
        case "INT64":
            return int(value["value"])
        case "TIMESTAMP":
            return datetime.fromisoformat(value["value"]).replace(tzinfo=None)
    return value["value"]


def columns_of(select: exp.Select) -> set[str]:
    """Give the table's columns that a SELECT names, nested ones by their path."""
    aliases = {each.alias for each in select.expressions if each.alias}
    paths: set[str] = set()
    for column in select.find_all(exp.Column):
        whole: exp.Expression = column
        while isinstance(whole.parent, exp.Dot):
            whole = whole.parent
        path = whole.sql(dialect="duckdb")
        if "." in path or path not in aliases or path in {"timestamp", "country_code"}:
            paths.add(path)
    return paths


class Handler(BaseHTTPRequestHandler):
    """Routes the protocol's few addresses."""

    warehouse: Warehouse
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.reply({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.reply(json.loads(self.rfile.read(length) or b"{}"))

    def reply(self, body: Any) -> None:
        try:
            with self.warehouse.lock:
                status, answer = 200, self.route(body)
        except RefusedError as refusal:
            status, answer = refusal.status, refusal.body
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def route(self, body: Any) -> Any:
        url = urlsplit(self.path)
        arguments = {name: values[0] for name, values in parse_qs(url.query).items()}
        match url.path.removeprefix("/bigquery/v2").strip("/").split("/"):
            case ["__faults__"]:
                self.warehouse.faults = body
                return {}
            case ["__meter__"]:
                return {"runs": self.warehouse.runs, "billed": self.warehouse.billed}
            case ["projects", project, "jobs"]:
                return self.warehouse.insert(project, body)
            case ["projects", _, "jobs", job_id]:
                self.warehouse.is_done(self.warehouse.jobs[job_id])
                return self.warehouse.jobs[job_id]
            case ["projects", _, "jobs", job_id, "cancel"]:
                return {"job": self.warehouse.jobs[job_id]}
            case ["projects", project, "queries", job_id]:
                return self.warehouse.answer(project, job_id, arguments)
        raise RefusedError(404, "notFound", f"Not found: {self.path}")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    Handler.warehouse = Warehouse(Path(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"bigquery http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
