"""Repositories as GitHub's REST API gives them, and what takes further requests to count."""

import hashlib
from datetime import date, timedelta
from typing import Any

import numpy as np

from sample_data.catalogue import Package
from sample_data.releases import Release

Document = dict[str, Any]

LICENSES = {"MIT": "mit", "Apache-2.0": "apache-2.0", "BSD-3-Clause": "bsd-3-clause",
            "MPL-2.0": "mpl-2.0", "AGPL-3.0-only": "agpl-3.0"}  # fmt: skip

MOST_CONTRIBUTORS = 4000

USUAL = {
    "private": False,
    "fork": False,
    "disabled": False,
    "visibility": "public",
    "default_branch": "main",
    "has_issues": True,
    "is_template": False,
    "mirror_url": None,
}
"""What all repositories of the sample have in common."""


def github_documents(
    packages: list[Package],
    releases: list[list[Release]],
    last_day: date,
    random: np.random.Generator,
) -> list[Document]:
    """One line of `github.jsonl.gz` for each repository, old names of moved ones included."""
    lines: dict[str, Document] = {}
    for package, history in zip(packages, releases, strict=True):
        if package.repository is None or package.repository.lower() in lines:
            continue
        lines[package.repository.lower()] = _line(package, history, last_day, random)
        if package.moved_from:
            lines[package.moved_from.lower()] = {
                "full_name": package.moved_from,
                "status": 301,
                "moved_to": package.repository,
            }
    return list(lines.values())


def _line(
    package: Package, history: list[Release], last_day: date, random: np.random.Generator
) -> Document:
    full_name = str(package.repository)
    if package.repository_status != 200:
        return {"full_name": full_name, "status": package.repository_status}
    activity = _activity(package, history, last_day, random)
    repo = _repository(package, full_name, last_day, activity["open_pulls"])
    return {"full_name": full_name, "status": 200, "repo": repo, **activity}


def _activity(
    package: Package, history: list[Release], last_day: date, random: np.random.Generator
) -> Document:
    """What is counted over the Link header or by search."""
    pace = 0.0 if package.empty else package.stars**0.45 * random.uniform(0.4, 2.0)
    days_busy = {days: max(days - package.silent_days, 0) for days in (90, 365)}
    contributors = (
        0
        if package.empty
        else int(np.clip(package.stars**0.62 * random.uniform(0.6, 1.3), 1, MOST_CONTRIBUTORS))
    )
    shared = package.releases if not package.empty else 0
    return {
        "contributors": contributors,
        "contributor_commits": _commits_by_contributor(contributors, package.stars, random),
        "commits_year": int(pace * days_busy[365] / 12),
        "commits_90d": int(pace * days_busy[90] / 12),
        "commits_since_release": int(pace * max(package.quiet_days - package.silent_days, 0) / 12),
        "releases": shared,
        "latest_release": {
            "tag_name": f"v{history[0].version}",
            "published_at": f"{history[0].day.isoformat()}T12:00:00Z",
        }
        if shared
        else None,
        "open_pulls": int(package.open_issues * random.uniform(0.05, 0.4)),
        "closed_issues": int(package.open_issues * random.uniform(1.5, 9)),
        "merged_pulls_year": int(pace * days_busy[365] / 40),
        "discussions": int(package.stars / 60) if package.stars > 2000 else 0,
    }


def _commits_by_contributor(
    contributors: int, stars: int, random: np.random.Generator
) -> list[int]:
    """Descending; a few people make most of the commits."""
    steepness = random.uniform(0.9, 1.8)
    most = 30 + stars**0.6 * random.uniform(2, 8)
    return [max(int(most / place**steepness), 1) for place in range(1, contributors + 1)]


def _repository(package: Package, full_name: str, last_day: date, open_pulls: int) -> Document:
    """The document of `GET /repos/{owner}/{name}`."""
    return {
        **_names(full_name),
        **_dates(package, last_day),
        **_counts(package, open_pulls),
        "description": package.summary,
        "homepage": f"https://{package.name}.readthedocs.io/" if package.stars > 500 else "",
        "language": None if package.empty else "Python",
        "topics": ["python", package.purpose] if package.stars > 20 else [],
        "license": _license(package),
        "archived": package.archived,
        "has_discussions": package.stars > 2000,
        **USUAL,
    }


def _names(full_name: str) -> Document:
    """What a repository is called, whose it is, and where."""
    owner, name = full_name.split("/")
    number = _number(full_name)
    whose = {"login": owner, "id": _number(owner), "type": "Organization"}
    return {
        "id": number,
        "node_id": f"R_{number:x}",
        "name": name,
        "full_name": full_name,
        "owner": whose,
        "organization": whose,
        "html_url": f"https://github.com/{full_name}",
    }


def _dates(package: Package, last_day: date) -> Document:
    return {
        "created_at": _moment(last_day, package.age_days + 45),
        "updated_at": _moment(last_day, min(package.silent_days, 3)),
        "pushed_at": _moment(last_day, package.silent_days),
    }


def _counts(package: Package, open_pulls: int) -> Document:
    """Stars and forks three times over, as the API has them; issues include pull requests."""
    forks = int(package.stars**0.85 / 4)
    issues = package.open_issues + open_pulls
    return {
        "size": 0 if package.empty else 200 + _number(str(package.repository)) % 90_000,
        **dict.fromkeys(("stargazers_count", "watchers_count", "watchers"), package.stars),
        "subscribers_count": int(package.stars**0.7 / 4) + 1,
        **dict.fromkeys(("forks_count", "forks", "network_count"), forks),
        **dict.fromkeys(("open_issues_count", "open_issues"), issues),
    }


def _license(package: Package) -> Document | None:
    if package.license.startswith("n"):
        return None
    said = package.license[2:]
    for spdx, key in LICENSES.items():
        if spdx in said or spdx.split("-")[0] in said.split():
            return {"key": key, "name": spdx, "spdx_id": spdx}
    return {"key": "other", "name": "Other", "spdx_id": "NOASSERTION"}


def _moment(last_day: date, days_ago: int) -> str:
    return f"{(last_day - timedelta(days=days_ago)).isoformat()}T09:30:00Z"


def _number(text: str) -> int:
    """A stable identifier of eight or nine digits."""
    return (
        10_000_000
        + int.from_bytes(hashlib.blake2b(text.lower().encode(), digest_size=8).digest())
        % 890_000_000
    )
