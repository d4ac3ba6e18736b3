"""Reads what a client of ClickHouse's HTTP protocol asks."""

import base64
import re
import urllib.parse
import uuid
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.policy import HTTP

from starlette.requests import Request

TRANSPORT_SETTINGS = frozenset(
    {"query", "database", "session_id", "session_timeout", "session_check", "query_id",
     "quota_key", "compress", "decompress", "wait_end_of_query", "buffer_size", "role",
     "client_protocol_version", "send_progress_in_http_headers",
     "http_headers_progress_interval_ms", "enable_http_compression", "user", "password",
     "default_format"}
)  # fmt: skip
"""URL parameters that belong to the protocol; every other one is a setting of the engine."""

READONLY_LEVELS = {"demo": 2, "play": 1}
"""Users without a password: both only read, and `play` may not even change settings."""

FORMAT_CLAUSE = re.compile(r"\sFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Query:
    """One statement and everything that shapes its answer."""

    sql: str
    format: str
    readonly: int
    database: str = ""
    query_id: str = ""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Ends the statement as a comment, so that it can be found among those that run."""
    parameters: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    compressed: bool = False
    hidden_days: str = ""
    """A condition that rows must meet to be seen; empty: all are."""

    @property
    def selects(self) -> bool:
        """Whether the statement only reads rows."""
        return re.match(r"[\s(]*(SELECT|WITH)\b", self.sql, re.IGNORECASE) is not None

    @property
    def marked_sql(self) -> str:
        """The statement as the engine runs it; the values of an INSERT end in no comment."""
        return f"{self.sql}\n/* {self.mark} */" if self.selects else self.sql

    def cut_after(self, rows: int) -> "Query":
        """The same query, whose result ends silently after so many rows."""
        return replace(self, sql=f"SELECT * FROM (\n{self.sql}\n) LIMIT {rows}")


async def read_query(request: Request) -> Query:
    """The query of a request: in the address, the body, or a form."""
    given = dict(urllib.parse.parse_qsl(request.url.query, keep_blank_values=True))
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        given |= _form_fields(content_type, body)
        body = b""
    sql = "\n".join(part for part in (given.get("query", ""), body.decode()) if part.strip())
    sql, output_format = _split_format(sql, given.get("default_format", "TabSeparated"))
    return Query(
        sql=sql,
        format=output_format,
        readonly=READONLY_LEVELS.get(credentials(request)[0], 2),
        database=given.get("database", ""),
        query_id=given.get("query_id", ""),
        parameters=_parameters(given),
        settings=_settings(given),
        compressed=given.get("enable_http_compression") == "1",
    )


def credentials(request: Request) -> tuple[str, str]:
    """User and password, from headers or the address."""
    basic = request.headers.get("authorization", "")
    if basic.startswith("Basic "):
        user, _, password = base64.b64decode(basic.removeprefix("Basic ")).decode().partition(":")
        return user, password
    given = request.query_params
    return (
        request.headers.get("x-clickhouse-user") or given.get("user", "default"),
        request.headers.get("x-clickhouse-key") or given.get("password", ""),
    )


def _form_fields(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a multipart form, as a client sends them that has many parameters."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form = message_from_bytes(head + body, policy=HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): _text(part)
        for part in form.iter_parts()
    }


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode() if isinstance(payload, bytes) else ""


def _split_format(sql: str, usual: str) -> tuple[str, str]:
    sql = sql.strip().rstrip(";")
    clause = FORMAT_CLAUSE.search(sql)
    return (sql[: clause.start()], clause.group(1)) if clause else (sql, usual)


def _parameters(given: dict[str, str]) -> dict[str, str]:
    return {
        name.removeprefix("param_"): value
        for name, value in given.items()
        if name.startswith("param_")
    }


def _settings(given: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in given.items()
        if name not in TRANSPORT_SETTINGS and not name.startswith("param_")
    }
