"""A source that is away while it is being restarted costs no package its facts."""

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
import stamina

from events import Outcome
from ingest_github import retries
from ingest_github.clock import Clock
from ingest_github.github.client import make_github
from ingest_github.pypi.client import make_pypi
from ingest_github.settings import Settings

RESTART = 8.0
"""Seconds a source may be away."""


class Restarting:
    """Refuses connections until somebody has tried often enough to have waited it out."""

    def __init__(self) -> None:
        self.refused = 0

    def answer(self, _: httpx.Request) -> httpx.Response:
        waited = sum(retries.FIRST_PAUSE * 2**n for n in range(self.refused))
        if waited < RESTART:
            self.refused += 1
            raise httpx.ConnectError("connection refused")
        return httpx.Response(200, json={"info": {}})


@pytest.fixture(autouse=True)
def as_often_as_in_production() -> Iterator[None]:
    with stamina.set_testing(True, attempts=retries.ATTEMPTS, cap=True):
        yield


async def test_pypi() -> None:
    requests: Counter[str] = Counter()
    transport = httpx.MockTransport(Restarting().answer)
    async with make_pypi(Settings(pypi_url="http://pypi.test"), transport) as pypi:
        answer = await pypi.document("thing", None, requests)
    assert answer.outcome is Outcome.OK


async def test_github(clock: Clock) -> None:
    requests: Counter[str] = Counter()
    transport = httpx.MockTransport(Restarting().answer)
    settings = Settings(github_url="http://github.test")
    async with make_github(settings, clock, transport) as github:
        reply = await github.get("/repos/ann/thing", requests, key="ann/thing")
    assert reply.outcome is Outcome.OK
