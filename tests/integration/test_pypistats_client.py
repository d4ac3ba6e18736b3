"""The command-line client of pypistats.org works with our address, on all that `make up` runs."""

import asyncio
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import polars as pl
import pytest

from devstack.servers.database import READER
from devstack.stack import Stack
from events import RunKind

LAST = date(2026, 11, 22)
FIRST = LAST - timedelta(days=29)
BROKEN_DOWN = 10_000
"""Downloads of 30 days from which on a package is broken down by label."""
MIRRORS = ("bandersnatch", "devpi", "Nexus", "Artifactory", "pep381client", "z3c.pypimirror")
COMMANDS = ("recent", "overall", "python_major", "python_minor", "system")
TEXTS = ("html", "pretty", "md", "markdown", "rst", "tsv")
CLIENT = """
import sys, pypistats
pypistats.BASE_URL = sys.argv.pop(1)
from pypistats.cli import main
main()
"""
Client = Callable[..., Awaitable[str]]


@pytest.fixture
async def client(quiet: Stack, tmp_path: Path) -> Client:
    """Run the real client's command in a process of its own, once visitors see the day."""
    run_id = await quiet.runs.request(RunKind.DOWNLOADS, LAST, timedelta(hours=1))
    ended = await quiet.runs.follow(run_id, idle_timeout=120)
    assert (ended.status, ended.reason) == ("complete", None)
    async with asyncio.timeout(90), httpx.AsyncClient(base_url=quiet.api_url) as http:
        while (await http.get("/api/packages")).json()["generation"] < (ended.generation or 0):
            await asyncio.sleep(0.1)

    async def call(command: str, package: str, form: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CLIENT, f"{quiet.api_url}/api/"),
            *(command, package, "--format", form),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                "NO_COLOR": "1",
                "XDG_CACHE_HOME": str(tmp_path),
                "HOME": str(tmp_path),
            },
        )
        printed, complaint = await process.communicate()
        assert process.returncode == 0, complaint.decode()
        return printed.decode()

    return call


async def totals(client: Client, command: str, package: str) -> dict[str, int]:
    """Downloads by category, as the client's JSON has them."""
    printed = json.loads(await client(command, package, "json"))
    rows: Any = printed["data"]
    return dict(rows) if command == "recent" else {r["category"]: r["downloads"] for r in rows}


def counted(dataset: Path, name: str) -> pl.DataFrame:
    """What a file of the data set counts on the newest 30 days."""
    frame = pl.read_parquet(dataset / f"downloads_{name}.parquet")
    return frame.filter(pl.col("day").is_between(FIRST, LAST))


def popular(dataset: Path) -> str:
    sums = counted(dataset, "daily").group_by("project").agg(pl.col("downloads").sum())
    return str(sums.top_k(1, by="downloads")["project"][0])


def expected_overall(dataset: Path, packages: pl.Series) -> dict[str, int]:
    own = pl.col("project").is_in(packages.to_list())
    everybody = counted(dataset, "daily").filter(own)["downloads"].sum()
    labels = counted(dataset, "by_installer").filter(own & pl.col("label").is_in(MIRRORS))
    return {"with_mirrors": everybody, "without_mirrors": everybody - labels["downloads"].sum()}


def expected_labels(
    dataset: Path, dimension: str, packages: pl.Series, category: Callable[[str], str]
) -> dict[str, int]:
    """Downloads by category; of the unknown ones mirrors are taken away, so they are left out."""
    rows = counted(dataset, f"by_{dimension}").filter(pl.col("project").is_in(packages.to_list()))
    sums: Counter[str] = Counter()
    for label, downloads in rows.group_by("label").agg(pl.col("downloads").sum()).iter_rows():
        sums[category(label)] += downloads
    return {label: count for label, count in sums.items() if count and label != "null"}


def major(label: str) -> str:
    return label.split(".", maxsplit=1)[0] or "null"


def minor(label: str) -> str:
    return label or "null"


def system(label: str) -> str:
    return label if label in ("Linux", "Windows", "Darwin") else "other" if label else "null"


async def test_the_numbers_of_a_package_are_those_the_source_counted(
    client: Client, dataset: Path, quiet: Stack
) -> None:
    name = popular(dataset)
    package = pl.Series([name])
    overall = expected_overall(dataset, package)
    assert await totals(client, "overall", name) == overall
    recent = await totals(client, "recent", name)
    assert recent["last_month"] == overall["without_mirrors"]
    connection = await asyncpg.connect(quiet.database.url(READER))
    row = await connection.fetchrow(
        "select last_day, last_week, last_month from package_list where name = $1", name
    )
    await connection.close()
    assert recent == dict(row or {})
    for command, dimension, category in (
        ("python_major", "python", major),
        ("python_minor", "python", minor),
        ("system", "system", system),
    ):
        found = await totals(client, command, name)
        unknown = found.pop("null", 0)
        assert found == expected_labels(dataset, dimension, package, category), command
        assert sum(found.values()) + unknown == overall["without_mirrors"], command


async def test_the_whole_ecosystem_is_the_sum_of_its_packages(
    client: Client, dataset: Path, quiet: Stack
) -> None:
    sums = counted(dataset, "daily").group_by("project").agg(pl.col("downloads").sum())
    overall = expected_overall(dataset, sums["project"])
    assert await totals(client, "overall", "__all__") == overall
    assert (await totals(client, "recent", "__all__"))["last_month"] == overall["without_mirrors"]
    broken_down = sums.filter(pl.col("downloads") >= BROKEN_DOWN)["project"]
    for command, dimension, category in (
        ("python_major", "python", major),
        ("system", "system", system),
    ):
        found = await totals(client, command, "__all__")
        unknown = found.pop("null", 0)
        assert found == expected_labels(dataset, dimension, broken_down, category), command
        async with httpx.AsyncClient(base_url=quiet.api_url) as http:
            answer = (await http.get(f"/api/packages/__all__/{command}")).json()
        held = sum(found.values()) + unknown
        assert answer["covered"] == round(held / overall["without_mirrors"], 4), command


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_format_shows_the_same_numbers(
    client: Client, dataset: Path, command: str
) -> None:
    name = popular(dataset)
    numbers = set((await totals(client, command, name)).values())
    assert numbers
    for form in TEXTS:
        printed = await client(command, name, form)
        shown = {int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", printed)}
        assert numbers <= shown, (form, printed)
