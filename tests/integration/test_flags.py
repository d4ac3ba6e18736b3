"""A package that a source calls malicious leaves every list within one run, and comes back."""

import asyncio
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import async_playwright, expect

from devstack.background import in_background
from devstack.stack import Stack, stack_in
from events import RunKind

LAST = date(2026, 11, 22)
VICTIM = "flask"
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
RECORD = {
    "id": "MAL-2026-999999",
    "modified": "2026-11-22T10:00:00Z",
    "published": "2026-11-22T09:00:00Z",
    "summary": "Malicious code in flask (an invented record)",
    "details": "Sends the environment away when it is imported.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": VICTIM},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


@pytest.fixture(scope="module")
def changing(
    dataset: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stack, Path]]:
    """A stack, and the advisory archive it plays, which may change."""
    folder = tmp_path_factory.mktemp("changing")
    shutil.copytree(dataset, folder / "dataset")
    archive = folder / "dataset" / "osv" / "PyPI" / "all.zip"
    with in_background(stack_in(folder / "state", dataset=folder / "dataset")) as stack:
        yield stack, archive


async def collect(stack: Stack, kind: RunKind, day: date = LAST) -> int:
    """Collect, and wait until visitors see it; gives the generation."""
    run_id = await stack.runs.request(kind, day, timedelta(hours=1))
    ended = await stack.runs.follow(run_id, patience=120)
    assert (ended.status, ended.reason) == ("complete", None)
    generation = ended.generation or 0
    await shown(stack, "/api/packages", generation)
    return generation


async def shown(stack: Stack, path: str, generation: int) -> dict[str, Any]:
    """What visitors see once they were moved to a generation."""
    async with asyncio.timeout(90), httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        while True:
            answer = await client.get(path)
            if answer.status_code == 200 and answer.json()["generation"] >= generation:
                return answer.json()
            await asyncio.sleep(0.1)


async def names_in_lists(stack: Stack, generation: int) -> set[str]:
    """Every name in a leaderboard, an insight list or a feed."""
    paths = [f"/api/packages?sort={sort}&limit=100" for sort in ("downloads", "stars", "health")]
    insights = await shown(stack, "/api/insights", generation)
    paths += [f"/api/insights/{each['name']}" for each in insights["categories"]]
    found: set[str] = set()
    for path in paths:
        page = await shown(stack, path, generation)
        found |= {package["name"] for package in page["packages"]}
    return found


async def words_of(stack: Stack, name: str) -> str:
    """The words of a package's page, as they follow each other."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page()
        await page.goto(f"{stack.api_url}/package/{name}/")
        await expect(page.locator("h1")).to_contain_text(name, ignore_case=True, timeout=20_000)
        await page.wait_for_load_state("networkidle")
        words = await page.locator("main").inner_text()
        await browser.close()
    return words


async def test_a_flag_takes_a_package_out_of_every_list_and_its_lifting_brings_it_back(
    changing: tuple[Stack, Path],
) -> None:
    stack, archive = changing
    for kind in (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY):
        generation = await collect(stack, kind)
    assert VICTIM in await names_in_lists(stack, generation)

    clean = archive.read_bytes()
    with zipfile.ZipFile(archive, "a") as members:
        members.writestr(f"{RECORD['id']}.json", json.dumps(RECORD))
    generation = await collect(stack, RunKind.SECURITY)
    assert VICTIM not in await names_in_lists(stack, generation)
    package = await shown(stack, f"/api/packages/{VICTIM}", generation)
    assert package["security"]["status"] == "malicious"
    (finding,) = [each for each in package["security"]["findings"] if each["kind"] == "malicious"]
    assert (finding["id"], finding["source"]) == (RECORD["id"], "osv")
    search = await shown(stack, f"/api/search?q={VICTIM}", generation)
    assert (search["packages"][0]["name"], search["packages"][0]["security"]["status"]) == (
        VICTIM,
        "malicious",
    )
    if CHROMIUM.exists():
        words = await words_of(stack, VICTIM)
        assert words.lower().index("malicious") < words.index("Downloads over time")
        assert str(RECORD["id"]) in words

    archive.write_bytes(clean)
    generation = await collect(stack, RunKind.SECURITY)
    assert VICTIM in await names_in_lists(stack, generation)
    package = await shown(stack, f"/api/packages/{VICTIM}", generation)
    assert package["security"]["status"] != "malicious"
    (lifted,) = package["security"]["history"]
    assert (lifted["id"], lifted["lifted"]) == (RECORD["id"], str(LAST))
