"""What the site says of real packages is what PyPI's own recorded documents and GitHub's say."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from devstack.background import in_background
from devstack.stack import Stack, stack_in
from events import RunKind, RunStatus

DAY = date(2026, 6, 30)
SERVICES = ("scorer", "ingest-github", "api")
REPOSITORIES = (
    "ipython/ipython",
    "rapptz/discord.py",
    "beeware/toga",
    "python-poetry/poetry-core",
    "pypa/setuptools",
    "sdispater/tomlkit",
)

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def documents(recordings: Path) -> dict[str, dict[str, Any]]:
    """The newest recorded JSON document of each package."""
    with gzip.open(recordings / "pypi" / "recorded_documents.jsonl.gz") as lines:
        recorded = [json.loads(line) for line in lines]
    whole = [each["doc"] for each in recorded if each["kind"] == "legacy-json"]
    oldest_first = sorted(whole, key=lambda each: Version(each["info"]["version"]))
    return {canonicalize_name(each["info"]["name"]): each for each in oldest_first}


@pytest.fixture(scope="module")
def repository(recordings: Path) -> dict[str, Any]:
    """A repository's document as GitHub sent it."""
    lines = (recordings / "github" / "recorded_responses.jsonl").read_text().splitlines()
    found = (
        each["response"] for each in map(json.loads, lines) if each["scenario"] == "get-repository"
    )
    return dict(next(found))


@pytest.fixture(scope="module")
def stack(
    documents: dict[str, Any], repository: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("recorded")
    dataset = folder / "dataset"
    dataset.mkdir()
    write_lines(
        dataset / "pypi.jsonl.gz",
        [{"name": each["info"]["name"], "json": each} for each in documents.values()],
    )
    write_lines(
        dataset / "github.jsonl.gz",
        [
            {"full_name": name, "repo": repository | {"id": number, "full_name": name}}
            for number, name in enumerate(REPOSITORIES, 1)
        ],
    )
    with in_background(stack_in(folder / "state", dataset=dataset, services=SERVICES)) as running:
        yield running


def write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)


async def test_the_site_shows_what_was_recorded(
    stack: Stack, documents: dict[str, Any], repository: dict[str, Any]
) -> None:
    run_id = await stack.runs.request(RunKind.METADATA, DAY, timedelta(hours=1))
    ended = await stack.runs.follow(run_id, idle_timeout=600)
    assert ended.status is RunStatus.COMPLETE
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=60) as client:
        shown = {
            name: (await client.get(f"/api/packages/{name}")).raise_for_status().json()
            for name in documents
        }
        misspelt = (await client.get("/api/packages/Discord_PY", follow_redirects=True)).json()
    for name, package in shown.items():
        said = documents[name]["info"]
        assert package["display_name"] == said["name"]
        assert package["version"] == said["version"]
        assert package["project_status"] == "active"
    assert misspelt["name"] == "discord-py"
    chosen = {n: p["repository"]["full_name"] for n, p in shown.items() if p["repository"]}
    assert {home.lower() for home in chosen.values()} >= set(REPOSITORIES)
    ipython = shown["ipython"]
    assert ipython["repository"]["stars"] == repository["stargazers_count"]
    needed = {each["name"]: each["extra"] for each in ipython["dependencies"]}
    assert (needed["traitlets"], needed["nose"]) == (False, True)
    assert ipython["labels"]["license"] == "permissive"
    assert ipython["freshness"]["pypi"]
