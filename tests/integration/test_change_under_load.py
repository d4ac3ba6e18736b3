"""Visitors who keep asking while a new generation comes meet no error, no miss, and no old tag."""

import asyncio
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from devstack.background import in_background
from devstack.stack import Stack, stack_in
from events import RunKind

LAST = date(2026, 11, 22)
VISITORS = 6
FLAWED = "numpy"
RECORD = {
    "id": "PYSEC-2026-999999",
    "modified": "2026-11-22T10:00:00Z",
    "published": "2026-11-22T09:00:00Z",
    "summary": "A flaw that is invented",
    "details": "Nothing happens.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": FLAWED},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}
PAGES = (
    "/api/packages",
    "/api/packages?sort=health",
    "/api/insights",
    "/api/advisories",
    f"/api/packages/{FLAWED}",
    f"/api/packages/{FLAWED}/history",
    f"/api/packages/{FLAWED}/recent",
    "/api/packages/boto3",
    "/api/packages/boto3/overall",
    "/api/packages/boto3/score",
)


class Seen(msgspec.Struct, frozen=True):
    """One answer."""

    path: str
    status: int
    generation: int
    tag: str
    content: str
    """The body without the generation's number."""


@pytest.fixture
def changing(dataset: Path, tmp_path: Path) -> Iterator[tuple[Stack, Path]]:
    """A stack whose visitors are not limited, and the advisory archive it plays."""
    shutil.copytree(dataset, tmp_path / "dataset")
    archive = tmp_path / "dataset" / "osv" / "PyPI" / "all.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RATE_LIMIT_READS", "1000000000/minute")
        stack = stack_in(tmp_path / "state", dataset=tmp_path / "dataset")
        with in_background(stack) as running:
            yield running, archive


async def collect(stack: Stack, kind: RunKind) -> int:
    """Collect, and wait until visitors are shown it; gives the generation."""
    run_id = await stack.runs.request(kind, LAST, timedelta(hours=1))
    ended = await stack.runs.follow(run_id, idle_timeout=180)
    assert (ended.status, ended.reason) == ("complete", None)
    async with asyncio.timeout(90):
        while await told(stack, "api_generation") < (ended.generation or 0):
            await asyncio.sleep(0.05)
    return ended.generation or 0


async def told(stack: Stack, metric: str) -> float:
    """One number of the api's own metrics; 0 before it was first counted."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(stack.metrics_url)).text
    found = re.search(rf"^{re.escape(metric)} ([\d.e+]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


async def visit(stack: Stack, done: asyncio.Event) -> list[Seen]:
    """Ask for every page in turn until told to stop."""
    seen = []
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        while not done.is_set():
            for path in PAGES:
                answer = await client.get(path)
                body: dict[str, Any] = answer.json()
                generation = body.pop("generation", 0)
                tag = answer.headers.get("etag", "")
                content = json.dumps(body, sort_keys=True)
                seen.append(Seen(path, answer.status_code, generation, tag, content))
    return seen


async def test_a_new_generation_under_load(changing: tuple[Stack, Path]) -> None:
    stack, archive = changing
    for kind in (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY):
        before = await collect(stack, kind)
    done = asyncio.Event()
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        for path in PAGES:
            await client.get(path)
        read = 'api_answers_total{source="database"}'
        misses = await told(stack, read)
        visitors = [asyncio.create_task(visit(stack, done)) for _ in range(VISITORS)]
        with zipfile.ZipFile(archive, "a") as members:
            members.writestr(f"{RECORD['id']}.json", json.dumps(RECORD))
        after = await collect(stack, RunKind.SECURITY)
        await asyncio.sleep(0.5)
        done.set()
        visits = await asyncio.gather(*visitors)
        assert await told(stack, read) == misses, "a page was not ready"

    answers = [seen for each in visits for seen in each]
    assert {seen.status for seen in answers} == {200}
    assert {seen.generation for seen in answers} == {before, after}
    for each in visits:
        generations = [seen.generation for seen in each]
        assert generations == sorted(generations), "a visitor was led back"
    for path in PAGES:
        contents = {(seen.tag, seen.content) for seen in answers if seen.path == path}
        assert len({tag for tag, _ in contents}) == len({content for _, content in contents})
        assert len(contents) <= 2, path
    changed = {
        path for path in PAGES if len({seen.tag for seen in answers if seen.path == path}) == 2
    }
    assert {"/api/advisories", f"/api/packages/{FLAWED}"} <= changed
    assert not changed & {f"/api/packages/{FLAWED}/history", "/api/packages/boto3/overall"}
