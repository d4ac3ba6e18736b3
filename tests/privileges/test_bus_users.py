"""Each user of the bus tries everything there is, and may do what its part needs and no more."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from pydantic import SecretStr

from events.topology import BOOTSTRAP, DURABLES, STREAMS, SUBJECTS, USERS, User
from servicekit.bootstrap import BootstrapSettings, bootstrap

STREAM_VERBS = (
    "STREAM.CREATE", "STREAM.UPDATE", "STREAM.INFO", "STREAM.DELETE", "STREAM.PURGE",
    "STREAM.MSG.GET", "STREAM.MSG.DELETE", "STREAM.SNAPSHOT", "STREAM.RESTORE",
    "STREAM.LEADER.STEPDOWN", "STREAM.PEER.REMOVE", "DIRECT.GET", "CONSUMER.NAMES", "CONSUMER.LIST",
)  # fmt: skip
"""What JetStream's API does to a stream."""

CONSUMER_VERBS = (
    "CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE", "CONSUMER.INFO", "CONSUMER.DELETE",
    "CONSUMER.MSG.NEXT", "CONSUMER.PAUSE", "CONSUMER.UNPIN", "CONSUMER.LEADER.STEPDOWN",
)  # fmt: skip
"""What it does to a consumer."""

ELSEWHERE = (
    "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.STREAM.TEMPLATE.NAMES",
    "$JS.API.ACCOUNT.PURGE.$G", "$JS.API.META.LEADER.STEPDOWN", "$JS.API.SERVER.REMOVE",
    "$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.$G.CONNZ", "$KV.mine.key", "$O.mine.C.x",
    "anything", "runs", "runs.requested.more", "_INBOX.guess",
)  # fmt: skip


def inbox(user: User) -> str:
    return f"_INBOX_{user.name}.answer"


def everything() -> Iterator[str]:
    """Yield every subject somebody could send to, from the definitions of the bus."""
    yield from (subject.name for subject in SUBJECTS)
    yield from (inbox(user) for user in USERS)
    yield from ELSEWHERE
    for stream in (*(each.name for each in STREAMS), "MINE"):
        yield from (f"$JS.API.{verb}.{stream}" for verb in STREAM_VERBS)
        yield from (f"$JS.API.{verb}.{stream}.mine" for verb in CONSUMER_VERBS)
    for durable in DURABLES:
        place = f"{durable.stream}.{durable.name}"
        yield from (f"$JS.API.{verb}.{place}" for verb in CONSUMER_VERBS)
        yield f"$JS.ACK.{place}.1.1.1.1.1"


def needed(user: User) -> set[str]:
    """What the user's part cannot do without, in the words of the architecture."""
    own = {subject.name for subject in user.publishes}
    for durable in (each for each in DURABLES if each.user == user.name):
        place = f"{durable.stream}.{durable.name}"
        own |= {f"$JS.API.CONSUMER.INFO.{place}", f"$JS.API.CONSUMER.MSG.NEXT.{place}"}
        own.add(f"$JS.ACK.{place}.1.1.1.1.1")
    if user.name == BOOTSTRAP:
        makes = r"(STREAM\.(CREATE|UPDATE|INFO)|CONSUMER\.(CREATE|DURABLE\.CREATE|INFO))\."
        looks = r"(INFO|STREAM\.NAMES|STREAM\.LIST)$"
        wanted = re.compile(rf"\$JS\.API\.({makes}|{looks})")
        own |= {subject for subject in everything() if wanted.match(subject)}
    return own


@pytest.fixture
async def made(bus: str) -> str:
    await bootstrap(BootstrapSettings(nats_url=bus, nats_password=SecretStr(f"p-{BOOTSTRAP}")))
    return bus


@asynccontextmanager
async def client_of(name: str, url: str, denials: list[str]) -> AsyncIterator[Client]:
    async def noted(error: Exception) -> None:
        denials.append(str(error))

    client = await nats.connect(
        url,
        user=name,
        password=f"p-{name}",
        inbox_prefix=f"_INBOX_{name}",
        error_cb=noted,
        allow_reconnect=False,
    )
    try:
        yield client
    finally:
        await client.close()


async def denied(client: Client, denials: list[str], kind: str) -> set[str]:
    """Return what was denied so far, in small letters, as the client tells it."""
    seen = -1
    while seen != len(denials):  # they come behind the answer to the flush
        seen = len(denials)
        await client.flush()
        await asyncio.sleep(0.1)
    found = (re.search(rf'permissions violation for {kind} to "([^"]+)"', each) for each in denials)
    return {match[1].lower() for match in found if match}


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.name)
async def test_a_user_may_send_what_its_part_needs_and_nothing_else(user: User, made: str) -> None:
    denials: list[str] = []
    tried = set(everything())
    async with client_of(user.name, made, denials) as client:
        for subject in tried:
            await client.publish(subject, b"rubbish")
        refused = await denied(client, denials, "publish")
    assert needed(user) <= tried
    assert refused == {subject.lower() for subject in tried - needed(user)}


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.name)
async def test_a_user_may_listen_to_its_own_answers_alone(user: User, made: str) -> None:
    denials: list[str] = []
    others = {inbox(each) for each in USERS if each is not user}
    tried = {*everything(), ">", "*", "runs.>", "$JS.API.>", "$JS.EVENT.ADVISORY.>", "$SYS.>"}
    tried |= {"_INBOX.>", *others} - {inbox(user)}
    async with client_of(user.name, made, denials) as client:
        for subject in tried - {inbox(user)}:
            await client.subscribe(subject)
        refused = await denied(client, denials, "subscription")
        heard = await client.subscribe(f"_INBOX_{user.name}.*")
        await client.flush()
        assert client.is_connected and heard is not None
    assert refused == {subject.lower() for subject in tried - {inbox(user)}}


async def standing(url: str) -> dict[str, Any]:
    """Return every stream with its limits and its consumers, as the server has them."""
    async with client_of(BOOTSTRAP, url, []) as client:
        stream = client.jetstream(timeout=5)
        found: dict[str, Any] = {}
        for each in STREAMS:
            config = (await stream.stream_info(each.name)).config
            found[each.name] = (config.subjects, config.max_age, config.max_bytes, config.retention)
        for durable in DURABLES:
            info = await stream.consumer_info(durable.stream, durable.name)
            found[durable.name] = (info.config.filter_subject, info.config.max_deliver)
        return found


async def test_streams_and_consumers_stand_as_they_were_after_all_that(made: str) -> None:
    before = await standing(made)
    for user in USERS:
        async with client_of(user.name, made, []) as client:
            for subject in everything():
                await client.publish(subject, b"")
            await client.flush()
    assert await standing(made) == before
