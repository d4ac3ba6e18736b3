"""A real Valkey, and an api that answers what a test tells it to."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis

from cache_warmer.generations import current
from cache_warmer.metrics import WarmMetrics
from cache_warmer.settings import Settings
from cache_warmer.warming import Warmer
from devstack.background import in_background
from devstack.stack import Stack, stack_in


@dataclass
class ApiOnDemand:
    """Answers pages; remembers what was asked for, and fails where it is told to."""

    redis: Redis
    failing: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Path with query, generation, token."""
    visitors_at: set[int] = field(default_factory=set)
    """Generations that visitors saw while pages were asked for."""

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.visitors_at.add(await current(self.redis))
        path = request.url.raw_path.decode()
        headers = request.headers
        self.asked.append(
            (path, headers.get("X-Warm-Generation", ""), headers.get("X-Warm-Token", ""))
        )
        if path in self.failing:
            return httpx.Response(503)
        if path.startswith("/api/packages?limit="):
            names = [{"name": name} for name in ("alpha", "beta")]
            return httpx.Response(200, text=json.dumps({"packages": names, "next": None}))
        if path == "/api/insights":
            return httpx.Response(200, text='{"categories": [{"name": "hidden_gem"}]}')
        if path.endswith(".svg"):
            return httpx.Response(200, text="<svg/>")
        return httpx.Response(200, text="{}")

    @property
    def pages(self) -> list[str]:
        return [path for path, _, _ in self.asked]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_background(stack_in(tmp_path_factory.mktemp("stack"), services=())) as running:
        yield running


@pytest.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    async with Redis.from_url(stack.redis_url) as client:
        await client.flushdb()
        yield client


@pytest.fixture
def api(redis: Redis) -> ApiOnDemand:
    return ApiOnDemand(redis)


@pytest.fixture
def settings() -> Settings:
    return Settings(warm_token=SecretStr("secret"), api_url="http://api")


@pytest.fixture
async def warmer(api: ApiOnDemand, settings: Settings) -> AsyncIterator[Warmer]:
    transport = httpx.MockTransport(api.answer)
    async with httpx.AsyncClient(transport=transport, base_url=settings.api_url) as client:
        yield Warmer(client, settings)


@pytest.fixture
def metrics() -> WarmMetrics:
    return WarmMetrics(CollectorRegistry())
