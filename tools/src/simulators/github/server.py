"""The HTTP side: limits first, then the repository, its counts or the reason there are none."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.clock import Clock
from simulators.conditional import answer
from simulators.dataset import Dataset
from simulators.faults import FaultKind, find
from simulators.github import counting
from simulators.github.graphql import Answers, Question
from simulators.github.limits import Client, LimitSettings, RateLimits, Standing
from simulators.github.store import Repository, RepositoryStore

SIMULATED_TIME = "x-simulated-time"
"""A simulation sends its own time along, in seconds since 1970; ours moves up to it."""

DOCS = "https://docs.github.com/rest"
SECONDARY_WAIT_SECONDS = 60
TAKEN_DOWN = {
    "message": "Repository access blocked",
    "block": {"reason": "dmca", "created_at": "2026-01-01T00:00:00Z", "html_url": None},
}

Handler = Callable[[Request], Awaitable[Response]]


class GitHubApi:
    """The API over a store of repositories."""

    def __init__(self, dataset: Dataset, clock: Clock, limits: LimitSettings) -> None:
        self._store = RepositoryStore(dataset)
        self._clock = clock
        self._limits = RateLimits(clock, limits)
        self._last_day = dataset.last_day()

    def publish(self, line: bytes) -> None:
        """Take in one line of `github.jsonl.gz`."""
        self._store.publish(line)

    def application(self) -> Starlette:
        """The API as an application."""
        lists: dict[str, Handler] = {
            "contributors": self.contributors,
            "commits": self.commits,
            "releases": self.releases,
            "pulls": self.pulls,
            "issues": self.issues,
        }
        owned = [
            Route(f"{start}{path}", self._limited(handler))
            for start in ("/repos/{owner}/{name}", "/repositories/{id:int}")
            for path, handler in {"": self.repository, **_paths(lists)}.items()
        ]
        others = [
            Route("/rate_limit", self.rate_limit),
            Route("/search/issues", self._limited(self.search)),
            Route("/graphql", self._limited(self.graphql, "graphql"), methods=["POST"]),
        ]
        application = Starlette(routes=[*others, *owned])
        application.router.redirect_slashes = False
        return application

    async def rate_limit(self, request: Request) -> Response:
        """Where the client stands; free of charge."""
        self._follow_simulation(request)
        names = ("core", "graphql")
        standings = {name: self._limits.standing(_client(request), name) for name in names}
        told = {name: _told(standing) for name, standing in standings.items()}
        body = {"resources": told, "rate": told["core"]}
        return JSONResponse(body, headers=standings["core"].headers)

    async def repository(self, request: Request) -> Response:
        """The REST document, 304 where the client has it."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        headers = {"cache-control": "private, max-age=60, s-maxage=60", "vary": "Accept"}
        etag = _weak_etag(request, found.document)
        return answer(request, found.document, etag, headers, "application/json; charset=utf-8")

    async def contributors(self, request: Request) -> Response:
        """Contributors with their commits; refused where the history is too large."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        total = found.facts.contributors
        if total is None:
            message = (
                "The history or contributor list is too large to list contributors for this "
                "repository via the API."
            )
            return _message(403, message)
        return _list(request, found, "contributors", total, counting.contributor(found))

    async def commits(self, request: Request) -> Response:
        """Commits since a moment; 409 in an empty repository."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        if found.empty:
            return _message(409, "Git Repository is empty.")
        since = request.query_params.get("since")
        moment = counting.moment(since) if since else None
        total = counting.commits_since(found, moment, self._now())
        return _list(request, found, "commits", total, counting.commit(found))

    async def releases(self, request: Request) -> Response:
        """Releases, the newest first."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        return _list(request, found, "releases", found.facts.releases, counting.release(found))

    async def pulls(self, request: Request) -> Response:
        """Pull requests by state."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        state = request.query_params.get("state", "open")
        merged = found.facts.merged_pulls_year
        totals = {"open": found.facts.open_pulls, "closed": merged}
        total = totals.get(state, found.facts.open_pulls + merged)
        return _list(request, found, "pulls", total, counting.numbered(state))

    async def issues(self, request: Request) -> Response:
        """Issues by state, pull requests among them, as at GitHub."""
        found = self._find(request)
        if isinstance(found, Response):
            return found
        state = request.query_params.get("state", "open")
        closed = found.facts.closed_issues + found.facts.merged_pulls_year
        totals = {"open": found.numbers.open_issues_count, "closed": closed}
        total = totals.get(state, found.numbers.open_issues_count + closed)
        return _list(request, found, "issues", total, counting.numbered(state))

    async def search(self, request: Request) -> Response:
        """Counts of issues and pull requests of one repository by state."""
        query = request.query_params.get("q", "")
        found = self._store.searched(query)
        if found is None:
            return _message(422, "Validation Failed")
        total = counting.found_by(found, query)
        return JSONResponse({"total_count": total, "incomplete_results": False, "items": []})

    async def graphql(self, request: Request) -> Response:
        """A question in GraphQL; needs a token, and tells its errors with status 200."""
        client = _client(request)
        if client.anonymous:
            return _message(401, "This endpoint requires you to be authenticated.")
        try:
            question = msgspec.json.decode(await request.body(), type=Question)
        except ValueError:
            return _message(400, "Problems parsing JSON")
        standing = self._limits.standing(client, "graphql")
        return JSONResponse(Answers(self._store, self._now(), standing).ask(question))

    def _now(self) -> datetime:
        """Commits are counted back from the data set's last day, or from the clock's time."""
        return self._last_day or datetime.fromtimestamp(self._clock.now(), UTC)

    def _find(self, request: Request) -> Repository | Response:
        """The repository that is asked for, or the answer that says why there is none."""
        if "id" in request.path_params:
            return self._store.with_id(request.path_params["id"]) or _message(404, "Not Found")
        full_name = f"{request.path_params['owner']}/{request.path_params['name']}"
        if found := self._store.named(full_name):
            return found
        if self._store.status(full_name) == 451:
            return JSONResponse(TAKEN_DOWN, status_code=451)
        if moved := self._store.moved(full_name):
            return _moved(request, moved)
        return _message(404, "Not Found")

    def _limited(self, handler: Handler, resource: str = "core") -> Handler:
        """The handler behind the limits and the faults that speak GitHub's language."""

        @wraps(handler)
        async def limited(request: Request) -> Response:
            if refusal := self._refused(request, resource):
                return refusal
            client = _client(request)
            standing = self._limits.admit(client, resource)
            if standing.refusal:
                return _over_limit(standing)
            self._limits.running[client] += 1
            try:
                response = await handler(request)
            finally:
                self._limits.running[client] -= 1
            if response.status_code == 304:
                standing = self._limits.give_back(client, resource)
            response.headers.update(standing.headers)
            return response

        return limited

    def _refused(self, request: Request, resource: str) -> Response | None:
        self._follow_simulation(request)
        effects = request.scope["effects"]
        if not request.headers.get("user-agent"):
            return _message(403, "Request forbidden by administrative rules.")
        standing = self._limits.standing(_client(request), resource)
        if quota := find(effects, FaultKind.QUOTA):
            reset = int(self._clock.now() + quota.number) + 1
            return _over_limit(replace(standing, used=standing.limit, reset=reset))
        if late := find(effects, FaultKind.RETRY_AFTER):
            return _over_secondary(standing, int(late.number))
        return None

    def _follow_simulation(self, request: Request) -> None:
        if simulated := request.headers.get(SIMULATED_TIME):
            self._clock.reach(float(simulated))


def _paths(lists: dict[str, Handler]) -> dict[str, Handler]:
    return {f"/{name}": handler for name, handler in lists.items()}


def _client(request: Request) -> Client:
    if authorization := request.headers.get("authorization"):
        return Client(authorization, anonymous=False)
    return Client(request.client.host if request.client else "", anonymous=True)


def _told(standing: Standing) -> dict[str, int]:
    return {
        "limit": standing.limit,
        "used": standing.used,
        "remaining": standing.remaining,
        "reset": standing.reset,
    }


def _weak_etag(request: Request, body: bytes) -> str:
    """Differs by token and Accept, as GitHub's does."""
    asked = f"{_client(request).name}|{request.headers.get('accept', '')}".encode()
    return f'W/"{hashlib.sha256(asked + body).hexdigest()}"'


def _list(
    request: Request,
    repository: Repository,
    path: str,
    total: int,
    item: Callable[[int], dict[str, Any]],
) -> Response:
    address = f"repositories/{repository.numbers.id}/{path}"
    items, links = counting.page_of(request, address, total, item)
    return JSONResponse(items, headers=links)


def _message(status: int, message: str) -> Response:
    body = {"message": message, "documentation_url": DOCS, "status": str(status)}
    return JSONResponse(body, status_code=status)


def _moved(request: Request, to: Repository) -> Response:
    """The way to the repository's id, with the rest of the path that was asked for."""
    rest = "/".join(request.url.path.split("/")[4:])
    location = f"{request.base_url}repositories/{to.numbers.id}{f'/{rest}' if rest else ''}"
    location = f"{location}?{request.url.query}" if request.url.query else location
    body = {"message": "Moved Permanently", "url": location, "documentation_url": DOCS}
    return Response(
        json.dumps(body), status_code=301, headers={"location": location},
        media_type="application/json",
    )  # fmt: skip


def _over_limit(standing: Standing) -> Response:
    if standing.refusal == "secondary":
        return _over_secondary(standing, SECONDARY_WAIT_SECONDS)
    message = "API rate limit exceeded"
    if standing.resource == "graphql":
        errors = [{"type": "RATE_LIMITED", "message": message}]
        return JSONResponse({"errors": errors}, headers=standing.headers)
    response = _message(403, message)
    response.headers.update(standing.headers)
    return response


def _over_secondary(standing: Standing, wait_seconds: int) -> Response:
    response = _message(403, "You have exceeded a secondary rate limit. Please wait a few minutes.")
    response.headers.update({**standing.headers, "retry-after": str(wait_seconds)})
    return response
