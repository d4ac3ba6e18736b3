"""A real NATS server on a free port, with the product's own users and streams."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devstack.servers.single_nats import make_streams, running_nats


@pytest.fixture
def nats_url(tmp_path: Path) -> Iterator[str]:
    with running_nats(tmp_path) as url:
        yield url


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[str]:
    await make_streams(nats_url)
    yield nats_url
