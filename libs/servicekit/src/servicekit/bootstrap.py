"""Create or update all streams and durable consumers; run before any service starts.

Only this job may do so: a service that declared a stream would reset another's limits.
"""

import asyncio

import nats
import structlog
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from pydantic import Field

from events.permissions import inbox_prefix
from events.topology import BOOTSTRAP, DURABLES, STREAMS, Durable, Stream
from servicekit.logging import configure_logging
from servicekit.settings import ServiceSettings

UNBOUNDED = -1
"""Deliveries are counted and ended by `servicekit.retry` alone."""

log = structlog.get_logger(__name__)


class BootstrapSettings(ServiceSettings):
    """Settings of the bootstrap."""

    nats_replicas: int = Field(1, description="Copies of each stream; 3 on a cluster.")


def stream_config(stream: Stream, replicas: int) -> StreamConfig:
    """Return the server's own form of a stream."""
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=stream.max_age,
        duplicate_window=stream.duplicate_window,
        num_replicas=replicas,
    )


def consumer_config(durable: Durable) -> ConsumerConfig:
    """Return the server's own form of a durable consumer."""
    return ConsumerConfig(
        name=durable.name,
        durable_name=durable.name,
        filter_subject=durable.subject.name,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=durable.ack_wait,
        max_deliver=UNBOUNDED,
        max_ack_pending=durable.max_ack_pending,
    )


async def ensure_stream(stream: JetStreamContext, config: StreamConfig) -> None:
    """Create the stream, or bring an existing one up to its definition."""
    try:
        await stream.stream_info(config.name or "")
    except NotFoundError:
        await stream.add_stream(config)
    else:
        await stream.update_stream(config)


async def bootstrap(settings: BootstrapSettings) -> None:
    """Make the bus as the topology says; running it again changes nothing."""
    connection = await nats.connect(
        settings.nats_url,
        user=BOOTSTRAP,
        password=settings.nats_password.get_secret_value(),
        inbox_prefix=inbox_prefix(BOOTSTRAP),
        allow_reconnect=False,
        connect_timeout=5,
    )
    try:
        jetstream = connection.jetstream(timeout=10)
        for stream in STREAMS:
            await ensure_stream(jetstream, stream_config(stream, settings.nats_replicas))
        for durable in DURABLES:
            await jetstream.add_consumer(durable.stream, consumer_config(durable))
    finally:
        await connection.close()
    log.info("bus ready", streams=len(STREAMS), durables=len(DURABLES))


def main() -> None:
    """Run the bootstrap with settings from the environment."""
    settings = BootstrapSettings()
    configure_logging(BOOTSTRAP, settings)
    asyncio.run(bootstrap(settings))


if __name__ == "__main__":
    main()
