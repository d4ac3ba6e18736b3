"""Having the api render pages for a generation that visitors do not see yet."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from cache_warmer.settings import Settings

log = structlog.get_logger(__name__)


@dataclass
class Report:
    """How the pages of a generation were made ready."""

    generation: int
    pages: int = 0
    seconds: float = 0.0
    failed: list[str] = field(default_factory=list)
    """Pages that did not answer, each with its reason."""


class Warmer:
    """Asks the api for pages in the name of a generation to come."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client = client
        self._token = settings.warm_token.get_secret_value()
        self._places = asyncio.Semaphore(settings.warm_concurrency)

    async def read(self, page: str, generation: int) -> Any:
        """Return a page's JSON as that generation has it; httpx's errors where it has none."""
        return (await self._render(page, generation)).json()

    async def _render(self, page: str, generation: int) -> httpx.Response:
        headers = {"X-Warm-Generation": str(generation), "X-Warm-Token": self._token}
        async with self._places:
            answer = await self._client.get(page, headers=headers)
        return answer.raise_for_status()

    async def warm(self, pages: Iterable[str], report: Report) -> None:
        """Have all pages rendered; one that fails is told in the report and stops nothing."""
        started = time.monotonic()
        await asyncio.gather(*(self._warm_one(page, report) for page in pages))
        report.seconds += time.monotonic() - started

    async def _warm_one(self, page: str, report: Report) -> None:
        try:
            await self._render(page, report.generation)
        except httpx.HTTPError as error:
            report.failed.append(f"{page}: {error or type(error).__name__}")
        else:
            report.pages += 1


def make_client(settings: Settings) -> httpx.AsyncClient:
    """Return the client for the api's address."""
    limits = httpx.Limits(max_connections=settings.warm_concurrency)
    return httpx.AsyncClient(
        base_url=settings.api_url,
        timeout=settings.page_timeout,
        limits=limits,
        event_hooks={"request": _before_requests(settings)},
    )


def _before_requests(settings: Settings) -> list[Any]:
    """Return what each request passes first: with a collector it continues the run's trace."""
    if not settings.otel_endpoint:
        return []
    from servicekit import tracing  # noqa: PLC0415 - loads what most installations do not need

    return [tracing.carry]
