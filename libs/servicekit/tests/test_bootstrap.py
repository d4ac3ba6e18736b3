"""The bootstrap on a bus that another build has made."""

import asyncio
from pathlib import Path

from nats.js.api import ConsumerConfig
from pydantic import SecretStr

from devstack.servers.single_nats import PASSWORD, bus_client, make_streams, running_nats
from events.topology import BOOTSTRAP, OPERATOR, RUNS_REQUESTED, SCORER, durable
from servicekit.bootstrap import BootstrapSettings, bootstrap, consumer_config

READER = durable("scorer-requested")
ACK_WAIT = 0.2
"""Seconds until the server takes a delivery for lost."""


async def with_a_bound_of_two(url: str) -> None:
    """Make the durable as an older build did: the server ends its deliveries."""
    bounded = consumer_config(READER)
    bounded.max_deliver, bounded.ack_wait = 2, ACK_WAIT
    async with bus_client(BOOTSTRAP, url) as client:
        await client.jetstream().add_consumer(READER.stream, bounded)


async def deliveries(url: str, count: int) -> list[int]:
    """Return the delivery numbers of so many deliveries, none of them answered."""
    async with bus_client(SCORER, url) as client:
        reader = await client.jetstream().pull_subscribe_bind(
            durable=READER.name, stream=READER.stream
        )
        taken = [(await reader.fetch(1, timeout=5))[0] for _ in range(count)]
    return [message.metadata.num_delivered for message in taken]


async def config_of(url: str) -> ConsumerConfig:
    async with bus_client(SCORER, url) as client:
        return (await client.jetstream().consumer_info(READER.stream, READER.name)).config


async def test_what_an_older_builds_bound_held_back_is_delivered_again(tmp_path: Path) -> None:
    with running_nats(tmp_path) as url:
        await make_streams(url)
        await with_a_bound_of_two(url)
        async with bus_client(OPERATOR, url) as client:
            await client.jetstream().publish(RUNS_REQUESTED.name, b"{}")
        assert await deliveries(url, 2) == [1, 2]
        await asyncio.sleep(2 * ACK_WAIT)
        await bootstrap(BootstrapSettings(nats_url=url, nats_password=SecretStr(PASSWORD)))
        assert (await config_of(url)).max_deliver == -1
        assert await deliveries(url, 1) == [3]
