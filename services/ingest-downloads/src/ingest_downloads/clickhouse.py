"""A ClickHouse server as the public one behaves: counted, out of quota, busy, or gone."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
import clickhouse_connect
import structlog
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.exceptions import ClickHouseError

from ingest_downloads.budget import HourlyBudget
from ingest_downloads.settings import Settings
from ingest_downloads.source import SourceError
from servicekit.tries import Question, Tries

HANDSHAKE_QUERIES = 3
"""Version, settings and protocol are asked on every new connection."""

READONLY = 164
QUOTA = 201
TOO_MUCH = frozenset({158, 159, 160, 241, 307, 396})
"""Rows, time, estimated time, memory, bytes, result: what a smaller range may stay below."""

PASSING = TOO_MUCH | {READONLY, QUOTA, 202, 209, 210, 394, 439, 999, 1000, 1002}
"""Errors the same query may not meet again: settings, quota, load, network, cancelled."""

TABLE = re.compile(r"\bFROM ([a-z_.]+)", re.IGNORECASE)
CODE = re.compile(r"Code: ([0-9]{1,9})\b")
QUOTA_END = re.compile(r"Interval will end at ([0-9]{4}(?:[-: ][0-9]{2}){5})")
LONGEST_QUOTA_WAIT = 3600.0
"""Seconds; no interval of the public server is longer, whatever an answer says."""
QUOTA_MARGIN = 2.0
"""Seconds waited beyond the moment the server names: its clock may be behind."""

WAIT_FIRST = 0.5
WAIT_MAX = 60.0
"""Seconds between attempts."""

Row = tuple[Any, ...]
FAILURES = (ClickHouseError, aiohttp.ClientError, OSError, TimeoutError)
log = structlog.get_logger(__name__)


class TooMuchError(SourceError):
    """The server will not answer this much at once; a smaller range may pass."""


class ClickHouse:
    """One connection, made when it is first needed and again when it broke."""

    def __init__(self, settings: Settings, budget: HourlyBudget) -> None:
        self._settings = settings
        self._budget = budget
        self._client: AsyncClient | None = None
        self._may_set = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._disconnect()

    async def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Return a short answer whole, asked again while the error may pass."""
        answer: list[Row] = []
        with explained():
            async for attempt in self._attempts(PASSING, sql):
                with attempt:
                    answer = [row async for row in self._stream(sql, parameters)]
        return answer

    async def rows_after(
        self, sql: str, after: str, divisible: bool, **parameters: Any
    ) -> list[Row]:
        """Return an answer ordered by its first column, from beyond `after` on.

        When it breaks, the rows that came stay and the query goes on from the last one. Raises
        TooMuchError where the server refuses so much: at once, if a smaller question can be asked.
        """
        answer: list[Row] = []
        with explained():
            async for attempt in self._attempts(PASSING - TOO_MUCH if divisible else PASSING, sql):
                with attempt:
                    start = answer[-1][0] if answer else after
                    async for row in self._stream(sql, {**parameters, "after": start}):
                        answer.append(row)  # noqa: PERF401 - what came before a break must stay
        return answer

    def _attempts(self, codes: frozenset[int], sql: str) -> Tries:
        return Tries(
            Question("ClickHouse", subject_of(sql), "the run goes on without it, or is held"),
            lambda error: wait_before_next(error, codes),
            attempts=self._settings.clickhouse_attempts,
            first_pause=WAIT_FIRST,
            longest_pause=WAIT_MAX,
            failure=lambda error: code_of(error) not in TOO_MUCH,
        )

    async def _stream(self, sql: str, parameters: dict[str, Any]) -> AsyncIterator[Row]:
        async with self._connected() as client:
            await self._budget.take()
            stream = await client.query_column_block_stream(
                sql, parameters=parameters, settings=self._query_settings(client)
            )
            async with stream as blocks:
                async for columns in blocks:
                    for row in zip(*columns, strict=True):
                        yield row

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncClient]:
        """Yield the connection; a failure closes it, and a refused setting is not sent again."""
        try:
            self._client = self._client or await self._connect()
            yield self._client
        except FAILURES as error:
            self._may_set = self._may_set and code_of(error) != READONLY
            await self._disconnect()
            raise

    async def _connect(self) -> AsyncClient:
        await self._budget.take(HANDSHAKE_QUERIES)
        url = urlsplit(self._settings.clickhouse_url)
        client = await clickhouse_connect.get_async_client(
            interface=url.scheme,
            host=url.hostname,
            port=url.port or (443 if url.scheme == "https" else 8123),
            username=self._settings.clickhouse_user,
            password=self._settings.clickhouse_password.get_secret_value(),
            database=self._settings.clickhouse_database,
            proxy_path=url.path,
            send_receive_timeout=self._settings.clickhouse_timeout,
            query_retries=0,  # retries are counted here, against the quota
        )
        if not self._may_set:
            send_no_settings(client)
        return client

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _query_settings(self, client: AsyncClient) -> dict[str, Any]:
        """Return the settings this user may send: the server then stops when we stopped waiting."""
        known = client.server_settings.get("max_execution_time")
        if not self._may_set or known is None or known.readonly:
            return {}
        return {"max_execution_time": int(self._settings.clickhouse_timeout)}


def subject_of(sql: str) -> str:
    """Return what a query is about, for the log: the table it reads."""
    found = TABLE.search(sql)
    return f"a query of {found[1]}" if found else "a query"


def send_no_settings(client: AsyncClient) -> None:
    """Keep the driver from sending its own settings to a user who may send none.

    The driver trusts `system.settings` to say what is read-only; a server behind a profile that
    refuses them all the same answers 164, and only its internals can be told so.
    """
    client._client_settings.clear()
    client._backend.send_comp_setting = False
    client._backend.send_progress = None
    client._backend.progress_interval = None


def code_of(error: BaseException) -> int | None:
    """Return ClickHouse's own error number, from the driver or from the text."""
    code = getattr(error, "code", None)
    found = CODE.search(str(error))
    return code if code is not None else int(found[1]) if found else None


def sentence(error: BaseException) -> str:
    """Return the error on one line: the server's own words, without what the driver puts around."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[max(0, text.find("Code: ")) :].split(" (for url ")[0][:500]


def wait_before_next(error: Exception, codes: frozenset[int]) -> bool | float:
    """Say whether to ask again: not at all, after the usual wait, or after so many seconds."""
    if not isinstance(error, FAILURES):
        return False
    code = code_of(error)
    if code == QUOTA:
        return seconds_to_quota_end(str(error), datetime.now(UTC))
    return code is None or code in codes


def seconds_to_quota_end(text: str, now: datetime) -> bool | float:
    """Return the seconds to the end of the interval the server names, in UTC; True without one."""
    found = QUOTA_END.search(text)
    if found is None:
        return True
    try:
        end = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return True
    wait = min(max(0.0, (end - now).total_seconds()), LONGEST_QUOTA_WAIT) + QUOTA_MARGIN
    log.warning("clickhouse quota used up", until=end.isoformat(), wait=round(wait))
    return wait


@contextmanager
def explained() -> Iterator[None]:
    """Turn the last failure into the sentence an operator is shown."""
    try:
        yield
    except FAILURES as error:
        kind = TooMuchError if code_of(error) in TOO_MUCH else SourceError
        raise kind(f"ClickHouse: {sentence(error)}") from error
