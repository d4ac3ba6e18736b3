"""GitHub's REST and GraphQL APIs over HTTP, within their limits."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from events import Outcome
from ingest_github.clock import Clock
from ingest_github.github.answers import Next, Verdict, judge, last_page
from ingest_github.github.limits import QuotaExhaustedError, Token, TokenPool
from ingest_github.pypi.client import SLOWEST
from ingest_github.retries import tries
from ingest_github.settings import Settings

MOST_TURNS = 8
"""Moves, refused tokens and limits that one question may meet."""

LATER = "it counts as unread, and a coming run asks again"
"""What is done about a repository that GitHub does not answer for."""

ACCEPT = "application/vnd.github+json"
API_VERSION = "2022-11-28"


class PassingError(Exception):
    """An answer that may be a better one in a moment."""


@dataclass(frozen=True)
class Reply:
    """How one question to GitHub ended."""

    outcome: Outcome
    body: Any = None
    etag: str | None = None
    pages: int | None = None
    """Number of the last page, where there is more than one."""
    reason: str | None = None


class GitHub:
    """Asks GitHub; every way a question can end is an outcome, none an exception."""

    def __init__(self, http: httpx.AsyncClient, pool: TokenPool, settings: Settings) -> None:
        self._http = http
        self._pool = pool
        self._places = asyncio.Semaphore(settings.github_concurrency)
        self._largest = settings.largest_answer
        self._seconds = SLOWEST * settings.request_timeout

    @property
    def has_token(self) -> bool:
        """Tell whether GraphQL, which knows no anonymous questions, can be asked."""
        return self._pool.has_token

    def requests_left(self) -> int:
        """Tell how many requests the quota of all tokens still grants in their hour."""
        return self._pool.left()

    async def get(
        self,
        path: str,
        requests: Counter[str],
        *,
        key: str,
        params: Mapping[str, str] | None = None,
        etag: str | None = None,
    ) -> Reply:
        """Ask the REST API; `key` is the repository, whose questions keep one token."""
        headers = {"If-None-Match": etag} if etag else {}
        request = self._http.build_request("GET", path, params=params, headers=headers)
        return await self._settle(request, requests, key, "core")

    async def graphql(
        self, query: str, variables: Mapping[str, Any], requests: Counter[str], *, key: str
    ) -> Reply:
        """Ask the GraphQL API; its errors inside a 200 answer are a failure with their text."""
        question = {"query": query, "variables": dict(variables)}
        request = self._http.build_request("POST", "/graphql", json=question)
        return await self._settle(request, requests, key, "graphql")

    async def _settle(
        self, request: httpx.Request, requests: Counter[str], key: str, resource: str
    ) -> Reply:
        """Ask until the answer is final, passing failures a few times."""
        try:
            async with self._places:
                async for attempt in tries(PassingError, "GitHub", _asked(request, key), LATER):
                    with attempt:
                        reply = await self._ask(request, requests, key, resource)
        except PassingError as error:
            return Reply(Outcome.FAILED, reason=str(error))
        except QuotaExhaustedError as error:
            requests[Outcome.SKIPPED.value] += 1
            return Reply(Outcome.SKIPPED, reason=str(error))
        return reply

    async def _ask(
        self, request: httpx.Request, requests: Counter[str], key: str, resource: str
    ) -> Reply:
        verdict = Verdict(Next.TAKE)
        for _ in range(MOST_TURNS):
            token = await self._pool.acquire(key, resource)
            response, content = await self._send(request, token, resource, requests)
            verdict = judge(response.status_code, response.headers, content)
            requests[_counted(verdict)] += 1
            if verdict.then == Next.TAKE:
                self._pool.accepted(token)
            if verdict.then == Next.TAKE or self._hopeless(verdict, token):
                etag = response.headers.get("etag") or request.headers.get("if-none-match")
                pages = last_page(response.headers)
                return Reply(verdict.outcome, verdict.body, etag, pages, verdict.reason)
            request = self._prepare_next(request, token, verdict)
        return Reply(verdict.outcome, reason=verdict.reason or "GitHub sent in circles")

    def _prepare_next(
        self, request: httpx.Request, token: Token, verdict: Verdict
    ) -> httpx.Request:
        """Do what the answer asks for before the question is put again."""
        if verdict.then == Next.AGAIN:
            raise PassingError(verdict.reason)
        if verdict.then == Next.UNAUTHORIZED:
            self._pool.retire(token)
        if verdict.then == Next.BACK_OFF:
            self._pool.refused(token, verdict.retry_after)
        if verdict.then == Next.FOLLOW:
            etag = request.headers.get("if-none-match")
            return self._http.build_request(
                request.method,
                verdict.location or "",
                params=request.url.params,
                headers={"If-None-Match": etag} if etag else {},
            )
        return request

    @staticmethod
    def _hopeless(verdict: Verdict, token: Token) -> bool:
        """Tell whether GitHub refuses even those who show no token."""
        return verdict.then == Next.UNAUTHORIZED and token.secret is None

    async def _send(
        self, request: httpx.Request, token: Token, resource: str, requests: Counter[str]
    ) -> tuple[httpx.Response, bytes]:
        """Send with one token and note what the answer says of its quota."""
        told: Mapping[str, str] = {}
        request.headers.pop("authorization", None)
        request.headers.update(token.headers)
        try:
            response, content = await self._answer(request)
            told = response.headers
        except (httpx.HTTPError, TimeoutError) as error:
            requests[Outcome.FAILED.value] += 1
            raise PassingError(f"{type(error).__name__}: {error}") from error
        else:
            return response, content
        finally:
            self._pool.release(token, resource, told)

    async def _answer(self, request: httpx.Request) -> tuple[httpx.Response, bytes]:
        """Read an answer within its bounds of time and size."""
        content = bytearray()
        async with asyncio.timeout(self._seconds):
            response = await self._http.send(request, stream=True)
            try:
                async for chunk in response.aiter_bytes():
                    content += chunk
                    if len(content) > self._largest:
                        raise PassingError(f"an answer over {self._largest} bytes")
            finally:
                await response.aclose()
        return response, bytes(content)


@asynccontextmanager
async def make_github(
    settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[GitHub]:
    """Yield the client with its tokens and its own pool of connections, closed in the end."""
    pool = TokenPool(
        settings.tokens,
        clock,
        burst_share=settings.github_burst_share,
        requests_per_minute=settings.github_requests_per_minute,
        longest_wait=settings.github_longest_wait,
    )
    async with github_http(settings, transport) as http:
        yield GitHub(http, pool, settings)


def github_http(
    settings: Settings, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Return the connections to GitHub; moves are followed by us, so that tokens stay there."""
    return httpx.AsyncClient(
        base_url=settings.github_url,
        headers={
            "User-Agent": settings.user_agent,
            "Accept": ACCEPT,
            "X-GitHub-Api-Version": API_VERSION,
        },
        timeout=settings.request_timeout,
        follow_redirects=False,
        transport=transport,
    )


def _asked(request: httpx.Request, key: str) -> str:
    path = request.url.path
    return path if key.lower() in path.lower() else f"{path} about {key}"


def _counted(verdict: Verdict) -> str:
    """Name an answer in the count of requests."""
    if verdict.then == Next.TAKE:
        return verdict.outcome.value
    return {
        Next.FOLLOW: "moved",
        Next.WAIT: "limited",
        Next.BACK_OFF: "limited",
        Next.UNAUTHORIZED: "unauthorized",
    }.get(verdict.then, "failed")
