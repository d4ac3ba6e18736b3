"""What tests of changing sources share: collecting, and what visitors see of it."""

import asyncio
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import async_playwright, expect

from devstack.stack import Stack
from events import RunKind

LAST = date(2026, 11, 22)
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


async def collect(stack: Stack, kind: RunKind, day: date = LAST) -> int:
    """Collect, and wait until visitors see it; gives the generation."""
    run_id = await stack.runs.request(kind, day, timedelta(hours=1))
    ended = await stack.runs.follow(run_id, idle_timeout=120)
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
