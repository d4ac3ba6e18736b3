"""What happens to a message whose handler fails: a delayed retry, or a dead letter."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from faststream import BaseMiddleware
from faststream.exceptions import NackMessage, RejectMessage

from events import DeadLetter
from events.message_size import LARGEST_IN_LETTER
from events.topology import DEAD_LETTERS, durable
from servicekit.metrics import BusMetrics

UNDECODABLE = (msgspec.MsgspecError, json.JSONDecodeError, UnicodeDecodeError, RecursionError)
"""What a body can make a decoder raise; the last one by nesting too deep."""
RETRY_DELAYS = (1.0, 5.0, 30.0, 120.0)
"""Seconds before the second, third ... delivery; the last one repeats."""

LONGEST_REASON = 8_000
"""Characters of a reason that a dead letter keeps."""

LONGEST_NAME = 300
"""Characters of a run's or message's id; whoever writes longer ones writes rubbish."""

HEARTBEATS_PER_WAIT = 3
"""How often within its ack_wait a working handler tells the server so."""

Send = Callable[[Any, DeadLetter, str], Awaitable[None]]
log = structlog.get_logger(__name__)


class UnacceptableError(ValueError):
    """The message was decoded and can never be right; a handler says why, and it is given up."""


class Retry(BaseMiddleware[Any, Any]):
    """Give up what can never succeed, delay everything else, and keep long work alive."""

    def __init__(
        self, msg: Any, /, *, context: Any, service: str, send: Send, metrics: BusMetrics
    ) -> None:
        super().__init__(msg, context=context)
        self._service = service
        self._send = send
        self._metrics = metrics

    async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        """Run the handler; its exception decides how the message is answered."""
        with structlog.contextvars.bound_contextvars(run_id=_run_id(msg.raw_message.data)):
            return await self._handled(call_next, msg)

    async def _handled(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        raw = msg.raw_message
        reader = durable(raw.metadata.consumer)
        delivery = raw.metadata.num_delivered
        if delivery > 1:
            self._metrics.redelivered.labels(reader.name).inc()
        if delivery > reader.attempts:
            await self._give_up(raw, "its handlers ended without an answer")
        try:
            async with heartbeat(raw, reader.ack_wait / HEARTBEATS_PER_WAIT):
                return await call_next(msg)
        except UNDECODABLE as error:
            await self._give_up(raw, f"cannot be decoded: {error}")
        except UnacceptableError as error:
            await self._give_up(raw, str(error))
        except (NackMessage, RejectMessage):
            raise
        except Exception as error:
            if delivery >= reader.attempts:
                await self._give_up(raw, f"{type(error).__name__}: {error}")
            delay = RETRY_DELAYS[min(delivery, len(RETRY_DELAYS)) - 1]
            log.warning("delivery failed", delivery=delivery, next_in=delay, exc_info=error)
            raise NackMessage(delay=delay) from error

    async def _give_up(self, raw: Any, error: str) -> None:
        letter = dead_letter(self._service, raw, error)
        log.error("message given up", subject=letter.subject, error=error)
        try:
            await self._send(
                DEAD_LETTERS, letter, f"{letter.stream}:{letter.sequence}:{self._service}"
            )
        except Exception as failure:
            log.warning("no letter could be written", next_in=RETRY_DELAYS[-1], exc_info=failure)
            raise NackMessage(delay=RETRY_DELAYS[-1]) from failure
        raise RejectMessage


def dead_letter(service: str, raw: Any, error: str) -> DeadLetter:
    """Return the letter for a message as nats-py delivered it."""
    whole = len(raw.data) <= LARGEST_IN_LETTER
    error = error[:LONGEST_REASON]
    where = (
        f"too large for a letter: {raw.metadata.stream} keeps it as {raw.metadata.sequence.stream}"
    )
    return DeadLetter(
        service=service,
        stream=raw.metadata.stream,
        sequence=raw.metadata.sequence.stream,
        subject=raw.subject,
        body=raw.data if whole else b"",
        errors=[error] if whole else [where, error],
        deliveries=raw.metadata.num_delivered,
        died_at=datetime.now(UTC),
        run_id=(_run_id(raw.data) or "")[:LONGEST_NAME] or None,
        msg_id=(raw.headers or {}).get("Nats-Msg-Id", "")[:LONGEST_NAME] or None,
    )


class _OfRun(msgspec.Struct):
    run_id: str | None = None


def _run_id(body: bytes) -> str | None:
    """Read the run's identifier out of a body that may be anything at all."""
    try:
        return msgspec.json.decode(body, type=_OfRun).run_id
    except UNDECODABLE:
        return None


@contextlib.asynccontextmanager
async def heartbeat(raw: Any, every: float) -> AsyncIterator[None]:
    """Tell the server every so many seconds that the message is still being worked on."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(every)
            with contextlib.suppress(Exception):  # a lost connection is the handler's to notice
                await raw.in_progress()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
