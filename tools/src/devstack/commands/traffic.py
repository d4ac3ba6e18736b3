"""What went over the bus: messages, bytes and the largest by run, and what was delivered again."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import nats
from nats.js.api import ConsumerConfig

from events.permissions import inbox_prefix
from events.topology import BOOTSTRAP, DURABLES, STREAMS, Durable, Stream

TIMEOUT = 30.0
"""Seconds to wait for the next message of a stream that should have one."""

NO_RUN = "-"
"""Stands for the run of a message whose id names none."""


@dataclass
class Count:
    """Some messages."""

    messages: int = 0
    bytes: int = 0
    """Of bodies, without headers."""
    largest: int = 0
    """Bytes."""

    def add(self, size: int) -> None:
        """Count one more message."""
        self.messages += 1
        self.bytes += size
        self.largest = max(self.largest, size)


@dataclass
class Traffic:
    """All messages that the streams still hold; they forget after some days."""

    by_run: dict[tuple[str, str], Count] = field(default_factory=lambda: defaultdict(Count))
    """Run and subject to its messages."""
    delivered_again: dict[str, int | None] = field(default_factory=dict)
    """Durable to its deliveries beyond the first; None where its stream has begun to forget."""

    @property
    def largest(self) -> int:
        """Bytes of the largest message."""
        return max((count.largest for count in self.by_run.values()), default=0)


@dataclass(frozen=True)
class Stored:
    """A message as its stream knows it."""

    number: int
    subject: str
    run_id: str
    size: int
    """Bytes."""


async def traffic(nats_url: str, password: str) -> Traffic:
    """Count what the streams hold; the password is that of the bootstrap user, who may look."""
    client = await nats.connect(
        nats_url, user=BOOTSTRAP, password=password, inbox_prefix=inbox_prefix(BOOTSTRAP)
    )
    found = Traffic()
    try:
        for stream in STREAMS:
            messages, whole = await _stored(client.jetstream(), stream)
            for each in messages:
                found.by_run[each.run_id, each.subject].add(each.size)
            for durable in DURABLES:
                if durable.stream == stream.name:
                    again = await _delivered_again(client.jetstream(), durable, messages)
                    found.delivered_again[durable.name] = again if whole else None
    finally:
        await client.close()
    return found


async def _stored(bus: Any, stream: Stream) -> tuple[list[Stored], bool]:
    """Return a stream's messages without their bodies, and whether it holds all it ever did."""
    state = (await bus.stream_info(stream.name)).state
    if not state.messages:
        return [], state.last_seq == 0
    reading = await bus.subscribe(
        stream.subjects[0],
        stream=stream.name,
        ordered_consumer=True,
        config=ConsumerConfig(headers_only=True),
    )
    messages = [_told(await reading.next_msg(TIMEOUT)) for _ in range(state.messages)]
    await reading.unsubscribe()
    return messages, state.first_seq == 1


def _told(message: Any) -> Stored:
    headers = message.headers or {}
    run_id, _, rest = headers.get("Nats-Msg-Id", "").partition(":")
    return Stored(
        number=message.metadata.sequence.stream,
        subject=message.subject,
        run_id=run_id if rest else NO_RUN,
        size=int(headers["Nats-Msg-Size"]),
    )


async def _delivered_again(bus: Any, durable: Durable, messages: list[Stored]) -> int:
    """Return the deliveries of a durable beyond one for each message it was given."""
    delivered = (await bus.consumer_info(durable.stream, durable.name)).delivered
    given = sum(
        each.subject == durable.subject.name and each.number <= delivered.stream_seq
        for each in messages
    )
    return int(delivered.consumer_seq - given)
