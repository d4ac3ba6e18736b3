"""A data set of one night at any size, and the night itself on the local stack."""

import asyncio
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np
import polars as pl
from bench.scale_watch import Clock

from devstack.stack import Stack
from events import RunKind, RunStatus
from events.day_range import DayRange
from operate.runs import Standing
from sample_data.folder import DatasetCard, write_card, write_downloads

LAST = date(2026, 6, 30)
WINDOW = DayRange.ending(LAST, 30)


def write_night(packages: int, folder: Path) -> Path:
    """Write a data set of one window: counts fall off as on PyPI, weekends are weaker."""
    random = np.random.default_rng(7)
    level = 3e7 * (random.permutation(packages) + 1.0) ** -1.1 + 1
    week = np.array([1.0 if day.weekday() < 5 else 0.62 for day in WINDOW.days])
    counts = random.poisson(level[:, None] * week)
    names = pl.Series([f"package-{number:06d}" for number in range(packages)])
    frame = pl.DataFrame(
        {
            "project": names.gather(np.repeat(np.arange(packages), WINDOW.length)),
            "day": pl.Series(WINDOW.days * packages, dtype=pl.Date),
            "downloads": counts.reshape(-1).astype(np.int64),
        }
    )
    folder.mkdir(parents=True)
    write_downloads(folder, frame.filter(pl.col("downloads") > 0))
    card = DatasetCard(
        name="night", sample=True, first_day=WINDOW.first, last_day=LAST, packages=packages
    )
    write_card(folder, card)
    return folder


async def night(stack: Stack) -> Clock:
    """Collect the night and wait until it is warm."""
    clock = Clock()
    run_id = await stack.runs.request(RunKind.DOWNLOADS, LAST, timedelta(hours=2))
    await _until(stack, run_id, lambda run: run.applied > 0)
    clock.lap("query, first message")
    await _until(stack, run_id, lambda run: run.status is not RunStatus.OPEN)
    clock.lap("all messages taken in")
    ended = await stack.runs.follow(run_id, idle_timeout=1800)
    if ended.status is not RunStatus.COMPLETE:
        raise SystemExit(f"the night is {ended.status}: {ended.reason}")
    clock.lap("finishing")
    clock.split("finishing", scorer_stages(stack))
    await _until_shown(stack, ended.generation or 0)
    clock.lap("warm cache")
    return clock


async def _until(stack: Stack, run_id: str, reached: Callable[[Standing], bool]) -> None:
    while True:
        run = await stack.runs.standing(run_id)
        if run is not None and reached(run):
            return
        await asyncio.sleep(0.05)


async def _until_shown(stack: Stack, generation: int) -> None:
    async with httpx.AsyncClient(base_url=stack.api_url, timeout=30) as client:
        while True:
            answer = await client.get("/api/packages")
            if answer.status_code == 200 and answer.json()["generation"] >= generation:
                return
            await asyncio.sleep(0.05)


def scorer_stages(stack: Stack) -> list[tuple[str, float]]:
    """Return the stages of finishing and their seconds, in order, from the scorer's log."""
    text = stack.layout.log_file("scorer").read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return [(line["stage"], line["seconds"]) for line in lines if line["event"] == "stage done"]
