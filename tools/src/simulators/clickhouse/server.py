"""The HTTP side: who asks, what they meet, and the answer as it is made."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from simulators.clickhouse import errors
from simulators.clickhouse.compression import Compressor, compressed, compressor_for
from simulators.clickhouse.engine import Engine
from simulators.clickhouse.query import READONLY_LEVELS, Query, credentials, read_query
from simulators.clock import Clock
from simulators.faults import Effect, FaultKind, find

CONCURRENT_QUERIES = 4
"""More only wait: the engine shares the machine's cores among them."""

EXCEPTION_TAG_LETTERS = 16


class ClickHouseServer:
    """Answers queries over HTTP from the engine."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._room = asyncio.Semaphore(CONCURRENT_QUERIES)

    def application(self) -> Starlette:
        """The server as an application."""
        return Starlette(
            routes=[
                Route("/ping", _pong),
                Route("/replicas_status", _pong),
                Route("/", self.query, methods=["GET", "POST"]),
            ]
        )

    async def query(self, request: Request) -> Response:
        """Run one query; refusals carry ClickHouse's own code and status."""
        user, password = credentials(request)
        if user not in READONLY_LEVELS or password:
            return _refusal(errors.wrong_password(user))
        effects = request.scope["effects"]
        if refusal := self._refused(user, effects):
            return _refusal(refusal)
        query = _spoiled(await read_query(request), effects)
        if not query.sql:
            return PlainTextResponse("Ok.\n")
        accepted = request.headers.get("accept-encoding", "") if query.compressed else ""
        breaks_off = find(effects, FaultKind.EXCEPTION_IN_BODY) is not None
        return await self._answer(query, compressor_for(accepted), breaks_off)

    def _refused(self, user: str, effects: list[Effect]) -> str | None:
        if quota := find(effects, FaultKind.QUOTA):
            return errors.quota_until(user, self._clock.now() + quota.number)
        if error := find(effects, FaultKind.ERROR):
            return errors.on_demand(int(error.number))
        return None

    async def _answer(
        self, query: Query, compressor: Compressor | None, breaks_off: bool
    ) -> Response:
        """Wait for the first piece, since only an error before it can still have its own status."""
        tag = uuid.uuid4().hex[:EXCEPTION_TAG_LETTERS]
        pieces = _with_late_errors(self._engine.run(query), tag, breaks_off)
        stream = self._stream(query, compressed(compressor, pieces))
        try:
            first = await anext(stream, b"")
        except Exception as error:
            return _refusal(errors.from_engine(error))
        return StreamingResponse(_chain(first, stream), headers=_headers(query, tag, compressor))

    async def _stream(self, query: Query, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        """Make the pieces in one thread, one ahead of the client and no more."""
        loop = asyncio.get_running_loop()
        present = (piece for piece in pieces if piece)
        async with self._room:
            thread = ThreadPoolExecutor(1, thread_name_prefix="clickhouse")
            over = False
            try:
                upcoming = loop.run_in_executor(thread, next, present, b"")
                while piece := await upcoming:
                    upcoming = loop.run_in_executor(thread, next, present, b"")
                    yield piece
                over = True
            finally:
                if not over:  # the client left, or the engine failed
                    upcoming.add_done_callback(_forget)
                    loop.run_in_executor(None, self._engine.cancel, query)
                thread.submit(present.close)
                thread.shutdown(wait=False)


async def _pong(_request: Request) -> Response:
    return PlainTextResponse("Ok.\n")


def _refusal(text: str) -> Response:
    code = errors.code_in(text)
    return PlainTextResponse(
        f"{text}\n",
        status_code=errors.status_of(code),
        headers={"x-clickhouse-exception-code": str(code)},
    )


def _spoiled(query: Query, effects: list[Effect]) -> Query:
    """The query as a source with these faults would run it."""
    conditions = [f"date <= toDate('{e.day}')" for e in effects if e.kind is FaultKind.FREEZE]
    conditions += [f"date != toDate('{e.day}')" for e in effects if e.kind is FaultKind.HIDE]
    if cut := find(effects, FaultKind.TRUNCATE_ROWS):
        query = query.cut_after(int(cut.number))
    return replace(query, hidden_days=" AND ".join(conditions))


def _headers(query: Query, tag: str, compressor: Compressor | None) -> dict[str, str]:
    headers = {
        "content-type": "application/octet-stream",
        "x-clickhouse-format": query.format,
        "x-clickhouse-query-id": query.query_id or str(uuid.uuid4()),
        "x-clickhouse-summary": json.dumps({"read_rows": "0", "read_bytes": "0"}),
        "x-clickhouse-timezone": "UTC",
        "x-clickhouse-exception-tag": tag,
    }
    return {**headers, "content-encoding": compressor.name} if compressor else headers


def _with_late_errors(pieces: Iterator[bytes], tag: str, breaks_off: bool) -> Iterator[bytes]:
    """Errors before the first piece are raised; later ones go into the body, as ClickHouse does."""
    first = next(pieces, b"")
    if breaks_off:
        yield first[: len(first) // 2]
        yield _exception_block(errors.on_demand(159), tag)
        return
    yield first
    try:
        yield from pieces
    except Exception as error:
        yield _exception_block(errors.from_engine(error), tag)


def _exception_block(text: str, tag: str) -> bytes:
    """The block that marks an error inside a body of status 200."""
    message = f"{text}\n"
    return (
        f"\r\n__exception__\r\n{tag}\r\n{message}{len(message)} {tag}\r\n__exception__\r\n".encode()
    )


def _forget(future: "asyncio.Future[bytes]") -> None:
    """Look at how an abandoned piece ended, so that nobody complains that no one did."""
    if not future.cancelled():
        future.exception()


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece
