"""What every played source has at its port: health, faults, clock and a count of requests."""

import asyncio
from collections import Counter
from typing import Protocol, runtime_checkable

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulators.clock import Clock
from simulators.faults import Effect, FaultKind, FaultPlan, Rule, find

CONTROL_PATHS = frozenset(
    {"/healthz", "/__faults__", "/__clock__", "/__documents__", "/__requests__"}
)
RUBBISH = b"<html><body>We will be back in a moment</body></html>\x00\xff"


class ClockChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /__clock__`; what is left out stays."""

    advance: float = 0.0
    """Seconds to let pass at once."""
    reach: float | None = None
    """Seconds since 1970 to move forward to."""
    speed: float | None = None
    """Simulated seconds in a real one."""


class Source(Protocol):
    """Whatever is played at a port."""

    def application(self) -> ASGIApp:
        """The source as an application."""


@runtime_checkable
class Publishing(Protocol):
    """A source whose documents may change while it is played."""

    def publish(self, line: bytes) -> None:
        """Take in one line of the source's file in the data set."""


class Port:
    """A source's application behind its faults, and the control addresses beside it."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self.publishing = source if isinstance(source, Publishing) else None
        self.source = source.application()
        self.clock = clock
        self.faults = FaultPlan()
        self.requests: Counter[str] = Counter()
        self.control = Starlette(
            routes=[
                Route("/healthz", _healthy),
                Route("/__faults__", self.control_faults, methods=["GET", "POST", "DELETE"]),
                Route("/__clock__", self.control_clock, methods=["GET", "POST"]),
                Route("/__documents__", self.control_documents, methods=["POST"]),
                Route("/__requests__", self.control_requests, methods=["GET", "DELETE"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"] in CONTROL_PATHS:
            await self.control(scope, receive, send)
            return
        body = await _whole_body(receive)
        scope["effects"] = self.faults.meet(_told(scope, body), _authorization(scope))
        await self._play(scope, _once(body, receive), self._counting(send))

    async def _play(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the source would, spoiled by the faults that every source knows."""
        effects: list[Effect] = scope["effects"]
        if slow := find(effects, FaultKind.SLOW):
            await asyncio.sleep(slow.number)
        if status := find(effects, FaultKind.STATUS):
            await Response(status_code=int(status.number))(scope, receive, send)
        elif find(effects, FaultKind.RUBBISH):
            await Response(RUBBISH, media_type="text/html")(scope, receive, send)
        elif find(effects, FaultKind.DROP):
            self.requests["dropped"] += 1
            await _drop(scope, receive)
        elif find(effects, FaultKind.HALF):
            await _answer_half(self.source, scope, receive, send)
        else:
            await self.source(scope, receive, send)

    def _counting(self, send: Send) -> Send:
        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.requests[str(message["status"])] += 1
            await send(message)

        return counting

    async def control_faults(self, request: Request) -> Response:
        """GET lists the rules with their hits, POST adds some, DELETE clears them."""
        if request.method == "DELETE":
            self.faults.rules.clear()
        if request.method == "POST":
            try:
                rules = msgspec.json.decode(await request.body(), type=list[Rule])
            except ValueError as error:
                return PlainTextResponse(f"{error}\n", status_code=400)
            self.faults.rules.extend(rules)
        return JSONResponse(msgspec.to_builtins(self.faults.rules))

    async def control_clock(self, request: Request) -> Response:
        """GET tells the simulated time, POST changes it."""
        if request.method == "POST":
            try:
                change = msgspec.json.decode(await request.body(), type=ClockChange)
            except ValueError as error:
                return PlainTextResponse(f"{error}\n", status_code=400)
            self._change_clock(change)
        return JSONResponse({"now": self.clock.now()})

    def _change_clock(self, change: ClockChange) -> None:
        self.clock.advance(change.advance)
        if change.reach is not None:
            self.clock.reach(change.reach)
        if change.speed is not None:
            self.clock.run_at(change.speed)

    async def control_documents(self, request: Request) -> Response:
        """POST takes in lines of the source's file in the place of what was there."""
        if self.publishing is None:
            return PlainTextResponse("this source has no documents\n", status_code=404)
        try:
            for line in (await request.body()).splitlines():
                self.publishing.publish(line)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        return JSONResponse({})

    async def control_requests(self, request: Request) -> Response:
        """GET tells how many requests ended with which status, DELETE starts anew."""
        if request.method == "DELETE":
            self.requests.clear()
        return JSONResponse(dict(self.requests))


async def _healthy(_request: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _whole_body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _once(body: bytes, receive: Receive) -> Receive:
    """Return the body that was read already, then whatever comes (the client leaving)."""
    unread = [body]

    async def receive_again() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return receive_again


def _told(scope: Scope, body: bytes) -> str:
    query = scope["query_string"].decode("latin-1")
    address = f"{scope['path']}?{query}" if query else scope["path"]
    return f"{scope['method']} {address}\n{body.decode('utf-8', 'replace')}"


def _authorization(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    return values[0].decode("latin-1") if values else ""


async def _drop(scope: Scope, receive: Receive) -> None:
    scope["extensions"]["simulators"]["cut"]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer_half(source: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Send what the source answers up to the middle; returning early makes the server hang up."""
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await source(scope, receive, keep)
    body = b"".join(message.get("body", b"") for message in messages[1:])
    await send(messages[0])
    await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
