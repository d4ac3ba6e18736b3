"""The HTTP side: limits first, then the repository, its counts or the reason there are none."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from replay.clock import Clock
from replay.conditional import answer
from replay.dataset import Dataset
from replay.faults import FaultKind, find
from replay.github import counting
from replay.github.limits import LimitSettings, RateLimits, Standing
from replay.github.store import Repository, RepositoryStore

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
        search = Route("/search/issues", self._limited(self.search))
        application = Starlette(routes=[Route("/rate_limit", self.rate_limit), search, *owned])
        application.router.redirect_slashes = False
        return application

    async def rate_limit(self, request: Request) -> Response:
        """Where the client stands; free of charge."""
        self._follow_simulation(request)
        standing = self._limits.standing(*_client(request))
        core = {
            "limit": standing.limit,
            "used": standing.used,
            "remaining": max(standing.limit - standing.used, 0),
            "reset": standing.reset,
        }
        return JSONResponse({"resources": {"core": core}, "rate": core}, headers=standing.headers)

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
        now = datetime.fromtimestamp(self._clock.now(), UTC)
        total = counting.commits_since(found, counting.moment(since) if since else None, now)
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
        words = request.query_params.get("q", "").split()
        names = [word.removeprefix("repo:") for word in words if word.startswith("repo:")]
        found = self._store.named(names[0]) if names else None
        if found is None:
            return _message(422, "Validation Failed")
        total = _searched(found, set(words))
        return JSONResponse({"total_count": total, "incomplete_results": False, "items": []})

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

    def _limited(self, handler: Handler) -> Handler:
        """The handler behind the limits and the faults that speak GitHub's language."""

        @wraps(handler)
        async def limited(request: Request) -> Response:
            if refusal := self._refused(request):
                return refusal
            client, anonymous = _client(request)
            standing = self._limits.admit(client, anonymous)
            if standing.refusal:
                return _over_limit(standing)
            self._limits.running[client] += 1
            try:
                response = await handler(request)
            finally:
                self._limits.running[client] -= 1
            if response.status_code == 304:
                standing = self._limits.give_back(client, anonymous)
            response.headers.update(standing.headers)
            return response

        return limited

    def _refused(self, request: Request) -> Response | None:
        self._follow_simulation(request)
        effects = request.scope["effects"]
        if not request.headers.get("user-agent"):
            return _message(403, "Request forbidden by administrative rules.")
        if quota := find(effects, FaultKind.QUOTA):
            standing = self._limits.standing(*_client(request))
            reset = int(self._clock.now() + quota.number) + 1
            return _over_limit(Standing(standing.limit, standing.limit, reset, "primary"))
        if late := find(effects, FaultKind.RETRY_AFTER):
            standing = self._limits.standing(*_client(request))
            return _over_secondary(standing, int(late.number))
        return None

    def _follow_simulation(self, request: Request) -> None:
        if simulated := request.headers.get(SIMULATED_TIME):
            self._clock.reach(float(simulated))


def _paths(lists: dict[str, Handler]) -> dict[str, Handler]:
    return {f"/{name}": handler for name, handler in lists.items()}


def _client(request: Request) -> tuple[str, bool]:
    """Who asks, and whether without a token."""
    authorization = request.headers.get("authorization")
    if authorization:
        return authorization, False
    return (request.client.host if request.client else ""), True


def _weak_etag(request: Request, body: bytes) -> str:
    """Differs by token and Accept, as GitHub's does."""
    asked = f"{_client(request)[0]}|{request.headers.get('accept', '')}".encode()
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


def _searched(repository: Repository, words: set[str]) -> int:
    facts = repository.facts
    open_issues = repository.numbers.open_issues_count - facts.open_pulls
    if {"is:pr", "type:pr"} & words:
        opened = {"is:open", "state:open"} & words
        return facts.open_pulls if opened else facts.merged_pulls_year
    return facts.closed_issues if {"is:closed", "state:closed"} & words else open_issues


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
    response = _message(403, "API rate limit exceeded")
    response.headers.update(standing.headers)
    return response


def _over_secondary(standing: Standing, wait_seconds: int) -> Response:
    response = _message(403, "You have exceeded a secondary rate limit. Please wait a few minutes.")
    response.headers.update({**standing.headers, "retry-after": str(wait_seconds)})
    return response
