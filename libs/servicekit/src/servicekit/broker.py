"""The connection to the bus: one broker, its subscriptions and its publisher."""

import logging
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog
from fast_depends.msgspec import MsgSpecSerializer
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.prometheus import NatsPrometheusMiddleware
from faststream.security import SASLPlaintext
from prometheus_client import CollectorRegistry

from events import Event
from events.message_size import ensure_fits, jetstream_headers
from events.permissions import inbox_prefix
from events.topology import Durable, Subject
from servicekit.metrics import BusMetrics
from servicekit.retry import Retry
from servicekit.settings import ServiceSettings
from servicekit.tries import Question, Tries

FETCH_TIMEOUT = 5.0
"""Seconds one request for messages stays open."""

PUBLISH_TIMEOUT = 5.0
"""Seconds to wait for the stream's acknowledgement."""

PUBLISH_ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
"""Seconds between two attempts; doubled with each."""
ADDED = {
    "correlation_id": str(UUID(int=0)),
    "traceparent": f"00-{'0' * 32}-{'0' * 16}-00",
    "tracestate": "x" * 512,
    "baggage": "x" * 512,
}
"""Headers as long as those that FastStream and tracing add to a message on its way; W3C's trace
context asks everyone to carry 512 characters of a state."""
TRACER_PROVIDER = "tracer_provider"
"""Name in the context of what sends spans; the application ends it."""
CONNECTION_LOST = 70
"""Exit status when the client has given the connection up: its pull loops would spin."""

log = structlog.get_logger(__name__)


class StructCodec:
    """Decode a body straight into one event, strictly, without a dictionary between."""

    def __init__(self, event: type[Event]) -> None:
        self._decoder = msgspec.json.Decoder(event)

    async def decode(self, msg: Any) -> Any:
        """Return the event; msgspec's errors where the body is not one."""
        return self._decoder.decode(msg.body)

    async def encode(self, msg: Any, serializer: Any = None) -> tuple[bytes, str]:
        """Return the body and its content type."""
        return msgspec.json.encode(msg), "application/json"


class Publisher:
    """Sends events into their streams and waits until each is stored."""

    def __init__(self, broker: NatsBroker) -> None:
        self._broker = broker

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Store one event; the same `msg_id` again is stored once.

        Raises TooLargeError before sending, and the last error when all attempts failed.
        """
        body = msgspec.json.encode(event)
        await self.send_body(subject, body, msg_id)

    async def send_body(self, subject: Subject, body: bytes, msg_id: str) -> None:
        """Store one event that is encoded already."""
        headers = jetstream_headers(subject, msg_id) | {"content-type": "application/json"}
        ensure_fits(subject, body, headers | ADDED)
        question = Question("NATS", subject.name, "what it answers is delivered again")
        async for attempt in Tries(
            question,
            Exception,
            attempts=PUBLISH_ATTEMPTS,
            first_pause=FIRST_PAUSE,
            longest_pause=LONGEST_PAUSE,
        ):
            with attempt:
                await self._broker.publish(
                    body,
                    subject.name,
                    stream=subject.stream,
                    headers=headers,
                    timeout=PUBLISH_TIMEOUT,
                )


def make_broker(user: str, settings: ServiceSettings, registry: CollectorRegistry) -> NatsBroker:
    """Return the broker of one service: its own user and inbox, explicit acknowledgements."""

    async def on_error(error: Exception) -> None:
        log.error("nats", error=str(error))  # a denied subject is told only here

    async def on_closed() -> None:
        if broker.running:
            log.critical("the connection to nats is closed for good")
            os._exit(CONNECTION_LOST)

    async def send_letter(subject: Subject, letter: Event, msg_id: str) -> None:
        await Publisher(broker).send(subject, letter, msg_id)

    provider, traces = _traces(user, settings)
    broker = NatsBroker(
        settings.nats_url,
        security=SASLPlaintext(user, settings.nats_password.get_secret_value()),
        name=user,
        inbox_prefix=inbox_prefix(user),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        error_cb=on_error,
        closed_cb=on_closed,
        graceful_timeout=settings.graceful_timeout,
        ack_policy=AckPolicy.NACK_ON_ERROR,
        logger=logging.getLogger("faststream"),
        log_level=logging.DEBUG,  # "received" and "processed" of every message
        serializer=MsgSpecSerializer(use_fastdepends_errors=False),
        middlewares=(
            *traces,
            NatsPrometheusMiddleware(registry=registry, app_name=user),
            partial(Retry, service=user, send=send_letter, metrics=BusMetrics(registry)),
        ),
    )
    broker.context.set_global(TRACER_PROVIDER, provider)
    return broker


def _traces(user: str, settings: ServiceSettings) -> tuple[Any, tuple[Any, ...]]:
    """Return what makes and sends spans, both nothing where no collector is named."""
    if not settings.otel_endpoint:
        return None, ()
    from servicekit import tracing  # noqa: PLC0415 - loads what most installations do not need

    provider = tracing.tracer_provider(user, settings.otel_endpoint)
    return provider, tracing.bus_middlewares(provider)


Handler = Callable[..., Awaitable[None]]


def subscribe(
    broker: NatsBroker, durable: Durable, concurrency: int = 1
) -> Callable[[Handler], Handler]:
    """Bind a handler to a durable that the bootstrap has made.

    The handler's first argument is the durable's event; the rest comes from the context.
    With `concurrency` above 1 that many messages are handled side by side: each has a pull loop
    of its own, which asks for the next message when it is done with the last one. So nothing lies
    in this process that nobody works on: it would be delivered again after its `ack_wait`.
    """
    loops = [_pull_loop(broker, durable, shown=number == 0) for number in range(concurrency)]

    def register(handler: Handler) -> Handler:
        for loop in loops:
            loop(handler)
        return handler

    return register


def _pull_loop(broker: NatsBroker, durable: Durable, *, shown: bool) -> Any:
    return broker.subscriber(
        subject=durable.subject.name,
        stream=JStream(durable.stream, declare=False),
        durable=durable.name,
        pull_sub=PullSub(batch_size=1, timeout=FETCH_TIMEOUT),
        inbox_prefix=f"{inbox_prefix(durable.user)}.".encode(),
        codec=StructCodec(durable.subject.event),
        title=durable.name,
        include_in_schema=shown,
    )
