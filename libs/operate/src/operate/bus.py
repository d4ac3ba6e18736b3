"""Messages sent as the operator."""

from dataclasses import dataclass

import msgspec
import nats
import nats.errors
import stamina

from events import Event, traces
from events.message_size import ensure_fits, jetstream_headers
from events.permissions import inbox_prefix
from events.topology import OPERATOR, Subject

PUBLISH_ATTEMPTS = 6
TIMEOUT = 5.0
"""Seconds to connect, and to wait for the stream's acknowledgement."""


@dataclass(frozen=True)
class Bus:
    """The bus, as the operator may use it: sending only."""

    url: str
    password: str

    async def send(self, subject: Subject, event: Event, msg_id: str) -> None:
        """Store an event in its stream; the same `msg_id` again is stored once."""
        run_id = getattr(event, "run_id", None)
        await self.send_body(subject, msgspec.json.encode(event), msg_id, run_id)

    async def send_body(
        self, subject: Subject, body: bytes, msg_id: str, run_id: str | None
    ) -> None:
        """Store an event that is encoded already.

        Raises TooLargeError before sending, and the last error when all attempts failed.

        A message of a run carries the run's trace, for whoever collects traces.
        """
        headers = jetstream_headers(subject, msg_id)
        if run_id:
            headers[traces.HEADER] = traces.traceparent(run_id)
        ensure_fits(subject, body, headers)
        failures = (OSError, nats.errors.Error, TimeoutError)
        async for attempt in stamina.retry_context(on=failures, attempts=PUBLISH_ATTEMPTS):
            with attempt:
                await self._send_once(subject, body, headers)

    async def _send_once(self, subject: Subject, body: bytes, headers: dict[str, str]) -> None:
        connection = await nats.connect(
            self.url,
            user=OPERATOR,
            password=self.password,
            inbox_prefix=inbox_prefix(OPERATOR),
            allow_reconnect=False,
            connect_timeout=int(TIMEOUT),
        )
        try:
            await connection.jetstream(timeout=TIMEOUT).publish(
                subject.name, body, stream=subject.stream, headers=headers
            )
        finally:
            await connection.close()
