"""The bus as its administrator sees it: every message read, sent again, or thrown away.

No user of the product may do this. The server of a stack that is to be troubled gets one who may.
"""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import nats
import nats.errors
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from events.topology import STREAMS, SUBJECTS, Durable

USER = "chaos"
ECHO = "Chaos-Echo"
"""Header of messages sent from here, so that none is sent again for ever."""

TIMEOUT = 10.0
"""Seconds."""


@dataclass(frozen=True)
class Kept:
    """One message as its stream keeps it."""

    stream: str
    sequence: int
    subject: str
    body: bytes
    msg_id: str
    echo: bool


class Bus:
    """All streams, with every right."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stream = client.jetstream(timeout=TIMEOUT)
        self._sent = 0

    async def messages(self, after: dict[str, int] | None = None) -> list[Kept]:
        """Return every message kept, in each stream's order; `after` is moved to the last seen."""
        after = {} if after is None else after
        found: list[Kept] = []
        for stream in STREAMS:
            state = (await self._stream.stream_info(stream.name)).state
            first = max(state.first_seq, after.get(stream.name, 0) + 1)
            for sequence in range(first, state.last_seq + 1):
                found += await self._kept(stream.name, sequence)
            after[stream.name] = state.last_seq
        return found

    async def send(self, subject: str, body: bytes) -> None:
        """Store a body, under an id that the stream has not seen."""
        self._sent += 1
        headers = {"Nats-Msg-Id": f"{USER}:{self._sent}", ECHO: "1"}
        stream = next(each.stream for each in SUBJECTS if each.name == subject)
        await self._stream.publish(subject, body, TIMEOUT, stream, headers)

    async def send_again(self, messages: Sequence[Kept]) -> None:
        """Store messages once more, each under a new id."""
        for message in messages:
            await self.send(message.subject, message.body)

    async def throw_away(self, messages: Sequence[Kept]) -> None:
        """Remove messages from their streams."""
        for message in messages:
            await self._stream.delete_msg(message.stream, message.sequence)

    async def pause(self, readers: Sequence[Durable]) -> None:
        """Give these readers nothing until they are resumed."""
        until = datetime.now(UTC) + timedelta(hours=1)
        await self._set_pause(readers, {"pause_until": until})

    async def resume(self, readers: Sequence[Durable]) -> None:
        """Give these readers everything that waits."""
        await self._set_pause(readers, {})

    async def _set_pause(self, readers: Sequence[Durable], pause: dict[str, datetime]) -> None:
        for reader in readers:
            place = f"$JS.API.CONSUMER.PAUSE.{reader.stream}.{reader.name}"
            answer = await self._client.request(place, msgspec.json.encode(pause), TIMEOUT)
            if b'"error"' in answer.data:
                raise nats.errors.Error(answer.data.decode())

    async def _kept(self, stream: str, sequence: int) -> list[Kept]:
        try:
            raw = await self._stream.get_msg(stream, sequence)
        except NotFoundError:
            return []  # removed meanwhile
        headers = raw.headers or {}
        kept = Kept(
            stream,
            sequence,
            raw.subject or "",
            raw.data or b"",
            headers.get("Nats-Msg-Id", ""),
            ECHO in headers,
        )
        return [kept]


def admit(config: Path, password: str) -> None:
    """Write the administrator into a server's configuration."""
    every = '{ publish: ">", subscribe: ">" }'
    user = f"{{ user: {USER}, password: {password}, permissions: {every} }}"
    text, places = re.subn(
        r"users: \[", lambda _: f"users: [\n    {user},", config.read_text(), count=1
    )
    if places != 1:
        raise ValueError(f"{config} names no users")
    config.write_text(text)


@asynccontextmanager
async def administered(url: str, password: str) -> AsyncIterator[Bus]:
    """Connect as the administrator while the block lasts; outages are waited out."""
    client: Client = await nats.connect(
        url,
        user=USER,
        password=password,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=int(TIMEOUT),
        error_cb=_ignore,
    )
    try:
        yield Bus(client)
    finally:
        await client.close()


async def _ignore(error: Exception) -> None:
    """Lost connections are what these programs are about."""
