"""Lists that clients only count: pages, and the Link header that tells how many there are."""

import math
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from simulators.github.store import Repository

Item = dict[str, Any]

USUAL_PER_PAGE = 30
MOST_PER_PAGE = 100
DAYS_A_YEAR = 365
DAYS_A_QUARTER = 90


def page_of(
    request: Request, path: str, total: int, item: Callable[[int], Item]
) -> tuple[list[Item], dict[str, str]]:
    """One page of `total` items, and its Link header; `path` is the address by repository id."""
    per_page = min(_number(request, "per_page", USUAL_PER_PAGE), MOST_PER_PAGE)
    page = _number(request, "page", 1)
    start = (page - 1) * per_page
    items = [item(place) for place in range(start, min(start + per_page, total))]
    last = math.ceil(total / per_page)
    return items, _links(request, path, page, last)


def commits_since(repository: Repository, since: datetime | None, now: datetime) -> int:
    """How many commits are newer than `since`.

    Exact for the latest release's day, for a year and for a quarter before `now`; between those
    even in time; without `since` the commits of all contributors.
    """
    facts = repository.facts
    total = sum(facts.contributor_commits)
    if since is None:
        return total
    if facts.latest_release and since.date() == moment(facts.latest_release.published_at).date():
        return facts.commits_since_release
    days = max((now - since).total_seconds() / 86_400, 0.0)
    if days <= DAYS_A_QUARTER:
        return round(facts.commits_90d * days / DAYS_A_QUARTER)
    between = min((days - DAYS_A_QUARTER) / (DAYS_A_YEAR - DAYS_A_QUARTER), 1.0)
    return round(facts.commits_90d + (facts.commits_year - facts.commits_90d) * between)


def found_by(repository: Repository, query: str) -> int:
    """How many issues or pull requests the words of a search find in a repository."""
    facts = repository.facts
    words = set(query.split())
    if {"is:pr", "type:pr"} & words:
        is_open = bool({"is:open", "state:open"} & words)
        return facts.open_pulls if is_open else facts.merged_pulls_year
    if {"is:closed", "state:closed"} & words:
        return facts.closed_issues
    return repository.numbers.open_issues_count - facts.open_pulls


def moment(text: str) -> datetime:
    """A moment as GitHub writes it; without a zone it is UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def contributor(repository: Repository) -> Callable[[int], Item]:
    """Contributors, those with the most commits first."""
    commits = repository.facts.contributor_commits

    def item(place: int) -> Item:
        number = commits[place] if place < len(commits) else 1
        return {
            "login": f"contributor-{place + 1}",
            "id": place + 1,
            "type": "User",
            "contributions": number,
        }

    return item


def commit(repository: Repository) -> Callable[[int], Item]:
    """Commits, the newest first; dated as the last push, but where none was made for so long."""
    facts = repository.facts
    pushed = moment(repository.numbers.pushed_at)

    def item(place: int) -> Item:
        idle = (place >= facts.commits_90d) * DAYS_A_QUARTER
        idle = DAYS_A_YEAR if place >= facts.commits_year else idle
        when = {"name": "sample", "date": f"{pushed - timedelta(days=idle):%Y-%m-%dT%H:%M:%SZ}"}
        return {
            "sha": sha(repository, place),
            "commit": {"author": when, "committer": when, "message": "sample"},
        }

    return item


def sha(repository: Repository, place: int) -> str:
    """The name of a commit."""
    return f"{repository.numbers.id:08x}{place:032x}"


def release(repository: Repository) -> Callable[[int], Item]:
    """Releases, the newest first; only the newest is known by name."""
    latest = repository.facts.latest_release

    def item(place: int) -> Item:
        known = {"tag_name": latest.tag_name, "published_at": latest.published_at} if latest else {}
        older = {"tag_name": f"older-{place}", "published_at": None}
        return {"id": place + 1, "draft": False, "prerelease": False, **(older if place else known)}

    return item


def numbered(state: str) -> Callable[[int], Item]:
    """Issues or pull requests of one state."""
    return lambda place: {"number": place + 1, "state": state}


def _number(request: Request, name: str, usual: int) -> int:
    text = request.query_params.get(name, "")
    return max(int(text), 1) if text.isdigit() else usual


def _links(request: Request, path: str, page: int, last: int) -> dict[str, str]:
    """No header for a single page, as at GitHub."""
    if last <= 1:
        return {}
    targets = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page <= 1:
        targets = {"next": targets["next"], "last": last}
    if page >= last:
        targets = {"prev": page - 1, "first": 1}
    links = [f'<{_address(request, path, to)}>; rel="{name}"' for name, to in targets.items()]
    return {"link": ", ".join(links)}


def _address(request: Request, path: str, page: int) -> str:
    query = {**dict(request.query_params), "page": str(page)}
    return f"{request.base_url}{path}?{urllib.parse.urlencode(query)}"
