"""The bus as services use it: against a real server, as the product's own users."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from faststream.nats import NatsBroker, NatsMessage
from nats.errors import TimeoutError as NatsTimeoutError
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from devstack.servers.single_nats import PASSWORD, bus_client, make_streams, take, take_events
from events import DeadLetter, RunKind, RunPlanned, RunRequested
from events.message_size import TooLargeError, jetstream_headers, message_size
from events.topology import (
    DURABLES,
    MAX_PAYLOAD,
    OPERATOR,
    RUNS_PLANNED,
    RUNS_REQUESTED,
    SCORER,
    Durable,
    durable,
)
from servicekit import retry
from servicekit.broker import ADDED, Publisher, make_broker, subscribe
from servicekit.retry import UnacceptableError
from servicekit.settings import ServiceSettings

SAMPLES = Path(__file__).parents[3] / "tests/contracts/samples/v1"
NOW = datetime(2026, 6, 30, tzinfo=UTC)
REQUEST = RunRequested(
    run_id="downloads-2026-06-30-1",
    kind=RunKind.DOWNLOADS,
    day=date(2026, 6, 30),
    requested_at=NOW,
    deadline=NOW + timedelta(hours=6),
)


def broker_of(user: str, url: str) -> NatsBroker:
    settings = ServiceSettings(nats_url=url, nats_password=SecretStr(PASSWORD), graceful_timeout=2)
    return make_broker(user, settings, CollectorRegistry())


async def the_letter(url: str) -> DeadLetter:
    """Return the one letter that was written."""
    async with bus_client(SCORER, url) as client:
        (letter,) = await take_events(client, "scorer-letters")
    return letter


@asynccontextmanager
async def answered_by(bus: str, answer: Callable[[RunRequested], Any]) -> AsyncIterator[Publisher]:
    """Have requests answered; gives a way to send some."""
    broker = broker_of(SCORER, bus)

    @subscribe(broker, durable("scorer-requested"))
    async def take(event: RunRequested) -> None:
        answer(event)

    async with broker, broker_of(OPERATOR, bus) as operator:
        await broker.start()
        yield Publisher(operator)
        await broker.stop()


def refuse(event: RunRequested) -> None:
    raise UnacceptableError("downloads below zero")


def never(event: RunRequested) -> None:
    raise AssertionError("never called")


async def until(condition: Any, seconds: float = 8) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_an_event_sent_twice_arrives_once_as_it_was_sent(bus: str) -> None:
    received: list[RunRequested] = []
    async with answered_by(bus, received.append) as publisher:
        for _ in range(2):
            await publisher.send(RUNS_REQUESTED, REQUEST, REQUEST.run_id)
        await until(lambda: received)
        await asyncio.sleep(0.3)
    assert received == [REQUEST]


async def test_a_failing_handler_is_tried_again_after_a_pause(
    bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "RETRY_DELAYS", (0.2,))
    attempts: list[float] = []

    def fail_twice(event: RunRequested) -> None:
        attempts.append(asyncio.get_running_loop().time())
        if len(attempts) < 3:
            raise ConnectionError("the database is away")

    async with answered_by(bus, fail_twice) as publisher:
        await publisher.send(RUNS_REQUESTED, REQUEST, REQUEST.run_id)
        await until(lambda: len(attempts) == 3)
    assert attempts[1] - attempts[0] >= 0.2


async def test_what_cannot_be_decoded_becomes_a_dead_letter_with_its_reason(bus: str) -> None:
    body = b'{"run_id": "downloads-2026-06-30-1", "kind": "nonsense"}'
    async with answered_by(bus, never) as publisher:
        await publisher.send_body(RUNS_REQUESTED, body, "broken")
        letter = await the_letter(bus)
    assert (letter.body, letter.run_id) == (body, "downloads-2026-06-30-1")
    assert "cannot be decoded" in letter.errors[0]


async def test_a_message_that_can_never_be_right_is_given_up_at_once(bus: str) -> None:
    async with answered_by(bus, refuse) as publisher:
        await publisher.send(RUNS_REQUESTED, REQUEST, REQUEST.run_id)
        letter = await the_letter(bus)
    assert (letter.deliveries, letter.errors) == (1, ["downloads below zero"])


async def test_a_message_too_large_for_a_letter_is_named_in_one(bus: str) -> None:
    body = b'{"run_id": "downloads-2026-06-30-1", "kind": "' + b"x" * 900_000 + b'"}'
    async with answered_by(bus, never) as publisher:
        await publisher.send_body(RUNS_REQUESTED, body, "broken")
        letter = await the_letter(bus)
    assert (letter.body, letter.run_id) == (b"", "downloads-2026-06-30-1")
    assert letter.errors[0] == "too large for a letter: RUNS keeps it as 1"
    assert "cannot be decoded" in letter.errors[1]


async def test_a_message_that_never_succeeds_is_given_up_whole(
    bus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "RETRY_DELAYS", (0.01,))
    monkeypatch.setattr(
        retry, "durable", lambda name: Durable(name, SCORER, RUNS_REQUESTED, attempts=3)
    )

    def poisoned(event: RunRequested) -> None:
        raise ValueError("a poisonous package")

    async with answered_by(bus, poisoned) as publisher:
        await publisher.send(RUNS_REQUESTED, REQUEST, REQUEST.run_id)
        letter = await the_letter(bus)
    assert letter.deliveries == 3
    assert msgspec.json.decode(letter.body, type=RunRequested) == REQUEST
    assert letter.errors == ["ValueError: a poisonous package"]


async def test_a_message_over_the_limit_is_refused_before_it_is_sent(bus: str) -> None:
    async with broker_of(OPERATOR, bus) as operator:
        huge = RunPlanned(run_id="x" * 1_100_000, batches=1)
        with pytest.raises(TooLargeError, match="over"):
            await Publisher(operator).send(RUNS_PLANNED, huge, "huge")


@pytest.mark.parametrize(
    ("user", "subject"),
    [
        ("ingest-downloads", "runs.completed"),
        ("ingest-github", "downloads.daily"),
        ("cache-warmer", "runs.requested"),
        ("security-scan", "packages.observed"),
        ("scorer", "$JS.API.STREAM.DELETE.RUNS"),
        ("operator", "$JS.API.CONSUMER.DURABLE.CREATE.RUNS.mine"),
    ],
)
async def test_a_user_cannot_send_what_it_need_not(bus: str, user: str, subject: str) -> None:
    async with bus_client(user, bus) as client:
        with pytest.raises(NatsTimeoutError):
            await client.request(subject, b"{}", timeout=0.3)


def filled(left: int) -> bytes:
    """Make a request's body that leaves so many bytes of a message for its headers."""
    start = b'{"run_id": "'
    return start + b"x" * (MAX_PAYLOAD - left - len(start) - 2) + b'"}'


async def test_the_largest_message_is_stored_and_one_byte_more_is_refused_before_sending(
    bus: str,
) -> None:
    headers = jetstream_headers(RUNS_PLANNED, "full") | {"content-type": "application/json"}
    room = message_size(b"", headers | ADDED)
    async with broker_of(OPERATOR, bus) as operator:
        publisher = Publisher(operator)
        await publisher.send_body(RUNS_PLANNED, filled(room), "full")
        with pytest.raises(TooLargeError, match="full: 1048577 bytes, over 1048576"):
            await publisher.send_body(RUNS_PLANNED, filled(room - 1), "full")
    async with bus_client(SCORER, bus) as client:
        (message,) = await take(client, "scorer-planned")
    assert message_size(message.data, message.headers or {}) <= MAX_PAYLOAD
    assert set(message.headers or {}) <= {*headers, *ADDED}


async def test_slow_work_of_every_consumer_is_done_once_however_many_messages_wait(
    nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers of twice the `ack_wait`, several side by side, more messages than they take."""
    ack_wait, messages = 1.0, 4
    quick = {each.name: replace(each, ack_wait=ack_wait) for each in DURABLES}
    await make_streams(nats_url, dict.fromkeys(quick, ack_wait))
    monkeypatch.setattr(retry, "durable", quick.__getitem__)
    handled: Counter[tuple[str, int]] = Counter()
    async with broker_of(OPERATOR, nats_url) as operator:
        for subject in {each.subject.name: each.subject for each in DURABLES}.values():
            body = (SAMPLES / f"{subject.name}.json").read_bytes()
            for number in range(messages):
                await Publisher(operator).send_body(subject, body, f"{subject.name}:{number}")
    users = {each.user for each in DURABLES}
    async with AsyncExitStack() as brokers:
        for user in users:
            broker = await brokers.enter_async_context(broker_of(user, nats_url))
            for reader in (each for each in quick.values() if each.user == user):
                subscribe(broker, reader, concurrency=2)(taking(2 * ack_wait, handled))
            await broker.start()
            brokers.push_async_callback(broker.stop)
        await until(lambda: len(handled) == messages * len(DURABLES), 30)
        await asyncio.sleep(2.5 * ack_wait)
    assert {key: times for key, times in handled.items() if times > 1} == {}


def taking(seconds: float, handled: Counter[tuple[str, int]]) -> Any:
    """Make a handler that takes so long and notes what it was given."""

    async def take_long(event: Any, message: NatsMessage) -> None:
        told = message.raw_message.metadata
        handled[told.consumer, told.sequence.stream] += 1
        await asyncio.sleep(seconds)

    return take_long


async def test_a_message_that_outlived_every_delivery_becomes_a_letter_and_holds_no_place(
    nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever took it died each time without an answer; the next one gives it up."""
    await make_streams(nats_url, {"scorer-requested": 0.2})
    few = Durable("scorer-requested", SCORER, RUNS_REQUESTED, ack_wait=0.2, attempts=12)
    monkeypatch.setattr(retry, "durable", lambda name: few)
    async with broker_of(OPERATOR, nats_url) as operator:
        await Publisher(operator).send(RUNS_REQUESTED, REQUEST, REQUEST.run_id)
    async with bus_client(SCORER, nats_url) as client:
        stream = client.jetstream()
        dying = await stream.pull_subscribe_bind(durable=few.name, stream=few.stream)
        for _ in range(few.attempts + 10):
            await dying.fetch(1, timeout=5)
        async with answered_by(nats_url, never):
            letter = await the_letter(nats_url)
        info = await stream.consumer_info(few.stream, few.name)
    assert letter.errors == ["its handlers ended without an answer"]
    assert (info.num_ack_pending, info.num_pending) == (0, 0)


async def test_rubbish_that_names_a_run_of_half_a_megabyte_is_one_letter(bus: str) -> None:
    body = b'{"run_id": "' + b"x" * 500_000 + b'", "kind": "nonsense"}'
    async with answered_by(bus, never) as publisher:
        await publisher.send_body(RUNS_REQUESTED, body, "rubbish")
        letter = await the_letter(bus)
    assert letter.body == body
    assert letter.deliveries == 1
    assert letter.run_id == "x" * retry.LONGEST_NAME
